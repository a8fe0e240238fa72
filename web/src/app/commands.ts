/**
 * What can be done from the palette, each by its name. Whoever builds a part adds its own with `addCommands`; one that
 * makes no sense at the moment is not offered.
 */

import type { App } from '../app.svelte';
import type { KeyAction } from '../core/keys';
import type { NotifyLevel } from '../core/protocol';
import { pages, panels } from '../ui/parts';
import { w } from '../words/commands';
import { goneOf } from './gone.svelte';
import { keep, kept } from './kept';
import { markAllRead, signOut } from './rooms';
import { chime } from './sound';
import { undoLast } from './undo';

export interface Command {
	id: string;
	name: string;
	/** What else it is found by. */
	also?: string;
	/** Its key, if it has one. */
	key?: KeyAction;
	/** Whether it makes sense now; left out: always. */
	when?: (app: App) => boolean;
	run: (app: App) => void | Promise<void>;
}

const added: Command[] = [];

export function addCommands(...commands: Command[]): void {
	added.push(...commands);
}

/** Those that make sense now. */
export function commands(app: App): Command[] {
	return [...own, ...added, undo].filter((one) => one.when?.(app) ?? true);
}

const HOUR_MS = 3_600_000;
const inRoom = (app: App) => app.view !== null && app.page === null;

function level(id: string, name: string, to: NotifyLevel, ms = 0): Command {
	return {
		id,
		name,
		also: w.levelAlso,
		when: (app) => {
			if (!inRoom(app) || !app.current) return false;
			const told = app.side.told(app.current);
			return ms > 0 || told.level !== to || told.muted_until_ms > app.now;
		},
		run: async (app) => {
			const { current: room } = app;
			if (!room) return;
			const muted_until_ms = ms > 0 ? Date.now() + ms : undefined;
			const own = { kind: 'notify', room, level: to, muted_until_ms } as const;
			const answer = await app.http.call('PUT', '/api/v1/own', own);
			if (!answer.ok) app.notice = answer.message;
		},
	};
}

function look(id: string, name: string, what: 'theme' | 'density', to: string | null): Command {
	const isIt = () => (kept(what) ?? null) === to;
	return {
		id,
		name,
		also: what === 'theme' ? w.lookAlso : w.densityAlso,
		when: () => !isIt(),
		run: () => {
			keep(what, to);
			const { dataset } = document.documentElement;
			if (to === null) delete dataset[what];
			else dataset[what] = to;
		},
	};
}

function letters(isOn: boolean): Command {
	return {
		id: isOn ? 'letters-on' : 'letters-off',
		name: isOn ? w.lettersOn : w.lettersOff,
		also: w.keysAlso,
		when: () => (kept('keys') !== 'off') !== isOn,
		run: () => keep('keys', isOn ? null : 'off'),
	};
}

function sound(isOn: boolean): Command {
	return {
		id: isOn ? 'sound-on' : 'sound-off',
		name: isOn ? w.soundOn : w.soundOff,
		when: () => (kept('sound') === 'on') !== isOn,
		run: () => {
			keep('sound', isOn ? 'on' : null);
			if (isOn) chime();
		},
	};
}

const permission = () => (typeof Notification === 'undefined' ? null : Notification.permission);

/** What was just done, for whoever does not get to its toast. */
const undo: Command = {
	id: 'undo',
	name: w.undo,
	also: w.undoAlso,
	when: (app) => app.undo !== null,
	run: (app) => undoLast(app),
};

const own: readonly Command[] = [
	{
		id: 'new-room',
		name: w.newRoom,
		also: w.newRoomAlso,
		run: (app) => {
			app.dialog = 'find';
		},
	},
	{
		id: 'new-direct',
		name: w.newDirect,
		run: (app) => {
			app.dialog = 'direct';
		},
	},
	{
		id: 'search-here',
		name: w.searchHere,
		key: 'searchHere',
		when: inRoom,
		run: (app) => app.openPanel({ is: 'search' }),
	},
	{
		id: 'search-all',
		name: w.searchAll,
		run: () => {
			location.hash = '#/search';
		},
	},
	{
		id: 'day',
		name: w.day,
		also: w.dayAlso,
		when: inRoom,
		run: (app) => {
			app.dialog = 'day';
		},
	},
	{
		id: 'details',
		name: w.details,
		also: w.detailsAlso,
		when: inRoom,
		run: (app) => {
			if ('details' in panels) app.openPanel({ is: 'details' });
			else app.dialog = 'details';
		},
	},
	{
		id: 'star',
		name: w.star,
		also: w.starAlso,
		when: (app) => inRoom(app) && !app.side.starred.has(app.current ?? ''),
		run: (app) => app.side.star(app.current ?? ''),
	},
	{
		id: 'unstar',
		name: w.unstar,
		also: w.starAlso,
		when: (app) => inRoom(app) && app.side.starred.has(app.current ?? ''),
		run: (app) => app.side.star(app.current ?? ''),
	},
	level('level-all', w.levelAll, 'all'),
	level('level-mentions', w.levelMentions, 'mentions'),
	level('level-none', w.levelNone, 'none'),
	level('mute-hour', w.muteHour, 'all', HOUR_MS),
	{
		id: 'all-read',
		name: w.allRead,
		when: (app) =>
			app.rooms.some((room) => room.unread > 0) ||
			[...app.threads.values()].some((unread) => unread > 0),
		run: markAllRead,
	},
	{
		id: 'gone',
		name: w.gone,
		when: (app) => goneOf(app).rooms.length > 0,
		run: (app) => {
			app.dialog = 'gone';
		},
	},
	{
		id: 'busy-on',
		name: w.busyOn,
		also: w.busyAlso,
		when: (app) => !app.side.isBusy,
		run: (app) => app.side.busy(true),
	},
	{
		id: 'busy-off',
		name: w.busyOff,
		also: w.busyAlso,
		when: (app) => app.side.isBusy,
		run: (app) => app.side.busy(false),
	},
	{
		id: 'notify',
		name: w.notify,
		also: w.busyAlso,
		when: () => ['default', 'denied'].includes(permission() ?? ''),
		run: async (app) => {
			if ((await Notification.requestPermission()) === 'denied') app.notice = w.denied;
		},
	},
	sound(true),
	sound(false),
	look('theme-light', w.light, 'theme', 'light'),
	look('theme-dark', w.dark, 'theme', 'dark'),
	look('theme-system', w.system, 'theme', null),
	look('density-roomy', w.roomy, 'density', null),
	look('density-compact', w.compact, 'density', 'compact'),
	{
		id: 'keys',
		name: w.keys,
		also: w.keysAlso,
		key: 'sheet',
		run: (app) => {
			app.dialog = 'keys';
		},
	},
	letters(true),
	letters(false),
	{
		id: 'hide-side',
		name: w.hideSide,
		also: w.sideAlso,
		key: 'sidebar',
		when: (app) => !app.side.isHidden,
		run: (app) => app.side.hide(true),
	},
	{
		id: 'show-side',
		name: w.showSide,
		also: w.sideAlso,
		key: 'sidebar',
		when: (app) => app.side.isHidden,
		run: (app) => app.side.hide(false),
	},
	{
		id: 'settings',
		name: w.settings,
		also: w.settingsAlso,
		when: () => 'settings' in pages,
		run: () => {
			location.hash = '#/settings';
		},
	},
	{ id: 'sign-out', name: w.signOut, also: w.signOutAlso, run: signOut },
];
