/** How each part is fetched, by the names of `parts.ts`. What there is to fetch for each is a long list, and comes later itself. */

import type { Load } from './parts';

export const panels = {
	thread: () => import('./Thread.svelte'),
	threads: () => import('./Threads.svelte'),
	pins: () => import('./Pins.svelte'),
	saved: () => import('./Saved.svelte'),
	scheduled: () => import('./Scheduled.svelte'),
	search: () => import('./Search.svelte'),
	details: () => import('./Details.svelte'),
} satisfies { [name: string]: Load };

export const dialogs = {
	find: () => import('./Find.svelte'),
	create: () => import('./Create.svelte'),
	direct: () => import('./Direct.svelte'),
	invited: () => import('./Invited.svelte'),
	message: () => import('./MessageMenu.svelte'),
	delete: () => import('./DeleteMessage.svelte'),
	edits: () => import('./Edits.svelte'),
	emoji: () => import('./EmojiDialog.svelte'),
	forward: () => import('./Forward.svelte'),
	receipts: () => import('./Receipts.svelte'),
	palette: () => import('./Palette.svelte'),
	keys: () => import('./Keys.svelte'),
	gone: () => import('./Gone.svelte'),
	day: () => import('./Day.svelte'),
} satisfies { [name: string]: Load };

export const pages = {
	search: () => import('./SearchPage.svelte'),
	settings: () => import('./Settings.svelte'),
	admin: () => import('./Admin.svelte'),
} satisfies { [name: string]: Load };

export const undo: Load = () => import('./Undo.svelte');

export const elsewhere: Load = () => import('./Elsewhere.svelte');
export const me = () => import('./Me.svelte');
export const begin = () => import('./Begin.svelte');
export const gap = () => import('./Gap.svelte');
export const viewer = () => import('./Viewer.svelte');
