/**
 * One room as the client has it: a position, what was kept aside over a hole, the read mark. `protocol::client::room`
 * in TypeScript; what is shown of it is `timeline.ts`.
 *
 * What comes out of `take` is ascending and each seq comes once; what lies between two that came out was named as
 * missed. Everything is bounded.
 */

import { Backoff } from './backoff';
import { counts } from './event';
import { Mentioned } from './mentioned';
import {
	type Body,
	type Event,
	RESUME_EVENTS_MAX,
	type RoomSnapshot,
	RUN_EVENTS_MAX,
	type Seq,
	type UserId,
} from './protocol';

/** Events kept aside over a hole; those furthest away are dropped first and read again from history. */
const AHEAD_MAX = 2 * RUN_EVENTS_MAX;
/** Events whose ordinal is remembered, so that the mark can be set to them. */
const ORDINALS_MAX = 1_500;

/** What comes out of a room: its next event, or that some are not shown. */
export type Shown = { event: Event } | { missed: { from: Seq; to: Seq } };

export class RoomLog {
	/** As the server last described it; null for a room remembered from before the first `welcome`. */
	snapshot: RoomSnapshot | null = null;
	/** Up to here without a hole. */
	position: Seq;
	/** This seq exists, as far as we know. */
	seen: Seq;
	/** When to ask for what we do not have, if nothing moves before. */
	askAt: number | null = null;
	/** Pauses between asking, where it did not help. */
	readonly backoff = new Backoff();
	/** Where the replay of this connection ends; null once it is there. */
	replayTo: Seq | null = null;
	/** Every event above this and up to the position was seen: there was no gap since. */
	wholeFrom: Seq;
	/** The own read mark: read up to and with `seq`, up to which there are `ordinal` messages. */
	mark = { seq: 0, revision: 0, ordinal: 0 };
	private ahead = new Map<Seq, Event>();
	private ordinals = new Map<Seq, number>();
	private headOrdinal = 0;
	private mentioned = new Mentioned();

	/** A room of which we have everything up to `position`. */
	constructor(position: Seq) {
		this.position = position;
		this.seen = position;
		this.wholeFrom = position;
	}

	/** Messages that are not read, exact as of what the server said and what came since. */
	get unread(): number {
		return Math.max(0, this.headOrdinal - this.mark.ordinal);
	}

	/** Messages up to the position, as far as is known. */
	get ordinal(): number {
		return this.ordinalAt(this.position) ?? this.headOrdinal;
	}

	/** Of those the ones that mention the person, as far as they are counted. */
	get mentions(): number {
		return this.mentioned.after(this.mark.seq);
	}

	/** The server describes the room. The position stays: what it does not cover will come or be asked for. */
	describe(snapshot: RoomSnapshot): void {
		this.saw(snapshot.head);
		const ordinal = snapshot.ordinal ?? 0;
		this.headOrdinal = Math.max(this.headOrdinal, ordinal);
		const mark = {
			seq: snapshot.mark ?? 0,
			revision: snapshot.revision ?? 0,
			ordinal: Math.max(0, ordinal - (snapshot.unread ?? 0)),
		};
		if (isLater(mark, this.mark)) this.mark = mark;
		this.mentioned.said(snapshot.mentioned ?? [], snapshot.head);
		this.snapshot = snapshot;
	}

	/** The seq exists. */
	saw(seq: Seq): void {
		this.seen = Math.max(this.seen, seq);
	}

	/** A page of history says how many messages there are up to each of its events. */
	learn(events: readonly Event[]): void {
		for (const event of events) this.remember(event);
	}

	/** Takes events in, in whatever order and however often they come, and puts out what is next. */
	take(events: readonly Event[], me: UserId | undefined): Shown[] {
		const out: Shown[] = [];
		for (const event of events) {
			this.saw(event.seq);
			if (event.seq === this.position + 1) {
				out.push(this.show(event, me));
			} else if (event.seq > this.position) {
				this.ahead.set(event.seq, event);
				if (this.ahead.size > AHEAD_MAX) this.ahead.delete(Math.max(...this.ahead.keys()));
			}
		}
		out.push(...this.join(me));
		// Too wide to fill: named, so that the reader is not held up by it.
		const first = this.firstAhead();
		if (first !== null && first - this.position - 1 > RESUME_EVENTS_MAX) {
			out.push(...this.skipTo(first - 1, me));
		}
		return out;
	}

	/** What lies up to `to` will not come: names it and goes on after it. */
	skipTo(to: Seq, me: UserId | undefined): Shown[] {
		if (to <= this.position) return [];
		this.saw(to);
		const missed = { from: this.position + 1, to };
		this.position = to;
		this.wholeFrom = to;
		return [{ missed }, ...this.join(me)];
	}

	/** Whether an event lies beyond a hole: that is, whether asking is due at once. */
	get hasHole(): boolean {
		return this.ahead.size > 0;
	}

	/** Whether we know of events that we do not have. */
	get isBehind(): boolean {
		return this.seen > this.position;
	}

	/** Forgets everything: the log is another one and ends at `head`. */
	reset(head: Seq): void {
		this.position = head;
		this.seen = head;
		this.ahead.clear();
		this.ordinals.clear();
		this.replayTo = null;
		this.wholeFrom = head;
		this.askAt = null;
		this.headOrdinal = 0;
		this.mark = { seq: 0, revision: 0, ordinal: 0 };
		this.mentioned = new Mentioned();
		if (this.snapshot) this.describe({ ...this.snapshot, head });
	}

	/** The server says where the mark is. Whether that is news. */
	markSaid(seq: Seq, revision: number, unread: number, mentioned: readonly Seq[]): boolean {
		if (!isLater({ seq, revision }, this.mark)) return false;
		const before = [this.mark.seq, this.unread, this.mentions];
		this.mentioned.saidToo(mentioned);
		const ordinal = this.ordinalAt(seq) ?? Math.max(0, this.headOrdinal - unread);
		this.mark = { seq, revision, ordinal };
		return [this.mark.seq, this.unread, this.mentions].some((now, at) => now !== before[at]);
	}

	/** The person has read up to `seq`. Whether the mark moved. */
	markRead(upTo: Seq): boolean {
		const seq = Math.min(upTo, this.position);
		const ordinal = this.ordinalAt(seq);
		if (ordinal === undefined || seq <= this.mark.seq) return false;
		this.mark = { ...this.mark, seq, ordinal };
		return true;
	}

	/** How many messages there are up to and with `seq`, if that is known. */
	private ordinalAt(seq: Seq): number | undefined {
		const described = this.snapshot?.head === seq ? (this.snapshot.ordinal ?? 0) : undefined;
		return this.ordinals.get(seq) ?? described;
	}

	private remember(event: Event): void {
		this.ordinals.set(event.seq, event.ordinal);
		// The newest stay, in whatever order they came: whoever has read old history long enough comes back to them.
		if (this.ordinals.size > ORDINALS_MAX) this.ordinals.delete(Math.min(...this.ordinals.keys()));
	}

	private firstAhead(): Seq | null {
		return this.ahead.size > 0 ? Math.min(...this.ahead.keys()) : null;
	}

	private join(me: UserId | undefined): Shown[] {
		const out: Shown[] = [];
		for (let first = this.firstAhead(); first !== null; first = this.firstAhead()) {
			if (first > this.position + 1) break;
			const event = this.ahead.get(first);
			this.ahead.delete(first);
			if (event && first === this.position + 1) out.push(this.show(event, me));
		}
		return out;
	}

	private show(event: Event, me: UserId | undefined): Shown {
		this.position = event.seq;
		this.headOrdinal = Math.max(this.headOrdinal, event.ordinal);
		// What one writes oneself is read; what is replayed was counted by the server already.
		const isNew = this.snapshot !== null && event.seq > this.snapshot.head;
		this.mentioned.take(event, me, isNew);
		if (isNew && this.snapshot) this.snapshot = followed(this.snapshot, event.body, me);
		if (isNew && event.by === me && counts(event.body) && event.seq > this.mark.seq) {
			this.mark = { ...this.mark, seq: event.seq, ordinal: event.ordinal };
		}
		this.remember(event);
		return { event };
	}
}

/** The higher revision wins, within one the higher seq. */
function isLater(
	mark: { seq: Seq; revision: number },
	than: { seq: Seq; revision: number },
): boolean {
	return mark.revision > than.revision || (mark.revision === than.revision && mark.seq >= than.seq);
}

/** What an event makes of the room itself. Its `head` stays: it says up to where the server has counted. */
function followed(snapshot: RoomSnapshot, body: Body, me: UserId | undefined): RoomSnapshot {
	switch (body.kind) {
		case 'rename':
			return { ...snapshot, name: body.name };
		case 'topic':
			return { ...snapshot, topic: body.topic };
		case 'description':
			return { ...snapshot, description: body.description };
		case 'avatar':
			return { ...snapshot, avatar: body.avatar };
		case 'archive':
			return { ...snapshot, archived: body.on };
		case 'slow':
			return { ...snapshot, slow_seconds: body.seconds };
		case 'right':
			return { ...snapshot, rights: { ...snapshot.rights, [body.right]: body.role } };
		case 'role':
			return body.user === me ? { ...snapshot, role: body.role } : snapshot;
		case 'join':
		case 'invite':
			return { ...snapshot, members: snapshot.members + 1 };
		case 'leave':
		case 'remove':
			return { ...snapshot, members: Math.max(0, snapshot.members - 1) };
		default:
			return snapshot;
	}
}
