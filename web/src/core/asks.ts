/**
 * Requests: what was asked and is not answered yet. Each may be repeated without harm, so they outlive a connection.
 * `protocol::client::asks` in TypeScript.
 */

import { Backoff, type Chance } from './backoff';
import { ANSWER_MS } from './outbox';
import type { ClientFrame, RoomId } from './protocol';

/** How often a request is tried before its refusal is told to the person: half a minute or so, all in all. */
const TRIES_MAX = 6;
/** How many may wait; beyond it nothing is taken. */
export const ASKS_MAX = 64;

/** Who asked: the person; or the machine, to fill a room's hole, to know what is one's own, or which threads one follows. */
export type Asker =
	| { who: 'person' }
	| { who: 'hole'; room: RoomId }
	| { who: 'own' }
	| { who: 'threads' };

type State = { is: 'ready' } | { is: 'flying'; since: number } | { is: 'held'; until: number };

interface Asked {
	frame: ClientFrame;
	asker: Asker;
	state: State;
	backoff: Backoff;
}

export class Asks {
	private last = 0;
	private asked = new Map<number, Asked>();

	/** Notes a request, made with its number; null if there are too many. */
	add(asker: Asker, frame: (number: number) => ClientFrame): number | null {
		// The machine's own requests are one per room and must not starve behind the person's.
		const people = [...this.asked.values()].filter((one) => one.asker.who === 'person');
		if (asker.who === 'person' && people.length >= ASKS_MAX) return null;
		const number = this.number();
		const asked: Asked = {
			frame: frame(number),
			asker,
			state: { is: 'ready' },
			backoff: new Backoff(),
		};
		this.asked.set(number, asked);
		return number;
	}

	/** A number for a frame that is not kept (`ping`). */
	number(): number {
		this.last += 1;
		return this.last;
	}

	/** The next request to put on the wire. */
	launch(now: number): ClientFrame | null {
		for (const asked of this.asked.values()) {
			if (asked.state.is === 'ready') {
				asked.state = { is: 'flying', since: now };
				return asked.frame;
			}
		}
		return null;
	}

	inFlight(): number {
		return [...this.asked.values()].filter((one) => one.state.is === 'flying').length;
	}

	/** It is answered: who asked, and what. Null if nobody did. */
	settle(number: number): { asker: Asker; frame: ClientFrame } | null {
		const asked = this.asked.get(number);
		this.asked.delete(number);
		return asked ?? null;
	}

	/** It must be tried again later, or has been tried often enough (`false`). The machine's own never give up. */
	hold(number: number, atLeast: number | undefined, now: number, chance: Chance): boolean {
		const asked = this.asked.get(number);
		if (!asked) return true;
		if (asked.asker.who === 'person' && asked.backoff.tries + 1 >= TRIES_MAX) return false;
		asked.state = { is: 'held', until: now + asked.backoff.pauseAfter(atLeast, chance) };
		return true;
	}

	/** Whether a room's hole is asked for. */
	fills(room: RoomId): boolean {
		return [...this.asked.values()].some(
			({ asker }) => asker.who === 'hole' && asker.room === room,
		);
	}

	/** Whether the machine has asked for this, which there is once. */
	asksFor(who: 'own' | 'threads'): boolean {
		return [...this.asked.values()].some(({ asker }) => asker.who === who);
	}

	/** The connection is gone: what was in flight is asked again. Holes are found anew by the replay. */
	cut(): void {
		for (const [number, asked] of this.asked) {
			if (asked.asker.who !== 'person') this.asked.delete(number);
			else asked.state = { is: 'ready' };
		}
	}

	/** The room is gone. */
	forget(room: RoomId): void {
		for (const [number, { asker }] of this.asked) {
			if (asker.who === 'hole' && asker.room === room) this.asked.delete(number);
		}
	}

	/** The time has come for what was held, and for what got no answer. */
	tick(now: number): void {
		for (const asked of this.asked.values()) {
			if (now >= due(asked.state)) asked.state = { is: 'ready' };
		}
	}

	/** When `tick` has something to do next. */
	deadline(): number {
		return Math.min(...[...this.asked.values()].map((asked) => due(asked.state)));
	}
}

function due(state: State): number {
	if (state.is === 'flying') return state.since + ANSWER_MS;
	return state.is === 'held' ? state.until : Number.POSITIVE_INFINITY;
}
