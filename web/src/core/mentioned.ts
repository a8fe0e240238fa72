/**
 * Which unread messages of a room mention the person: as the server said, and as events came since. What a deletion
 * took away does not come back by a word of the server's from before it. Bounded.
 */

import { messageOf } from './event';
import { type Body, type Event, MENTIONS_COUNTED_MAX, type Seq, type UserId } from './protocol';

/** Whether a body mentions a user, by id or with everyone. */
export function mentions(body: Body, user: UserId): boolean {
	const named = messageOf(body)?.mentions;
	if (!named) return false;
	return named.everyone !== undefined || (named.users ?? []).includes(user);
}

export class Mentioned {
	private seqs = new Set<Seq>();
	private deleted = new Set<Seq>();

	/** The server says which they are, as of an event; what came after that one is kept. */
	said(seqs: readonly Seq[], asOf: Seq): void {
		for (const seq of this.seqs) if (seq <= asOf) this.seqs.delete(seq);
		this.saidToo(seqs);
	}

	/** The server says which they are, as of some event that it does not name. */
	saidToo(seqs: readonly Seq[]): void {
		for (const seq of seqs) if (!this.deleted.has(seq)) this.seqs.add(seq);
		this.bound();
	}

	/** An event came; `isNew`, if the server has not counted it yet. */
	take(event: Event, me: UserId | undefined, isNew: boolean): void {
		if (event.body.kind === 'delete') {
			this.seqs.delete(event.body.target);
			this.deleted.add(event.body.target);
		} else if (isNew && me !== undefined && event.by !== me && mentions(event.body, me)) {
			this.seqs.add(event.seq);
		}
		this.bound();
	}

	/** How many of them lie after the read mark, and are counted. */
	after(mark: Seq): number {
		let count = 0;
		for (const seq of this.seqs) if (seq > mark) count += 1;
		return Math.min(count, MENTIONS_COUNTED_MAX);
	}

	private bound(): void {
		for (const seqs of [this.seqs, this.deleted]) {
			while (seqs.size > 2 * MENTIONS_COUNTED_MAX) seqs.delete(Math.min(...seqs));
		}
	}
}
