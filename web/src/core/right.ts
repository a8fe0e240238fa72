/** Who has a right in a room: what its owners have said, or what is usual in rooms of its kind (`docs/protocol.md`). */

import type { Right, Role, RoomSnapshot } from './protocol';

/** Each may do all that the ones before it may. */
export const ROLES: Role[] = ['guest', 'member', 'moderator', 'owner'];

/** The lowest role that has it. */
export function lowest(
	{ kind, rights }: Pick<RoomSnapshot, 'kind' | 'rights'>,
	right: Right,
): Role {
	const isForAll =
		right === 'react' || kind === 'direct' || (right === 'write' && kind !== 'broadcast');
	return rights?.[right] ?? (isForAll ? 'guest' : right === 'invite' ? 'member' : 'moderator');
}

export function has(room: Pick<RoomSnapshot, 'kind' | 'rights' | 'role'>, right: Right): boolean {
	return ROLES.indexOf(room.role ?? 'member') >= ROLES.indexOf(lowest(room, right));
}
