/** A conversation that was opened: what of it is held, where one reads in it, and what is being written. */

import { SvelteMap } from 'svelte/reactivity';
import { threadOf } from '../core/event';
import type { Event, RoomId, Seq, UserId } from '../core/protocol';
import type { Standing } from '../core/shared';
import { type Draft, NOTHING } from '../core/store';
import { type Keep, Timeline } from '../core/timeline';

/** A room, or a thread of it, which begins at the message `root`. */
export class RoomView {
	readonly timeline: Timeline;
	/** Up to where the log was told of, and how many messages that are: what of it is not here is a gap. */
	head: { seq: Seq; ordinal: number };
	/** Counts what is new in it, so that what is derived from it is derived again. */
	version = $state(0);
	lineAfter = $state<Seq | null>(null);
	/** How many messages were new after that one, when it was opened or come back to: more than are here, it may be. */
	fresh = { after: 0, messages: 0 };
	/** Whether one reads at its end: then what comes is followed, else nothing moves. */
	pinned = $state(true);
	typing = new SvelteMap<UserId, { name: string; until: number }>();
	members = $state.raw<ReadonlyMap<UserId, string>>(new Map());
	loading = $state<'newest' | 'older' | 'gap' | 'around' | null>(null);
	failed = $state<string | null>(null);
	/** What is being written: always another, never changed. */
	draft = $state.raw<Draft>(NOTHING);
	/** And in its threads, by their roots. */
	inThreads = new SvelteMap<Seq, Draft>();
	/** Where the caret was in each, when one left it. */
	readonly carets = new Map<Seq | null, number>();
	/** Which of them the store was asked for, and which are here. */
	readonly asked = new Map<Seq | null, Promise<void>>();
	readonly here = new Set<Seq | null>();
	/** A row to bring into sight. */
	goTo = $state.raw<{ seq: Seq; focus: boolean } | 'latest' | null>(null);
	/** Whether the person has set it back to unread: then it is not read by being looked at. */
	isSetBack = false;
	/** What stands at the top of the screen: if too much is held, what is furthest from it goes. */
	reading: Seq = 0;
	/** The names of its people, in small letters. */
	readonly called: ReadonlySet<string> = $derived(
		new Set([...this.members.values()].map((name) => name.toLowerCase())),
	);

	constructor(
		readonly id: RoomId,
		log: Standing,
		readonly root: Seq | null = null,
	) {
		const isInside = ({ seq, body }: Event) => seq === root || threadOf(body) === root;
		this.timeline = root === null ? new Timeline() : new Timeline(isInside);
		this.head = { seq: log.position, ordinal: log.ordinal };
	}

	get keep(): Keep {
		return this.pinned ? 'newest' : this.reading;
	}
}
