/** What was just done can be undone for a while: one thing, the last. */

import type { App, Undo } from '../app.svelte';

/** So long. */
const UNDO_MS = 8_000;

/** Offers it; what was offered before cannot be undone any more. */
export function offer(app: App, undo: Omit<Undo, 'until_ms'>): void {
	const before = app.undo;
	app.undo = { ...undo, until_ms: Date.now() + UNDO_MS };
	before?.over?.();
}

export function undoLast(app: App): void {
	const { undo } = app;
	app.undo = null;
	undo?.undo();
}

/** Whether the time has run out is looked at once a second. */
export function look(app: App): void {
	const { undo, now } = app;
	if (!undo || now < undo.until_ms) return;
	app.undo = null;
	undo.over?.();
}
