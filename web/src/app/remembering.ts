/** Remembers what is here, for a time without a network. */

import type { App, Part } from '../app.svelte';
import type { RoomId, RoomSnapshot } from '../core/protocol';
import { remember } from '../core/seen';
import type { Tail } from '../core/timeline';
import { PAGE } from './reading.svelte';

/** So often, and whenever the page goes out of sight; the first time soon. */
const EVERY_S = 30;
const FIRST_S = 2;

export class Remembering implements Part {
	private beats = 0;

	constructor(private readonly app: App) {
		document.addEventListener('visibilitychange', () => {
			if (document.visibilityState !== 'visible') void this.keep();
		});
	}

	beat(): void {
		if (this.app.link.is !== 'live') return;
		this.beats += 1;
		if (this.beats % EVERY_S === FIRST_S) void this.keep();
	}

	private async keep(): Promise<void> {
		const { me, session, link } = this.app;
		if (!me || !session || link.is !== 'live') return;
		const rooms = [...session.client.rooms.values()].flatMap((log): RoomSnapshot[] => {
			const { snapshot, position, ordinal, unread, mark } = log;
			if (!snapshot) return [];
			return [{ ...snapshot, head: position, ordinal, unread, mark: mark.seq }];
		});
		const tails = this.app.reading.openViews().flatMap((view): [RoomId, Tail][] => {
			const tail = view.timeline.tail(PAGE);
			return tail ? [[view.id, tail]] : [];
		});
		await remember(indexedDB, { me, rooms, tails });
	}
}
