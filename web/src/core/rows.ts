/**
 * The rows that a conversation shows, from what is on the page, what waits to be sent and where one has read up to.
 * Pure: the same in gives the same out, so that what draws it has nothing to decide.
 */

import { filesOf, saidIn, threadOf } from './event';
import { mentions } from './mentioned';
import type { Attachment, Body, Reaction, SendId, Seq, User, UserId } from './protocol';
import type { Pending } from './step';
import { changed, type Entry, type Gap, type Timeline } from './timeline';

/** Messages of one speaker within so long stand together under one name. */
const GROUP_MS = 5 * 60_000;

/** A send that has not become an event: it waits, or failed for a reason that a person must know. */
export interface Unsent {
	pending: Pending;
	at_ms: number;
	/** Why it failed; null while it waits. */
	failed: string | null;
	/** Whether it has waited so long that it is to be shown. */
	late: boolean;
	/** Whether it is stored, and only its event is not here yet. */
	stored: boolean;
}

export interface Quote {
	seq: Seq;
	by: UserId;
	name: string;
	text: string;
	deleted: boolean;
}

/** What is known of a message's thread. */
export interface Replies {
	messages: number;
	/** Who wrote last, up to three, the last one last. */
	by: readonly { id: UserId; name: string }[];
	last_ms: number;
	/** Whether that is all of it: nothing is missing from where it was counted, or from the message, to the log's end. */
	isWhole: boolean;
	/** Sends into it that failed. */
	failed: number;
}

export interface MessageRow {
	is: 'message';
	key: string;
	/** About how high it is in pixels, for the scroll bar's sake, until it was drawn. */
	about: number;
	/** Its number; null while it is not stored. */
	seq: Seq | null;
	by: UserId;
	name: string;
	at_ms: number;
	text: string;
	edited: boolean;
	/** When, where that is known. */
	edited_ms: number | null;
	deleted: boolean;
	reactions: readonly Reaction[];
	/** The message that it answers. */
	quote: Quote | null;
	/** The message at which its thread begins; null: it is in none, and counts as one of the room's. */
	thread: Seq | null;
	/** The thread that begins at it, where it is shown from outside. */
	replies: Replies | null;
	files: readonly Attachment[];
	/** Where it was copied from: who wrote it. */
	forwarded: string | null;
	mine: boolean;
	mentionsMe: boolean;
	/** The first of its speaker. */
	first: boolean;
	day: boolean;
	line: boolean;
	/** A send that is not stored: the message itself, or the last edit of it. */
	unsent: Unsent | null;
}

export interface EventRow {
	is: 'event';
	key: string;
	about: number;
	seq: Seq;
	by: UserId;
	name: string;
	at_ms: number;
	body: Body;
	day: boolean;
	line: boolean;
}

export interface GapRow {
	is: 'gap';
	key: string;
	about: number;
	gap: Gap;
	/** When the messages on both sides were written. */
	since_ms: number | null;
	until_ms: number | null;
}

export type Row = MessageRow | EventRow | GapRow;

export interface Shown {
	timeline: Timeline;
	/** Up to where the log goes, and how many messages that are. */
	head: Seq;
	headOrdinal: number;
	unsent: readonly Unsent[];
	me: User;
	/** The unread line stands before the first message of another's after this; null: there is none. */
	lineAfter: Seq | null;
	/** The message at which the thread begins that is shown; null: the room, without what is in its threads. */
	thread: Seq | null;
}

/** The rows, oldest first. `day` of an instant says on which day of the reader's it lies. */
export function rows(shown: Shown, day: (at_ms: number) => number): Row[] {
	const { timeline, me, unsent, lineAfter, thread } = shown;
	const gaps = timeline.gaps(shown.head, shown.headOrdinal);
	const replies = thread === null ? repliesIn(shown, gaps) : new Map<Seq, Replies>();
	const overlaid = new Map<Seq, Unsent[]>();
	for (const one of unsent) {
		const { body } = one.pending;
		if ('target' in body) overlaid.set(body.target, [...(overlaid.get(body.target) ?? []), one]);
	}
	const out: Row[] = [];
	const keys = new Set<string>();
	let previous: MessageRow | EventRow | null = null;
	let lineIsDue = lineAfter !== null;
	let previousDay = 0;
	/** `row` as it is where it stands: the same one, if it stood so before. */
	const push = (row: MessageRow | EventRow): MessageRow | EventRow => {
		const itsDay = day(row.at_ms);
		const place = { day: previous === null || previousDay !== itsDay, line: false };
		const isNew = row.seq === null || (lineAfter !== null && row.seq > lineAfter);
		const isCounted = row.is === 'message' && row.thread === thread;
		if (lineIsDue && isCounted && isNew && !row.mine && !row.deleted) {
			place.line = true;
			lineIsDue = false;
		}
		let placed = row;
		if (row.is === 'message') {
			const isApart = place.day || place.line || row.quote !== null || out.at(-1)?.is === 'gap';
			const first = isApart || !follows(previous, row);
			const its = (row.seq !== null && replies.get(row.seq)) || null;
			const isAsItWas = stands(row, place) && row.first === first && row.replies === its;
			if (!isAsItWas || row.about === 0) {
				const now: MessageRow = { ...row, ...place, first, replies: its };
				placed = { ...now, about: aboutHeight(now) };
			}
		} else if (!stands(row, place)) placed = { ...row, ...place };
		previous = placed;
		previousDay = itsDay;
		out.push(placed);
		return placed;
	};
	let nextGap = 0;
	const gapsBefore = (seq: Seq): void => {
		for (let gap = gaps[nextGap]; gap && gap.from < seq; gap = gaps[nextGap]) {
			// In a thread it is not known how many messages are missing.
			out.push(gapRow(thread === null ? gap : { ...gap, messages: 0 }, previous, timeline));
			nextGap += 1;
		}
	};
	for (const entry of timeline.entries) {
		gapsBefore(entry.seq);
		if (thread === null && threadOf(entry.event.body) !== null) continue;
		const overlay = overlaid.get(entry.seq);
		const known = overlay ? undefined : made.get(entry);
		let row = known?.me === me.id ? known.row : rowOf(entry, overlay ?? [], shown);
		if (keys.has(row.key)) row = { ...row, key: `#${entry.seq}` };
		keys.add(row.key);
		row = push(row);
		// What it answers may change without it.
		if (!overlay && (row.is === 'event' || row.quote === null)) made.set(entry, { me: me.id, row });
	}
	gapsBefore(Number.POSITIVE_INFINITY);
	for (const one of unsent) {
		const { body, id } = one.pending;
		const isHere = body.kind === 'message' && (body.thread?.root ?? null) === thread;
		if (isHere && !timeline.hasSend(me.id, id)) {
			push(unsentRow(one, body, shown));
		}
	}
	return out;
}

/** What was made of an entry last, for whom: an entry is replaced and never changed, and so is its row. */
const made = new WeakMap<Entry, { me: UserId; row: MessageRow | EventRow }>();

function stands(row: MessageRow | EventRow, place: { day: boolean; line: boolean }): boolean {
	return row.day === place.day && row.line === place.line;
}

/** What is known of each thread, by the message at which it begins. */
function repliesIn({ timeline, unsent }: Shown, gaps: readonly Gap[]): Map<Seq, Replies> {
	const wholeFrom = gaps.at(-1)?.to ?? 0;
	const found = new Map<Seq, Replies>();
	const known = (root: Seq, told = timeline.get(root)?.thread): Replies =>
		found.get(root) ?? {
			messages: told?.messages ?? 0,
			by: [],
			last_ms: told?.last_ms ?? 0,
			isWhole: (told?.as_of ?? root) >= wholeFrom,
			failed: 0,
		};
	for (const { seq, event, deleted, thread } of timeline.entries) {
		if (thread?.messages) found.set(seq, known(seq));
		const root = threadOf(event.body);
		if (root === null || deleted) continue;
		const before = known(root);
		const isTold = seq <= (timeline.get(root)?.thread?.last ?? 0);
		const others = before.by.filter((one) => one.id !== event.by).slice(-2);
		const by = [...others, { id: event.by, name: event.name }];
		const messages = before.messages + (isTold ? 0 : 1);
		found.set(root, { ...before, messages, by, last_ms: Math.max(before.last_ms, event.at_ms) });
	}
	for (const { pending, failed } of unsent) {
		const root = threadOf(pending.body);
		if (root === null || failed === null) continue;
		const before = known(root);
		found.set(root, { ...before, failed: before.failed + 1 });
	}
	return found;
}

const LINE_PX = 22;
/** Characters of a line of prose. */
const LINE_CHARS = 95;
/** The sides of the box into which a picture must fit: its place is there before it is. */
export const PICTURE = { width: 480, height: 320 };

function aboutHeight({ text, first, day, quote, files, reactions }: MessageRow): number {
	const lines = text.split('\n').reduce((sum, line) => sum + 1 + line.length / LINE_CHARS, 0);
	const pictures = files.map(({ width, height }) =>
		width && height ? Math.min(1, PICTURE.width / width, PICTURE.height / height) * height : 0,
	);
	return (
		Math.floor(lines) * LINE_PX +
		pictures.reduce((sum, height) => sum + height + LINE_PX, 4) +
		(first ? 33 : 0) +
		(day ? 36 : 0) +
		(quote ? 26 : 0) +
		(reactions.length > 0 ? 32 : 0)
	);
}

function follows(previous: MessageRow | EventRow | null, row: MessageRow): boolean {
	return (
		previous?.is === 'message' &&
		previous.by === row.by &&
		previous.name === row.name &&
		previous.thread === row.thread &&
		!previous.deleted &&
		row.at_ms - previous.at_ms < GROUP_MS
	);
}

function rowOf(
	entry: Entry,
	overlay: readonly Unsent[],
	{ timeline, me }: Shown,
): MessageRow | EventRow {
	const { event, seq } = entry;
	const common = {
		seq,
		by: event.by,
		name: event.name,
		at_ms: event.at_ms,
		about: 0,
		day: false,
		line: false,
	};
	const { body } = event;
	if (body.kind !== 'message' && body.kind !== 'erased') {
		return { is: 'event', key: `#${seq}`, body, ...common, about: LINE_PX + 4 };
	}
	// What waits to be sent is shown as if it had happened; what failed is not, but an edit's text is not lost.
	let now = entry;
	let unsent: Unsent | null = null;
	for (const one of overlay) {
		if (one.failed === null) now = changed(now, { seq, by: me.id, body: one.pending.body });
		if (one.pending.body.kind === 'edit') unsent = one;
	}
	const mine = event.by === me.id;
	const isMessage = body.kind === 'message';
	return {
		is: 'message',
		key: mine && isMessage ? `:${event.id}` : `#${seq}`,
		...common,
		text: now.text,
		edited: now.edited > 0,
		edited_ms: now.editedMs,
		deleted: now.deleted,
		reactions: now.reactions,
		quote: isMessage && !now.deleted ? quote(body.reply_to, timeline) : null,
		thread: threadOf(body),
		replies: null,
		files: now.deleted ? [] : filesOf(body),
		forwarded: isMessage && body.forward ? (body.forward.name ?? '') : null,
		mine,
		mentionsMe: !mine && !now.deleted && mentions(body, me.id),
		first: true,
		unsent,
	};
}

function unsentRow(
	unsent: Unsent,
	body: Extract<Body, { kind: 'message' }>,
	{ timeline, me }: Shown,
): MessageRow {
	return {
		is: 'message',
		key: `:${unsent.pending.id}`,
		about: 0,
		seq: null,
		by: me.id,
		name: me.name,
		at_ms: unsent.at_ms,
		text: body.text,
		edited: false,
		edited_ms: null,
		deleted: false,
		reactions: [],
		quote: quote(body.reply_to, timeline),
		thread: threadOf(body),
		replies: null,
		files: filesOf(body),
		forwarded: null,
		mine: true,
		mentionsMe: false,
		first: true,
		day: false,
		line: false,
		unsent,
	};
}

function quote(seq: Seq | undefined, timeline: Timeline): Quote | null {
	if (seq === undefined) return null;
	const entry = timeline.get(seq);
	if (!entry) return { seq, by: '', name: '', text: '', deleted: false };
	const { by, name, body } = entry.event;
	return { seq, by, name, text: saidIn(body, entry.text), deleted: entry.deleted };
}

function gapRow(gap: Gap, previous: MessageRow | EventRow | null, timeline: Timeline): GapRow {
	const after = timeline.entries.find((entry) => entry.seq > gap.to);
	return {
		is: 'gap',
		key: `gap${gap.to}`,
		about: 70,
		gap,
		since_ms: previous?.at_ms ?? null,
		until_ms: after?.event.at_ms ?? null,
	};
}

/**
 * The rows, with those that are as they were before being the same ones, and the list itself if all are: what draws them
 * does nothing then.
 */
export function reused(before: Row[], rows: readonly Row[]): Row[] {
	const known = new Map(before.map((row) => [row.key, row]));
	const now = rows.map((row) => {
		const was = known.get(row.key);
		return was && isSame(was, row) ? was : row;
	});
	const isAsBefore = now.length === before.length && now.every((row, at) => row === before[at]);
	return isAsBefore ? before : now;
}

/** Whether two are alike to the third depth, which is as deep as what is made anew each time goes. */
function isSame(one: unknown, other: unknown, depth = 3): boolean {
	if (Object.is(one, other)) return true;
	if (depth === 0 || typeof one !== 'object' || typeof other !== 'object' || !one || !other)
		return false;
	const keys = Object.keys(one);
	return (
		keys.length === Object.keys(other).length &&
		keys.every((key) => isSame(one[key as never], other[key as never], depth - 1))
	);
}

/** Sends of this room that the person must be told of below the last row. */
export function waiting(unsent: readonly Unsent[]): { late: number; last: SendId | null } {
	const late = unsent.filter((one) => one.failed === null && one.late);
	// What changes a message that is there is drawn on it, wherever that is.
	const last = late.findLast((one) => one.pending.body.kind === 'message') ?? late.at(-1);
	return { late: late.length, last: last?.pending.id ?? null };
}
