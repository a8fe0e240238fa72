/** Who is there: how others are, and what of oneself is said to them. */

import { SvelteMap } from 'svelte/reactivity';
import type { App } from '../app.svelte';
import { type Status, type UserId, WATCHED_USERS_MAX } from '../core/protocol';

/** Somebody who does not look for so long is away. */
const AWAY_MS = 5 * 60_000;

export class Presence {
	readonly of = new SvelteMap<UserId, Status>();
	private own: Status = 'online';
	private awayTimer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly app: App) {}

	/** The page came into sight, or went out of it. */
	looked(): void {
		const isSeen = document.visibilityState === 'visible';
		if (isSeen) this.app.session?.wake();
		clearTimeout(this.awayTimer);
		if (isSeen) this.be('online');
		else this.awayTimer = setTimeout(() => this.be('away'), AWAY_MS);
	}

	private be(status: Status): void {
		this.own = status;
		this.watch();
	}

	/**
	 * Says how we are, and of whom we want to know the same: partners first, then the people of the room. And of ourselves,
	 * who may be shown otherwise by another device.
	 */
	watch(): void {
		const { rooms, view, me, side, session } = this.app;
		const peers = rooms.flatMap((room) => room.snapshot.peer ?? []);
		const here = view ? [...view.members.keys()] : [];
		const users = [...new Set([me?.id ?? [], peers, here].flat())];
		const status = side.isBusy ? 'do_not_disturb' : this.own;
		session?.watch(status, users.slice(0, WATCHED_USERS_MAX));
	}
}
