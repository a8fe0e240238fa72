/** The list of rooms: which section each stands in, and in which order. */

import type { RoomId, RoomKind } from './protocol';

/** As much of a room as its place depends on. */
export interface Placed {
	id: RoomId;
	name: string;
	kind: RoomKind;
	unread: number;
	/** What of that asks for attention. */
	alerts: number;
	muted: boolean;
	starred: boolean;
}

export const SECTIONS = ['starred', 'rooms', 'direct'] as const;
export type SectionName = (typeof SECTIONS)[number];
export type Sections<Room extends Placed> = { [name in SectionName]: Room[] };

export function isPersonal({ kind }: Pick<Placed, 'kind'>): boolean {
	return kind === 'direct' || kind === 'group';
}

/**
 * In each section unread first, muted last, else by name. `held` is an order that is not to change, because somebody
 * points at it: what is new comes behind it.
 */
export function sections<Room extends Placed>(
	rooms: readonly Room[],
	held: readonly RoomId[] | null,
): Sections<Room> {
	const places = new Map(held?.map((id, at) => [id, at]));
	const place = (room: Room) => places.get(room.id) ?? places.size;
	const sorted = [...rooms].sort(
		(a, b) => place(a) - place(b) || rank(a) - rank(b) || a.name.localeCompare(b.name),
	);
	const made: Sections<Room> = { starred: [], rooms: [], direct: [] };
	for (const room of sorted) {
		made[room.starred ? 'starred' : isPersonal(room) ? 'direct' : 'rooms'].push(room);
	}
	return made;
}

function rank({ muted, alerts, unread }: Placed): number {
	if (muted) return 3;
	if (alerts > 0) return 0;
	return unread > 0 ? 1 : 2;
}
