/** The connection as it is shown: whether it is there, since when it is not, and what came when it was back. */

import type { App } from '../app.svelte';
import type { Step } from '../core/step';

/** A connection that is gone for less is only said beside one's name. */
const QUIET_MS = 2_000;

export class Link {
	is = $state<'connecting' | 'live' | 'lost' | 'stopped'>('connecting');
	/** If it is lost: when it is tried again, if that is known, */
	until = $state<number | null>(null);
	/** and whether for so long that it is said. */
	loud = $state(false);
	/** The last second of which it is known that everything was here. */
	asOf = $state(0);
	/** For a moment after it is back. */
	back = $state.raw<{ missed: number; sent: number } | null>(null);
	/** What came of others and went out of one's own since it was lost. */
	counted = { missed: 0, sent: 0 };
	private lostAt = 0;

	constructor(private readonly app: App) {}

	tryNow(): void {
		this.app.session?.start();
		this.until = null;
	}

	welcomed(): void {
		const wasLost = this.is === 'lost' && this.loud;
		this.is = 'live';
		if (!wasLost) {
			this.counted = { missed: 0, sent: 0 };
			return;
		}
		this.back = { ...this.counted };
		setTimeout(() => {
			this.back = this.counted.missed + this.counted.sent > 0 ? { ...this.counted } : this.back;
		}, 500);
		setTimeout(() => {
			this.back = null;
			this.counted = { missed: 0, sent: 0 };
		}, 2_500);
	}

	lost({ ms, heard_ms = 0 }: Extract<Step, { do: 'wait' }>): void {
		const now = performance.now();
		if (this.is !== 'lost') {
			this.lostAt = now;
			this.counted = { missed: 0, sent: 0 };
		}
		this.is = 'lost';
		this.until = now + ms;
		this.loud = now >= this.lostAt + QUIET_MS;
		// The server may have been gone for long before that was found, as when the machine has slept; or it was never heard.
		if (heard_ms > 0) this.asOf = Math.min(this.asOf, heard_ms);
	}

	/** It is not tried again by itself; it may be once somebody has signed in. */
	ended(isUntilSignIn: boolean): void {
		this.is = isUntilSignIn ? 'lost' : 'stopped';
		this.until = null;
		this.loud = false;
	}

	/** Once a second. */
	beat(): void {
		const { view, session, now } = this.app;
		if (this.is === 'lost' && performance.now() >= this.lostAt + QUIET_MS) this.loud = true;
		if (this.is !== 'live' || !view || !session?.client.isUpToDate(view.id)) return;
		// What is there, and what is on the page.
		if (view.timeline.covers(session.client.rooms.get(view.id)?.position ?? 0)) this.asOf = now;
	}
}
