/** Which room of the list stands beside another: where a key leads. */

import type { RoomId } from './protocol';
import type { Placed } from './sections';

/** The next room in the list, from the first again after the last; null: there is none. */
export function beside<Room extends Placed>(
	list: readonly Room[],
	from: RoomId | null,
	by: 1 | -1,
	isMeant: (room: Room) => boolean = () => true,
): Room | null {
	const at = list.findIndex((room) => room.id === from);
	const start = at < 0 && by < 0 ? 0 : at;
	for (let step = 1; step <= list.length; step += 1) {
		const room = list[(start + by * step + list.length * 2) % list.length];
		if (room && room.id !== from && isMeant(room)) return room;
	}
	return null;
}
