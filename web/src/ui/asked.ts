/** What else is done with a message: from its menu, and by key with the one that has the focus. No part of the first load. */

import type { RoomView } from '../app/view.svelte';
import type { App } from '../app.svelte';
import type { KeyAction } from '../core/keys';
import { ROLES } from '../core/right';
import type { MessageRow } from '../core/rows';
import { w } from '../words/message';
import { openMenu, pick, reply, toComposer } from './act';

/** So wide is the menu. */
const MENU_PX = 264;

/** Opens the menu at the button for it. */
export function openMenuAt(app: App, view: RoomView, row: MessageRow, button: Element): void {
	const { left, right, bottom } = button.getBoundingClientRect();
	const isRtl = getComputedStyle(button).direction === 'rtl';
	openMenu(app, view, row, { x: isRtl ? left : right - MENU_PX, y: bottom + 2 });
}

/** So long it is said that something was done. */
const SAID_MS = 4_000;

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

export function linkTo(view: RoomView, row: MessageRow): string {
	return `${location.origin}/#/${view.id}/${row.seq}`;
}

/** Into the clipboard, and what has come of that is said. Without TLS a page has no clipboard. */
export async function copy(app: App, text: string, said: string): Promise<void> {
	try {
		await navigator.clipboard.writeText(text);
	} catch {
		app.notice = w.noCopy;
		return;
	}
	tell(app, said);
}

/** Says that something was done, for as long as one reads it: it can be done back as it was done. */
export function tell(app: App, said: string): void {
	app.notice = said;
	setTimeout(() => {
		if (app.notice === said) app.notice = null;
	}, SAID_MS);
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
			void copy(app, linkTo(view, row), w.linkCopied);
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
