/**
 * Keys, wherever they are pressed: the map of `core/keys` says what each asks for, and here it is done, or said to the
 * list of messages that has the focus (`asked`). What a control does with a key by itself stays its own.
 */

import { tick } from 'svelte';
import type { App } from '../app.svelte';
import { beside } from '../core/beside';
import { actionOf, isTyped, type KeyAction, type Place } from '../core/keys';
import { kept } from './kept';
import type { SideRoom } from './side.svelte';

export class Keyboard {
	private readonly isMac: boolean;

	constructor(
		private readonly app: App,
		private readonly document: Document,
	) {
		this.isMac = /Mac|iP(hone|ad)/.test(document.defaultView?.navigator.platform ?? '');
		// Before the controls hear it: with its letters turned off the list must not.
		document.addEventListener('keydown', (event) => this.pressed(event), { capture: true });
		// After them: what they have done with Escape is done.
		document.addEventListener('keydown', (event) => this.left(event));
	}

	private pressed(event: KeyboardEvent): void {
		if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
		const target = event.target as Element;
		const place = placeOf(target);
		const singles = kept('keys') !== 'off';
		const action = actionOf(event, place, { isMac: this.isMac, singles });
		// What lies behind a dialog is out of reach; only the palette is closed as it was opened.
		if (this.document.querySelector('dialog[open]')) {
			if (action === 'palette' && this.app.dialog === 'palette') {
				this.app.dialog = null;
				taken(event);
			}
			return;
		}
		if (action !== null) {
			if (this.does(action, target)) taken(event);
		} else if (!singles && (place === 'message' || place === 'list') && isTyped(event)) {
			// The character itself follows the focus.
			event.stopPropagation();
			this.composer()?.focus();
		}
	}

	/** Whether it was done here; else whoever has the focus hears the key. */
	private does(action: KeyAction, target: Element): boolean {
		const { app } = this;
		switch (action) {
			case 'palette':
				app.dialog = 'palette';
				return true;
			case 'sheet':
				app.dialog = 'keys';
				return true;
			case 'search':
			case 'searchHere':
				return this.search(target);
			case 'previousRoom':
			case 'nextRoom':
				return this.room(action === 'nextRoom' ? 1 : -1, false);
			case 'previousUnread':
			case 'nextUnread':
				return this.room(action === 'nextUnread' ? 1 : -1, true);
			case 'unread':
				return this.unread();
			case 'sidebar':
				app.side.hide(!app.side.isHidden);
				void tick().then(() => this.keepFocus());
				return true;
			case 'outward':
				return this.outward(target);
			default:
				return !target.dispatchEvent(
					new CustomEvent('asked', { detail: action, bubbles: true, cancelable: true }),
				);
		}
	}

	private room(by: 1 | -1, isNew: boolean): boolean {
		const next = this.beside(by, isNew);
		if (next) this.app.go(next.id);
		return true;
	}

	private beside(by: 1 | -1, isNew: boolean): SideRoom | null {
		const { side, current } = this.app;
		return beside(side.rooms, current, by, isNew ? (room) => side.isNew(room) : undefined);
	}

	/** To what is new next: the threads of the room in which one is, then the next room, then the threads of others. */
	private unread(): boolean {
		const { app } = this;
		const { current, panel } = app;
		const open = panel?.is === 'thread' ? `${current}/${panel.seq}` : '';
		const threads = [...app.threads].flatMap(([key, unread]) => {
			const [room = '', root] = key.split('/');
			const isNew =
				unread > 0 && key !== open && app.side.rooms.some((one) => one.id === room && !one.muted);
			return isNew ? [{ room, root: Number(root) }] : [];
		});
		const here = threads.find((thread) => thread.room === current);
		const room = here ? null : this.beside(1, true);
		const thread = here ?? threads[0];
		if (room) app.go(room.id);
		else if (thread) app.openThread(thread.room, thread.root);
		return true;
	}

	/** Searches in the room; in the search's own field the key is the browser's. */
	private search(target: Element): boolean {
		const { app } = this;
		if (!app.view || app.page || target.closest('[role="search"]')) return false;
		if (app.panel?.is === 'search') {
			this.document.querySelector<HTMLElement>('[role="search"] input')?.focus();
		} else {
			app.openPanel({ is: 'search' });
		}
		return true;
	}

	/** From the composer, or from the messages, the panel is closed first. What is open nearer by, closes itself. */
	private outward(target: Element): boolean {
		const { app } = this;
		if (!app.panel || !app.view || app.page || target.closest('.panel')) return false;
		const { reply_to, edits } = app.view.draft;
		if (reply_to !== null || edits !== null) return false;
		const isOpenNear = target
			.closest('article, form, nav')
			?.querySelector('[aria-expanded="true"], [role="listbox"], [role="menu"]');
		if (isOpenNear || target.hasAttribute('aria-activedescendant')) return false;
		app.closePanel();
		return true;
	}

	/** Escape within a panel, after all in it have had it: the panel is closed, and one goes on writing. */
	private left(event: KeyboardEvent): void {
		if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
		const { app } = this;
		const target = event.target as Element;
		// A dialog closes by itself, and what lies behind stays.
		if (target.closest('dialog')) return;
		if (app.panel && target.closest('.panel')) app.closePanel();
		else if (app.page?.is === 'search') app.go(app.current);
		else return;
		event.preventDefault();
		void tick().then(() => this.composer()?.focus());
	}

	/** Where what had the focus is gone, one goes on writing. */
	private keepFocus(): void {
		if (this.document.activeElement === this.document.body) this.composer()?.focus();
	}

	private composer(): HTMLTextAreaElement | null {
		return this.document.querySelector('.conv .cmp textarea');
	}
}

function placeOf(target: Element): Place {
	if (target.matches('[role="feed"] article')) return 'message';
	if (target.matches('textarea')) {
		return (target as HTMLTextAreaElement).value.includes('\n') ? 'lines' : 'field';
	}
	return target.matches('input, select, [contenteditable]') ? 'field' : 'elsewhere';
}

function taken(event: KeyboardEvent): void {
	event.preventDefault();
	event.stopPropagation();
}
