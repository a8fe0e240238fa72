/** What is not part of the first load, by the name under which the app asks for it: fetched when it is first shown. */

import type { Component } from 'svelte';
import type { App } from '../app.svelte';
import type * as Loads from './loads';

export type Load = () => Promise<{ default: Component<{ app: App }> }>;

/** For each name one function for ever, as `Lazy` wants it. */
function named<Kind extends 'panels' | 'dialogs' | 'pages'>(
	kind: Kind,
	names: (keyof (typeof Loads)[Kind] & string)[],
): { [name: string]: Load } {
	const load = (name: string) => async () => {
		const loads = await import('./loads');
		return (loads[kind] as { [name: string]: Load })[name]?.() as ReturnType<Load>;
	};
	return Object.fromEntries(names.map((name) => [name, load(name)]));
}

/** Beside the conversation (`app.panel`). Each draws its own `Panel`, and reads from `app.panel` what it is about. */
export const panels = named('panels', [
	'thread',
	'threads',
	'pins',
	'saved',
	'scheduled',
	'search',
	'details',
]);

/** Over everything (`app.dialog`). Each draws its own `Dialog`. */
export const dialogs = named('dialogs', [
	'find',
	'create',
	'direct',
	'invited',
	'message',
	'delete',
	'edits',
	'emoji',
	'forward',
	'receipts',
	'palette',
	'keys',
	'gone',
	'day',
]);

/** In the place of the conversation (`app.page`), by the first word of the address: `#/settings/sessions`. */
export const pages = named('pages', ['search', 'settings', 'admin']);

/** What can be undone for a while (`app.undo`). */
export const undo: Load = async () => (await import('./loads')).undo();

/** A room in which one is not, in the place of its conversation. */
export const elsewhere: Load = async () => (await import('./loads')).elsewhere();

/** One's own menu. */
export const me = async () => (await import('./loads')).me();

/** What one does first, in an empty room or without one. */
export const begin = async () => (await import('./loads')).begin();

/** What of the log is not on the page. */
export const gap = async () => (await import('./loads')).gap();

/** The pictures of a message, large. */
export const viewer = async () => (await import('./loads')).viewer();

/** Whoever has a session does not see it. */
export const gate: Load = () => import('./Gate.svelte');

/** Pages that stand in the place of the list of rooms as well: they have a list of their own. */
export const whole = new Set(['settings', 'admin']);
