/**
 * What of a room's log is on the page: the messages with their edits, deletions and reactions applied, in order, and
 * which seqs are covered at all. Between two covered stretches lies a gap, and a gap is always shown as one: whatever
 * its cause (a day of messages missed, a jump to an old message, the bound on how much is kept), nothing is hidden
 * without a word.
 *
 * Taking the same event or page again changes nothing, and pages and live events may overtake each other.
 */

import { counts, threadOf } from './event';
import {
	type Event,
	type MessageState,
	PAGE_EVENTS_MAX,
	type Reaction,
	type Seq,
	type ThreadLength,
	type UserId,
} from './protocol';
import type { Page } from './step';

/** One event that is shown. Replaced, never changed, so that what draws it sees by identity whether it is another. */
export interface Entry {
	readonly seq: Seq;
	readonly event: Event;
	/** The text as it stands. */
	readonly text: string;
	/** The event that edited it last, and when that was, where it is known. */
	readonly edited: Seq;
	readonly editedMs: number | null;
	readonly deleted: boolean;
	readonly reactions: readonly Reaction[];
	/** How long its thread was when it came, without what was deleted since. */
	readonly thread: ThreadLength | null;
	/** Every change of it up to this event is applied. */
	readonly asOf: Seq;
}

/** A stretch of the log of which every event was seen. `before` and `through`: messages before it, and to its end. */
interface Stretch {
	from: Seq;
	to: Seq;
	before: number;
	through: number;
}

/** The end of what is here, to be remembered. */
export interface Tail {
	entries: Entry[];
	stretch: Stretch;
}

/** What lies between two stretches: so many messages. */
export interface Gap {
	from: Seq;
	to: Seq;
	messages: number;
	/** Whether anything of it was missed; what was let go of, or jumped over, was not. */
	missed?: boolean;
}

/** What goes if too much is held: what is furthest from the newest, from the oldest, or from what is being read. */
export type Keep = 'newest' | 'oldest' | Seq;

/** As of when an entry stands that may lack changes. */
const STALE = -1;
/** Changes kept for messages that a page still on its way may bring. */
const CHANGES_MAX = 500;
/** Messages held: beyond them those furthest from where one reads go. */
export const ENTRIES_MAX = 1_200;
/** Absences of which it is remembered that they were. */
const MISSED_MAX = 20;

export class Timeline {
	entries: Entry[] = [];
	private stretches: Stretch[] = [];
	private changes: Event[] = [];
	/** Whether the log's first event is here, or everything before is not to be had. */
	private firstSeq: Seq = 1;
	private absences: { from: Seq; to: Seq }[] = [];

	/** `shows` says which of the live events have an entry. */
	constructor(private readonly shows: (event: Event) => boolean = isShown) {}

	/** The next live event; `keep` says which end to keep if it is too much. */
	take(event: Event, keep: Keep = 'newest'): void {
		if (this.shows(event)) this.insert(event, event.seq);
		if ('target' in event.body) {
			this.changes.push(event);
			if (this.changes.length > CHANGES_MAX) this.changes.shift();
			this.change(event);
		}
		this.cover(stretchOf([event]));
		this.bound(keep);
	}

	/**
	 * A page of history; `keep` says which end to keep if it is too much. A page that is not dense says by `whole` of which
	 * part of the log it has all that is shown.
	 */
	add(
		page: Pick<Page, 'events' | 'states' | 'head' | 'more_before'>,
		keep: Keep,
		whole?: { from: Seq; to: Seq },
	): void {
		const stretch = whole ? { ...whole, before: 0, through: 0 } : stretchOf(page.events);
		if (!page.more_before && stretch) this.firstSeq = stretch.from;
		page.events.forEach((event, at) => {
			// What was erased long ago says nothing of itself: what had raised no ordinal was an edit, or stood in a thread.
			const { kind, was } =
				event.body.kind === 'erased' ? event.body : { kind: '', was: undefined };
			const isNothing = kind && !was && event.ordinal === page.events[at - 1]?.ordinal;
			if (whole || (isShown(event) && !isNothing)) this.insert(event, page.head);
		});
		for (const state of page.states) this.state(state, page.head);
		// What came live while the page was on its way.
		for (const event of this.changes) this.change(event);
		this.cover(stretch);
		this.bound(keep);
	}

	/**
	 * What lies from `from` to `to` was missed, and changes of earlier messages may be among it: those that are near enough to be
	 * asked for again in one page stay until they come, the others go.
	 */
	missed(from: Seq, to: Seq = from): void {
		this.absences = [...this.absences, { from, to }].slice(-MISSED_MAX);
		const near = from - PAGE_EVENTS_MAX;
		const kept = this.entries.filter((entry) => entry.seq >= near);
		const first = kept[0];
		this.entries = kept.map((entry) => ({ ...entry, asOf: STALE }));
		if (first) this.cut(first.seq, Number.POSITIVE_INFINITY, first.event, null);
		else this.stretches = [];
	}

	/** The newest that is here, so many entries at most. */
	tail(limit: number): Tail | null {
		const last = this.stretches.at(-1);
		const entries = this.entries.slice(last ? this.place(last.from) : 0).slice(-limit);
		const first = entries[0];
		if (!last || !first) return null;
		const before = first.event.ordinal - (countsAsMessage(first.event) ? 1 : 0);
		return { entries, stretch: { ...last, from: first.seq, before } };
	}

	/** Begins with what was remembered. */
	restore({ entries, stretch }: Tail): void {
		this.entries = entries;
		this.stretches = [stretch];
	}

	/** The log is another one. */
	reset(): void {
		this.entries = [];
		this.stretches = [];
		this.changes = [];
		this.absences = [];
		this.firstSeq = 1;
	}

	/** Whether anything is covered. */
	get isEmpty(): boolean {
		return this.stretches.length === 0;
	}

	/** The first and the last seq that are covered. */
	get from(): Seq {
		return this.stretches[0]?.from ?? 0;
	}
	get to(): Seq {
		return this.stretches.at(-1)?.to ?? 0;
	}

	/** Whether there is more before what is here. */
	get hasMoreBefore(): boolean {
		return this.from > this.firstSeq;
	}

	covers(seq: Seq): boolean {
		return this.stretches.some((stretch) => stretch.from <= seq && seq <= stretch.to);
	}

	/** What is not here between what is; `head`: up to where there is anything, so that the last gap may be at the end. */
	gaps(head: Seq, headOrdinal: number): Gap[] {
		const gaps: Gap[] = [];
		const push = (from: Seq, to: Seq, messages: number): void => {
			const missed = this.absences.some((one) => one.from <= to && from <= one.to) || undefined;
			gaps.push({ from, to, messages: Math.max(0, messages), missed });
		};
		this.stretches.forEach((stretch, at) => {
			const next = this.stretches[at + 1];
			if (next) {
				push(stretch.to + 1, next.from - 1, next.before - stretch.through);
			} else if (stretch.to < head) {
				push(stretch.to + 1, head, headOrdinal - stretch.through);
			}
		});
		return gaps;
	}

	get(seq: Seq): Entry | undefined {
		const at = this.place(seq);
		return this.entries[at]?.seq === seq ? this.entries[at] : undefined;
	}

	/** Own messages by the id of their send. */
	hasSend(by: UserId, id: string): boolean {
		return this.entries.some((entry) => entry.event.id === id && entry.event.by === by);
	}

	/** The first place whose entry is not before `seq`. */
	private place(seq: Seq): number {
		let low = 0;
		let high = this.entries.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((this.entries[middle]?.seq ?? 0) < seq) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	private insert(event: Event, asOf: Seq): void {
		const at = this.place(event.seq);
		const known = this.entries[at];
		if (known?.seq === event.seq && known.asOf >= asOf) return;
		const { body } = event;
		const entry: Entry = {
			seq: event.seq,
			event,
			text: body.kind === 'message' ? body.text : '',
			edited: 0,
			editedMs: null,
			deleted: body.kind === 'erased',
			reactions: [],
			thread: null,
			asOf,
		};
		const isSame = known?.seq === event.seq;
		this.entries.splice(at, isSame ? 1 : 0, entry);
	}

	private state(state: MessageState, head: Seq): void {
		const at = this.place(state.seq);
		const entry = this.entries[at];
		if (entry?.seq !== state.seq || entry.asOf > head) return;
		this.entries[at] = {
			...entry,
			text: state.text ?? entry.text,
			edited: state.edited ?? 0,
			editedMs: state.edited_ms ?? null,
			deleted: state.deleted !== undefined || entry.deleted,
			reactions: state.reactions ?? [],
			thread: state.thread ?? null,
		};
	}

	private change(event: Event): void {
		if (!('target' in event.body)) return;
		const at = this.place(event.body.target);
		const entry = this.entries[at];
		if (entry?.seq !== event.body.target || entry.asOf >= event.seq) return;
		this.entries[at] = { ...changed(entry, event), asOf: entry.asOf === STALE ? STALE : event.seq };
		const begins = this.get(threadOf(entry.event.body) ?? 0);
		const thread = begins?.thread;
		const isGone = this.entries[at].deleted && !entry.deleted;
		if (isGone && thread && entry.seq <= thread.last && event.seq > thread.as_of) {
			const messages = thread.messages - 1;
			this.entries[this.place(begins.seq)] = { ...begins, thread: { ...thread, messages } };
		}
	}

	/** Notes that all of this is here. */
	private cover(stretch: Stretch | null): void {
		if (!stretch) return;
		let added = stretch;
		const apart: Stretch[] = [];
		for (const stretch of this.stretches) {
			if (stretch.to + 1 < added.from || added.to + 1 < stretch.from) {
				apart.push(stretch);
				continue;
			}
			const [low, high] = [
				stretch.from < added.from ? stretch : added,
				stretch.to > added.to ? stretch : added,
			];
			added = { from: low.from, before: low.before, to: high.to, through: high.through };
		}
		this.stretches = [...apart, added].sort((a, b) => a.from - b.from);
	}

	private bound(keep: Keep): void {
		const tooMany = this.entries.length - ENTRIES_MAX;
		if (tooMany <= 0) return;
		const before = typeof keep === 'number' ? this.place(keep) - ENTRIES_MAX / 2 : 0;
		const from =
			keep === 'newest' ? tooMany : keep === 'oldest' ? 0 : Math.min(Math.max(before, 0), tooMany);
		const had = this.entries.length;
		this.entries = this.entries.slice(from, from + ENTRIES_MAX);
		const first = this.entries[0];
		const last = this.entries.at(-1);
		if (!first || !last) return;
		if (from > 0) this.cut(first.seq, Number.POSITIVE_INFINITY, first.event, null);
		if (from + ENTRIES_MAX < had) this.cut(0, last.seq, null, last.event);
	}

	/** Forgets that anything outside is covered. */
	private cut(from: Seq, to: Seq, first: Event | null, last: Event | null): void {
		const kept = this.stretches.filter((stretch) => stretch.to >= from && stretch.from <= to);
		this.stretches = kept.map((stretch) => ({
			from: Math.max(stretch.from, from),
			before:
				first && stretch.from < from
					? first.ordinal - (countsAsMessage(first) ? 1 : 0)
					: stretch.before,
			to: Math.min(stretch.to, to),
			through: last && stretch.to > to ? last.ordinal : stretch.through,
		}));
	}
}

/** The stretch that a dense run of events covers. */
function stretchOf(events: readonly Event[]): Stretch | null {
	const first = events[0];
	const last = events.at(-1);
	if (!first || !last) return null;
	const before = first.ordinal - (countsAsMessage(first) ? 1 : 0);
	return { from: first.seq, to: last.seq, before, through: last.ordinal };
}

/** What has a row of its own; the others change one, or nothing, or are of a kind that this client does not know. */
function isShown(event: Event): boolean {
	const { body } = event;
	if (body.kind === 'erased' && body.was?.kind === 'edit') return false;
	return SHOWN.has(body.kind);
}

const SHOWN: ReadonlySet<string> = new Set([
	'message',
	'erased',
	'create',
	'join',
	'leave',
	'invite',
	'remove',
	'ban',
	'unban',
	'role',
	'topic',
	'description',
	'avatar',
	'rename',
	'archive',
	'slow',
	'right',
]);

/** Whether an event raised the room's ordinal. One that was erased long ago does not tell; it mostly was a message. */
function countsAsMessage({ body }: Event): boolean {
	return counts(body) || (body.kind === 'erased' && body.was === undefined);
}

/** An entry after a change of it. */
export function changed(
	entry: Entry,
	{ seq, by, body, at_ms }: Pick<Event, 'seq' | 'by' | 'body'> & { at_ms?: number },
): Entry {
	switch (body.kind) {
		case 'edit':
			return { ...entry, text: body.text, edited: seq, editedMs: at_ms ?? null };
		case 'delete':
			return { ...entry, text: '', deleted: true, reactions: [] };
		case 'react':
			return { ...entry, reactions: reacted(entry.reactions, body.emoji, by, body.on) };
		default:
			return entry;
	}
}

function reacted(
	reactions: readonly Reaction[],
	emoji: string,
	by: UserId,
	on: boolean,
): readonly Reaction[] {
	const known = reactions.find((reaction) => reaction.emoji === emoji);
	const others = (known?.users ?? []).filter((user) => user !== by);
	const users = on ? [...others, by] : others;
	if (!known) return on ? [...reactions, { emoji, users }] : reactions;
	return reactions
		.map((reaction) => (reaction === known ? { emoji, users } : reaction))
		.filter((reaction) => reaction.users.length > 0);
}
