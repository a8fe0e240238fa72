/**
 * The outbox: what the person sent and what is not settled yet, in order, room by room. `protocol::client::outbox` in
 * TypeScript.
 *
 * One send in flight per room; sends of a room leave in the order in which they came; whatever was on the wire once
 * goes again with the same id, `after`, device and `n`; each leaves exactly once.
 */

import { Backoff, type Chance } from './backoff';
import type { Body, DeviceId, RoomId, SendId, Seq } from './protocol';
import type { NotTaken, Pending } from './step';

/** How long an answer may take on a living connection before the same is sent again. */
export const ANSWER_MS = 20_000;

/** Ready: may go as soon as it is first. Flying: on the wire since then. Held: refused for now, again at that time. */
type State = { is: 'ready' } | { is: 'flying'; since: number } | { is: 'held'; until: number };

interface Item {
	pending: Pending;
	state: State;
	backoff: Backoff;
}

interface Queue {
	items: Item[];
	/** The last `n` given out. */
	n: number;
}

const READY: State = { is: 'ready' };

export class Outbox {
	private queues = new Map<RoomId, Queue>();

	constructor(
		private readonly device: DeviceId,
		private readonly max: number,
	) {}

	/** Takes in what an earlier page left, in its order, and the counters that it had reached. */
	restore(counters: ReadonlyMap<RoomId, number>, pending: readonly Pending[]): void {
		for (const [room, n] of counters) this.queue(room).n = Math.max(this.queue(room).n, n);
		for (const one of pending) this.adopt(one);
	}

	/** Takes in one more, perhaps of another device; `n` counts per device. */
	adopt(pending: Pending): void {
		const queue = this.queue(pending.room);
		if (queue.items.some((item) => item.pending.id === pending.id)) return;
		if (pending.device === this.device) queue.n = Math.max(queue.n, pending.n);
		queue.items.push({ pending, state: READY, backoff: new Backoff() });
	}

	/** Everything that is not settled, room by room in order. */
	pending(): Pending[] {
		return this.items().map((item) => item.pending);
	}

	/** Puts a new send at the end of its room's queue. */
	add(room: RoomId, id: SendId, body: Body): Pending | NotTaken {
		const items = this.items();
		if (items.some((item) => item.pending.id === id)) return 'twice';
		if (items.length >= this.max) return 'full';
		const queue = this.queue(room);
		queue.n += 1;
		const pending: Pending = { room, id, after: null, device: this.device, n: queue.n, body };
		queue.items.push({ pending, state: READY, backoff: new Backoff() });
		return pending;
	}

	/** Rooms whose first send may go on the wire. */
	readyRooms(): RoomId[] {
		const ready = [...this.queues].filter(([, queue]) => queue.items[0]?.state.is === 'ready');
		return ready.map(([room]) => room);
	}

	/** Puts the room's first send on the wire. With it comes whether its `after` was fixed just now. */
	launch(
		room: RoomId,
		position: Seq | undefined,
		now: number,
	): { pending: Pending; isNew: boolean } | null {
		const item = this.queues.get(room)?.items[0];
		if (!item) return null;
		const isNew = item.pending.after === null;
		if (isNew) {
			if (position === undefined) return null;
			item.pending = { ...item.pending, after: position };
		}
		item.state = { is: 'flying', since: now };
		return { pending: item.pending, isNew };
	}

	/** Takes a send out: it is settled. Null if it was settled before. */
	settle(room: RoomId, id: SendId): Pending | null {
		const items = this.queues.get(room)?.items ?? [];
		const at = items.findIndex((item) => item.pending.id === id);
		return at < 0 ? null : (items.splice(at, 1)[0]?.pending ?? null);
	}

	/** The send must be tried again later: how long the pause is. Null if it is settled. */
	hold(
		room: RoomId,
		id: SendId,
		atLeast: number | undefined,
		now: number,
		chance: Chance,
	): number | null {
		const item = this.queues.get(room)?.items.find((one) => one.pending.id === id);
		if (!item) return null;
		const pause = item.backoff.pauseAfter(atLeast, chance);
		item.state = { is: 'held', until: now + pause };
		return pause;
	}

	/** The person wants everything tried now. */
	hurry(): void {
		for (const item of this.items()) if (item.state.is === 'held') item.state = READY;
	}

	/** The connection is gone: what was in flight goes again, unchanged. Pauses asked for by the server stay. */
	cut(): void {
		for (const item of this.items()) if (item.state.is === 'flying') item.state = READY;
	}

	/** The time has come for what was held, and for what got no answer. */
	tick(now: number): void {
		for (const item of this.items()) if (now >= due(item.state)) item.state = READY;
	}

	/** When `tick` has something to do next. */
	deadline(): number {
		return Math.min(...this.items().map((item) => due(item.state)));
	}

	/** How many are on the wire. */
	inFlight(): number {
		return this.items().filter((item) => item.state.is === 'flying').length;
	}

	/**
	 * Every event of `(wholeFrom, position]` was seen, and settled what it showed. A send that is still here and whose
	 * `after` is not below `wholeFrom` cannot lie at or below the position, so its `after` may rise to it. One whose
	 * `after` lies below may be in a gap: raising it would make a second message of it.
	 */
	raise(room: RoomId, wholeFrom: Seq, position: Seq): Pending[] {
		const raised: Pending[] = [];
		for (const item of this.queues.get(room)?.items ?? []) {
			const { after } = item.pending;
			if (after !== null && wholeFrom <= after && after < position) {
				item.pending = { ...item.pending, after: position };
				raised.push(item.pending);
			}
		}
		return raised;
	}

	/** The room's log is another one: what was on the wire can never be told any more. What was not stays. */
	takeSent(room: RoomId): Pending[] {
		return this.takeWhere(room, (pending) => pending.after !== null);
	}

	/** The room is gone: what was never on the wire never will be. What was is still to be told by the server. */
	takeUnsent(room: RoomId): Pending[] {
		return this.takeWhere(room, (pending) => pending.after === null);
	}

	private takeWhere(room: RoomId, gone: (pending: Pending) => boolean): Pending[] {
		const queue = this.queues.get(room);
		if (!queue) return [];
		const taken = queue.items.filter((item) => gone(item.pending));
		queue.items = queue.items.filter((item) => !gone(item.pending));
		return taken.map((item) => item.pending);
	}

	private queue(room: RoomId): Queue {
		const known = this.queues.get(room);
		if (known) return known;
		const queue = { items: [], n: 0 };
		this.queues.set(room, queue);
		return queue;
	}

	private items(): Item[] {
		return [...this.queues.values()].flatMap((queue) => queue.items);
	}
}

function due(state: State): number {
	if (state.is === 'flying') return state.since + ANSWER_MS;
	return state.is === 'held' ? state.until : Number.POSITIVE_INFINITY;
}
