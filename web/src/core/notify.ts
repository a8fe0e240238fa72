/**
 * Which message makes a notification, by what its reader has set: the same rules by which the server pushes
 * (`docs/protocol.md`, "Push"). It knows no page, so that whoever speaks while there is none goes by it too.
 */

import { mentions } from './mentioned';
import type { Event, QuietHours, RoomId, RoomKind, Seq, UserId } from './protocol';
import { isMuted, type Told } from './told';

/** What the reader has set. */
export interface Wishes {
	me: UserId;
	/** Not to be disturbed, said by hand. */
	isBusy: boolean;
	quiet: QuietHours | null;
	told(room: RoomId): Told;
	isBlocked(user: UserId): boolean;
	isHidden(room: RoomId, seq: Seq): boolean;
	/** Whether the thread that begins there is followed. */
	follows(room: RoomId, root: Seq): boolean;
}

/** Why somebody is told. */
export type Why = 'message' | 'direct' | 'thread' | 'mention';

/** Whether, and why, the reader is to be told of an event at this moment. */
export function tells(
	event: Event,
	room: { id: RoomId; kind: RoomKind },
	wishes: Wishes,
	now_ms: number,
): Why | null {
	const { body, by, seq } = event;
	if (body.kind !== 'message' || by === wishes.me) return null;
	if (wishes.isBusy || isQuiet(wishes.quiet, now_ms)) return null;
	if (wishes.isBlocked(by) || wishes.isHidden(room.id, seq)) return null;
	const told = wishes.told(room.id);
	if (isMuted(told, now_ms)) return null;
	if (mentions(body, wishes.me)) return 'mention';
	if (told.level === 'mentions') return null;
	if (body.thread) return wishes.follows(room.id, body.thread.root) ? 'thread' : null;
	return room.kind === 'direct' ? 'direct' : 'message';
}

/** Whether it is one of the hours of the day in which nobody is to be told, by the clock of the place that they name. */
export function isQuiet(hours: QuietHours | null, now_ms: number): boolean {
	if (!hours) return false;
	const minute = minuteOf(hours.zone, now_ms);
	if (minute === null) return false;
	const { from_min, to_min } = hours;
	return from_min <= to_min
		? minute >= from_min && minute < to_min
		: minute >= from_min || minute < to_min;
}

/** Minutes after midnight in a time zone; null where it is not known. */
function minuteOf(zone: string, now_ms: number): number | null {
	try {
		const clock = new Intl.DateTimeFormat('en-GB', {
			timeZone: zone,
			hour: '2-digit',
			minute: '2-digit',
			hourCycle: 'h23',
		});
		const [hour = 0, minute = 0] = clock.format(now_ms).split(':').map(Number);
		return 60 * hour + minute;
	} catch {
		return null;
	}
}
