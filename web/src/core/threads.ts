/**
 * The threads that the person follows: as the server listed them, and as events and their own marks came since.
 * `protocol::client::threads` in TypeScript.
 *
 * What a deletion took away does not come back by a word of the server's from before it. A thread that is not followed
 * may be known as well, so that nothing of it is lost when it comes to be. Bounded.
 */

import { type OwnList, own } from './own';
import {
	type Event,
	type RoomId,
	type Seq,
	THREAD_UNREAD_COUNTED_MAX,
	type Thread,
	type UserId,
} from './protocol';

/** Threads known at once; those in which nothing was written for longest give way, first those that are not followed. */
const KNOWN_MAX = 2_000;
/** Deletions remembered. */
const DELETED_MAX = 1_000;

/** A thread as far as the client knows it. */
export interface ThreadLog {
	room: RoomId;
	root: Seq;
	/** Whether the person follows it. */
	following: boolean;
	/** Up to where they have read it. */
	read: Seq;
	/** The last message that is known of. */
	last: Seq;
	/** The messages that are unread, as far as they are counted. */
	unread: Set<Seq>;
	/** The last of the person's own. */
	wrote: Seq;
	/** Whether the server has said how it stands. */
	isTold: boolean;
	/** Whether it was followed since the list was asked for, by what came live. */
	isFresh: boolean;
}

/** What the person has said of a thread, as far as that is known. */
interface Choice {
	/** Whether they follow it. */
	follow: boolean | undefined;
	/** Where the log ended when they began to by hand. */
	since: Seq;
	/** Up to where they have read it, and where the log ended when they set that back last. */
	read: { seq: Seq; at: Seq } | undefined;
}

export class Threads {
	private known = new Map<string, ThreadLog>();
	private deleted = new Set<string>();
	/** Those that the list has named so far, page by page. */
	private listed = new Set<string>();
	/** Whether it has more than one page. */
	private hasPages = false;
	/** Whether what is asked for now is the last of this round. */
	private isLastPage = false;
	/** Whether something has happened that only another round can tell. */
	isStale = false;

	constructor(private readonly own: OwnList) {}

	/** Those that are followed. */
	followed(): ThreadLog[] {
		return [...this.known.values()].filter((thread) => thread.following);
	}

	get(room: RoomId, root: Seq): ThreadLog | undefined {
		return this.known.get(`${room}/${root}`);
	}

	/** An event came. The thread whose unread it may have changed. */
	take(room: RoomId, event: Event, me: UserId): ThreadLog | null {
		const { body, seq } = event;
		if (body.kind === 'delete') return this.forgetMessage(room, body.target);
		if (body.kind !== 'message' || !body.thread) return null;
		const { root, by } = body.thread;
		const thread = this.entry(room, root);
		if (seq <= thread.last) return null; // the server has counted it
		thread.last = seq;
		const choice = this.choice(room, root);
		const mine = event.by === me;
		const drawsIn = mine || by === me || (body.mentions?.users ?? []).includes(me);
		// Who does not follow it by themselves had no part in it, whatever the server has said of it before.
		if (!thread.following && (!thread.isTold || choice.follow === undefined)) {
			// What was said before one had a part in it is nothing to catch up with, but for what came since one began by
			// hand.
			const { read, since } = choice;
			const drawnIn = (by === me ? root : seq) - 1;
			const begin = drawsIn ? Math.min(drawnIn, since || drawnIn) : since;
			readTo(thread, !read ? begin : read.at === 0 ? Math.max(begin, read.seq) : read.seq);
		}
		thread.following = choice.follow ?? (thread.following || drawsIn);
		thread.isFresh ||= thread.following;
		thread.unread.add(seq);
		if (mine) {
			thread.wrote = seq;
			readTo(thread, seq);
		}
		while (thread.unread.size > THREAD_UNREAD_COUNTED_MAX) {
			thread.unread.delete(Math.min(...thread.unread));
		}
		this.bound();
		return thread.following ? thread : null;
	}

	/** The server says how a thread stands, as of its last message: what came after that is kept. */
	said(said: Thread): ThreadLog {
		const { room, root, last = 0 } = said;
		this.listed.add(`${room}/${root}`);
		const thread = this.entry(room, root);
		const choice = this.choice(room, root);
		for (const seq of thread.unread) if (seq <= last) thread.unread.delete(seq);
		for (const seq of said.unread ?? []) {
			if (!this.deleted.has(`${room}/${seq}`)) thread.unread.add(seq);
		}
		const isDrawnIn = thread.isFresh && thread.last > last;
		thread.following = choice.follow ?? (said.following === true || isDrawnIn);
		// A mark may have moved, and the person may have written, while this was on its way.
		let read = readAfter(choice, said.read ?? 0);
		if (thread.wrote > Math.max(last, choice.read?.at ?? 0)) read = Math.max(read, thread.wrote);
		readTo(thread, read);
		thread.last = Math.max(thread.last, last);
		thread.isTold = true;
		return thread;
	}

	/** A page of the list was said: where the next one begins that is to be asked for; null: that was all. */
	pageSaid(next: string | undefined): { after: string | undefined } | null {
		if (next !== undefined && !this.isLastPage) {
			this.hasPages = true;
			return { after: next };
		}
		// What moved while the pages were read has moved to the first one.
		if (this.hasPages && !this.isLastPage) {
			this.isLastPage = true;
			return { after: undefined };
		}
		// What the list did not name is not followed any more.
		for (const [key, thread] of this.known) {
			thread.following &&= thread.isFresh || this.listed.has(key);
		}
		return null;
	}

	/** The list is asked for, from its first page on. */
	begin(): void {
		this.listed.clear();
		this.hasPages = false;
		this.isLastPage = false;
		this.isStale = false;
		for (const thread of this.known.values()) thread.isFresh = false;
	}

	/** What was said of whether a thread is followed: whether that is not how it is known. */
	followSaid(room: RoomId, root: Seq, on: boolean | undefined): boolean {
		return this.get(room, root)?.following !== on;
	}

	/** What was said of how far it is read: the thread; and whether only the server can tell what is unread now. */
	readSaid(room: RoomId, root: Seq): { thread: ThreadLog; isStale: boolean } | null {
		const thread = this.get(room, root);
		if (!thread) return null;
		const before = thread.read;
		readTo(thread, readAfter(this.choice(room, root), before));
		return { thread, isStale: thread.read < before };
	}

	/** The room is gone, or its log is another one. */
	forget(room: RoomId): void {
		for (const [key, thread] of this.known) if (thread.room === room) this.known.delete(key);
	}

	private forgetMessage(room: RoomId, target: Seq): ThreadLog | null {
		this.deleted.add(`${room}/${target}`);
		for (const oldest of this.deleted) {
			if (this.deleted.size <= DELETED_MAX) break;
			this.deleted.delete(oldest);
		}
		let taken: ThreadLog | null = null;
		for (const thread of this.known.values()) {
			if (thread.room === room && thread.unread.delete(target) && thread.following) taken = thread;
		}
		return taken;
	}

	private entry(room: RoomId, root: Seq): ThreadLog {
		const key = `${room}/${root}`;
		let thread = this.known.get(key);
		if (!thread) {
			const none = { following: false, isTold: false, isFresh: false };
			thread = { room, root, read: 0, last: 0, wrote: 0, unread: new Set(), ...none };
			this.known.set(key, thread);
		}
		return thread;
	}

	private bound(): void {
		if (this.known.size <= KNOWN_MAX) return;
		let oldest: [string, ThreadLog] | null = null;
		for (const one of this.known) if (!oldest || isBefore(one[1], oldest[1])) oldest = one;
		if (oldest) this.known.delete(oldest[0]);
	}

	private choice(room: RoomId, root: Seq): Choice {
		const follow = this.own.of('follow', own.follow(room, root));
		const read = this.own.of('read', own.read(room, root));
		return {
			follow: follow?.on,
			since: follow?.since ?? 0,
			read: read && { seq: read.seq, at: read.at ?? 0 },
		};
	}
}

/** Which of two gives way first. */
function isBefore(one: ThreadLog, other: ThreadLog): boolean {
	return one.following === other.following ? one.last < other.last : !one.following;
}

/** Up to where it is read, which it is up to there by itself: what lies further than a set-back was read since. */
function readAfter({ read }: Choice, before: Seq): Seq {
	if (!read) return before;
	return before <= read.at ? read.seq : Math.max(before, read.seq);
}

function readTo(thread: ThreadLog, seq: Seq): void {
	thread.read = seq;
	for (const unread of thread.unread) if (unread <= seq) thread.unread.delete(unread);
}
