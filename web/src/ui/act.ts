/** What is done with a message, in a room and in a thread; by key with the one that has the focus. */

import { tick } from 'svelte';
import type { RoomView } from '../app/view.svelte';
import type { App } from '../app.svelte';
import type { KeyAction } from '../core/keys';
import { ROLES } from '../core/right';
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

export function edit(app: App, view: RoomView, row: MessageRow): void {
	app.drafts.edit(view, row);
	toComposer(view);
}

export function mayEdit(row: MessageRow): boolean {
	return row.mine && row.forwarded === null;
}

export function mayDelete(app: App, row: MessageRow): boolean {
	const { kind, role = 'guest' } = app.room?.snapshot ?? {};
	return row.mine || (kind !== 'direct' && ROLES.indexOf(role) > 1);
}

/** Asks for an emoji to react with. */
export function pick(app: App, view: RoomView, row: MessageRow): void {
	app.picked = (emoji) => app.sending.toggle(view, row, emoji);
	app.openAbout('emoji', view, row);
}

export function linkTo(view: RoomView, row: MessageRow): string {
	return `${location.origin}/#/${view.id}/${row.seq}`;
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

/** So wide is the menu. */
export const MENU_PX = 264;

/** Opens the menu at the button for it. */
export function openMenuAt(app: App, view: RoomView, row: MessageRow, button: Element): void {
	const { left, right, bottom } = button.getBoundingClientRect();
	const isRtl = getComputedStyle(button).direction === 'rtl';
	openMenu(app, view, row, { x: isRtl ? left : right - MENU_PX, y: bottom + 2 });
}

/** Does what a key asks for. */
export function act(
	app: App,
	view: RoomView,
	row: MessageRow,
	action: KeyAction,
	article: Element,
): void {
	switch (action) {
		case 'reply':
			if (app.may('write')) reply(app, view, row);
			break;
		case 'thread':
			if (view.root === null && row.seq !== null) app.openThread(view.id, row.seq);
			break;
		case 'react':
			if (app.may('react')) pick(app, view, row);
			break;
		case 'edit':
			if (app.may('write') && mayEdit(row)) edit(app, view, row);
			break;
		case 'copy':
			void navigator.clipboard?.writeText(linkTo(view, row));
			break;
		case 'delete':
			if (mayDelete(app, row)) app.openAbout('delete', view, row);
			break;
		case 'menu': {
			const { left, right, top, width } = article.getBoundingClientRect();
			const isRtl = getComputedStyle(article).direction === 'rtl';
			const inset = Math.min(60, width / 4);
			openMenu(app, view, row, { x: isRtl ? right - inset - MENU_PX : left + inset, y: top + 28 });
		}
	}
}

/** The menu by right click and by the menu key; on links, pictures and chosen words the browser's own. */
export function menuAsked(app: App, view: RoomView, row: MessageRow, event: MouseEvent): void {
	const isBrowsers = (event.target as Element).closest('a, img, textarea');
	if (isBrowsers || getSelection()?.isCollapsed === false) return;
	event.preventDefault();
	if (app.dialog === null) openMenu(app, view, row, { x: event.clientX, y: event.clientY });
}
