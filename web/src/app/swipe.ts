/**
 * On a phone, where there is one pane at a time: a swipe from the edge at which lines begin leads outward, as the arrow in
 * the head does, from a thread to its room and from there to the list. One from the other edge leads from the list back.
 */

import type { App } from '../app.svelte';
import type { RoomId } from '../core/protocol';

/** So near to an edge a swipe begins, and so far it goes, in pixels. */
const EDGE = 28;
const FAR = 64;

export class Swipe {
	/** Where the finger came down, if that was at an edge. */
	private from: { x: number; y: number } | null = null;
	/** The room that was left for the list. */
	private left: RoomId | null = null;

	constructor(
		private readonly app: App,
		private readonly window: Window,
	) {
		const { document } = window;
		const passive = { passive: true };
		document.addEventListener('touchstart', (event) => this.began(event), passive);
		document.addEventListener('touchend', (event) => this.ended(event), passive);
		// The browser's own gesture has it: it leads back, which is outward as well (`steps.ts`), and not twice.
		const forget = () => {
			this.from = null;
		};
		document.addEventListener('touchcancel', forget, passive);
		window.addEventListener('popstate', forget);
	}

	private began({ touches, target }: TouchEvent): void {
		const [touch] = touches;
		const isOurs =
			touch &&
			touches.length === 1 &&
			this.window.matchMedia('(max-width: 720px)').matches &&
			!(target as Element).closest('dialog');
		const x = touch?.clientX ?? 0;
		const isAtEdge = Math.min(x, this.window.innerWidth - x) <= EDGE;
		this.from = isOurs && isAtEdge ? { x, y: touch.clientY } : null;
	}

	private ended({ changedTouches }: TouchEvent): void {
		const { from } = this;
		const [touch] = changedTouches;
		this.from = null;
		if (!from || !touch) return;
		const by = touch.clientX - from.x;
		if (Math.abs(by) < FAR || Math.abs(by) < 2 * Math.abs(touch.clientY - from.y)) return;
		const isRtl = this.window.document.dir === 'rtl';
		const isFromStart = from.x <= EDGE !== isRtl;
		if (by > 0 !== from.x <= EDGE) return;
		if (isFromStart) this.outward();
		else this.inward();
	}

	private outward(): void {
		const { app } = this;
		if (app.page?.tab) this.window.location.hash = `#/${app.page.is}`;
		else if (app.page) app.go(app.current);
		else if (app.panel) app.closePanel();
		else if (app.current) {
			this.left = app.current;
			app.go(null);
		}
	}

	private inward(): void {
		const { app, left } = this;
		if (left && !app.current && !app.page && app.rooms.some((room) => room.id === left))
			app.go(left);
	}
}
