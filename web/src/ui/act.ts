/** What is done with a message, in a room and in a thread: what is needed among the first of them. */

import { tick } from 'svelte';
import type { RoomView } from '../app/view.svelte';
import type { App } from '../app.svelte';
import type { MessageRow } from '../core/rows';

/** Into the composer of a room or of a thread. */
export function toComposer(view: RoomView): void {
	const composer = `${view.root === null ? '.conv' : '.panel'} .cmp textarea`;
	void tick().then(() => document.querySelector<HTMLTextAreaElement>(composer)?.focus());
}

export function reply(app: App, view: RoomView, row: MessageRow): void {
	app.drafts.reply(view, row);
	toComposer(view);
}

/** Asks for an emoji to react with. */
export function pick(app: App, view: RoomView, row: MessageRow): void {
	app.picked = (emoji) => app.sending.toggle(view, row, emoji);
	app.openAbout('emoji', view, row);
}

/** Opens the menu of a message: with its left upper corner where it was asked for, or as a sheet where one touches. */
export function openMenu(
	app: App,
	view: RoomView,
	row: MessageRow,
	at: { x: number; y: number },
): void {
	const isSheet = matchMedia('(pointer: coarse), (max-width: 720px)').matches;
	app.openAbout('message', view, row, isSheet ? null : at);
}

/** The menu by right click and by the menu key; on links, pictures and chosen words the browser's own. */
export function menuAsked(app: App, view: RoomView, row: MessageRow, event: MouseEvent): void {
	const isBrowsers = (event.target as Element).closest('a, img, textarea');
	if (isBrowsers || getSelection()?.isCollapsed === false) return;
	event.preventDefault();
	if (app.dialog === null) openMenu(app, view, row, { x: event.clientX, y: event.clientY });
}
