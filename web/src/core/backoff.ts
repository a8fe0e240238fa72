/**
 * Growing pauses with full jitter: after a fault, everybody comes back at another moment. `protocol::client::backoff`
 * in TypeScript.
 */

/** Where chance comes from: anything from 0 to below 1. A parameter, so that a run can be repeated. */
export type Chance = () => number;

/** The first bound: long enough that a thousand clients do not arrive at once, short enough to be no outage. */
const FIRST_MS = 500;
/** The last bound: a person still waits for that. */
const LAST_MS = 30_000;

/** Anything from 0 to `bound`, both included. */
export function upTo(bound: number, chance: Chance): number {
	return Math.floor(chance() * (bound + 1));
}

/** Counts tries and says how long to pause before the next. */
export class Backoff {
	/** Pauses since the last success. */
	tries = 0;

	/** The pause before the next try: a random part of a bound that doubles with each try. */
	pause(chance: Chance): number {
		return upTo(this.grow(), chance);
	}

	/** At least what the server asked for, and then some, so that those who were told the same time do not meet. */
	pauseAfter(atLeast: number | undefined, chance: Chance): number {
		return Math.min(atLeast ?? 0, LAST_MS) + upTo(this.grow(), chance);
	}

	/** Begins anew after a success. */
	reset(): void {
		this.tries = 0;
	}

	private grow(): number {
		const bound = FIRST_MS * 2 ** Math.min(this.tries, 10);
		this.tries += 1;
		return Math.min(bound, LAST_MS);
	}
}
