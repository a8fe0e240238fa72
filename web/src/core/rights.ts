/** What a role may do in a room, as the server judges it: the tables of `docs/protocol.md`. It decides what is offered. */

import type { Right, Role, RoomSnapshot } from './protocol';
import { has, ROLES } from './right';

/** By which right, or from which role on in every room; and whether an archived room still takes it. */
const ACTS = {
	invite: { by: 'invite', archived: false },
	link: { by: 'invite', archived: false },
	put_out: { from: 'moderator', archived: true },
	bans: { from: 'moderator', archived: true },
	describe: { by: 'describe', archived: false },
	rename: { by: 'describe', archived: false },
	slow: { from: 'moderator', archived: false },
	webhooks: { from: 'moderator', archived: true },
	role: { from: 'owner', archived: true },
	rights: { from: 'owner', archived: false },
	archive: { from: 'owner', archived: true },
} as const satisfies Record<string, { archived: boolean } & ({ by: Right } | { from: Role })>;

export type Act = keyof typeof ACTS;
type Standing = Pick<RoomSnapshot, 'kind' | 'role' | 'rights' | 'archived'>;

export function may(room: Standing, what: Act): boolean {
	if (room.kind === 'direct') return false;
	if (room.kind === 'group' && what === 'rename') return false;
	const act = ACTS[what];
	if (room.archived && !act.archived) return false;
	if ('by' in act) return has(room, act.by);
	return ROLES.indexOf(room.role ?? 'member') >= ROLES.indexOf(act.from);
}

/** Whether somebody of this role may be removed or banned: who has a lower one, and by an owner anybody else. */
export function mayPutOut(room: Standing, theirs: Role): boolean {
	const own = room.role ?? 'member';
	return may(room, 'put_out') && (own === 'owner' || ROLES.indexOf(theirs) < ROLES.indexOf(own));
}
