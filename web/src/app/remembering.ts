/** Remembers what is here, for a time without a network. */

import type { App, Part } from '../app.svelte';
import type { RoomId, RoomSnapshot } from '../core/protocol';
import { remember } from '../core/seen';
import type { Step } from '../core/step';
import type { Tail } from '../core/timeline';
import { PAGE } from './reading.svelte';

/** So often; the first time soon, and soon after something came if nothing follows it. */
const EVERY_S = 30;
const SOON_S = 2;

/** What is here when the page goes out of sight, or the connection is lost, is what a page without one begins with. */
export class Remembering implements Part {
	private beats = 0;
	/** The beat after which something came last. */
	private cameAt = Number.NEGATIVE_INFINITY;
	/** Whether all that is shown was here at the last beat: else it is older than it would be said to be. */
	private isWhole = false;

	constructor(private readonly app: App) {
		document.addEventListener('visibilitychange', () => {
			if (document.visibilityState !== 'visible') void this.keep(Date.now());
		});
	}

	/** Parts are told before the link is: at its end it is live still. */
	step(step: Step): void {
		if (step.do === 'show' || step.do === 'left') this.cameAt = this.beats;
		else if (step.do === 'wait') void this.keep(step.heard_ms || Date.now());
	}

	beat(): void {
		const { link, reading, session } = this.app;
		if (link.is !== 'live') return;
		this.isWhole = reading.openViews().every(({ id }) => session?.client.isUpToDate(id));
		this.beats += 1;
		const isDue = this.beats % EVERY_S === SOON_S || this.beats === this.cameAt + SOON_S;
		if (isDue) void this.keep(Date.now());
	}

	/** As it was then: without a connection it is older than it looks. */
	private async keep(at_ms: number): Promise<void> {
		const { me, session, link } = this.app;
		if (!me || !session || link.is !== 'live' || !this.isWhole) return;
		const rooms = [...session.client.rooms.values()].flatMap((log): RoomSnapshot[] => {
			const { snapshot, position, ordinal, unread, mark } = log;
			if (!snapshot) return [];
			return [{ ...snapshot, head: position, ordinal, unread, mark: mark.seq }];
		});
		const tails = this.app.reading.openViews().flatMap((view): [RoomId, Tail][] => {
			const tail = view.timeline.tail(PAGE);
			return tail ? [[view.id, tail]] : [];
		});
		await remember(indexedDB, { me, rooms, tails, at_ms });
	}
}
