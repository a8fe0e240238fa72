/**
 * What a page does beside the first messages, most of it by the clock: it looks up how people want to be shown, asks which
 * threads one follows, shares drafts, takes over what pages that are gone have left if nobody does so for all tabs, and
 * sees when what was done cannot be undone any more.
 */

import type { App, Part } from '../app.svelte';
import { meet } from './profiles';
import { look } from './undo';

/** So often, in seconds, one looks for what pages that are gone have left. */
const ADOPT_S = 3;
/** So long after it began drafts are shared; if what does it cannot be loaded, again after that. */
const SHARE_S = 3;
const AGAIN_S = 5;

export class Live implements Part {
	private beats = 0;
	private shareAt = SHARE_S;

	constructor(private readonly app: App) {
		meet(app);
	}

	beat(): void {
		look(this.app);
		const { link, session } = this.app;
		if (link.is !== 'live') return;
		this.beats += 1;
		if (session?.client.threads === null) void this.followThreads();
		if (this.beats % ADOPT_S === 1) void this.adopt();
		if (this.beats === this.shareAt) void this.shareDrafts();
	}

	/** If it cannot be loaded, once more. */
	private async followThreads(): Promise<void> {
		const { own, shared } = this.app;
		shared?.followThreads();
		const { Threads } = await import('../core/threads').catch(() => ({ Threads: null }));
		if (Threads && own && !own.client.threads) own.followThreads(new Threads(own.client.own));
	}

	private async adopt(): Promise<void> {
		const { me, store, own, sending } = this.app;
		if (!me || !store || !own) return;
		const kept = await store.adopt(me.id).catch(() => []);
		if (kept.length === 0) return;
		sending.takeKept(kept);
		own.adopt(kept);
	}

	/** Drafts are the same on all devices from now on. */
	private async shareDrafts(): Promise<void> {
		const part = await import('./shared-drafts').catch(() => null);
		const { store, parts } = this.app;
		if (!part) this.shareAt = this.beats + AGAIN_S;
		else if (store) parts.push(new part.SharedDrafts(this.app, store));
	}
}
