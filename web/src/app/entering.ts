/** Coming in: whoever has a session is in the rooms at once, without a network with what is remembered; else at the gate. */

import type { App } from '../app.svelte';
import type { Body, RoomId, User } from '../core/protocol';
import type { Seen } from '../core/seen';
import { Session } from '../core/session';
import { Shared } from '../core/shared';
import type { Step } from '../core/step';
import { browserLocks, forgetSeen, type Kept, Store } from '../core/store';
import { w } from '../words';
import { doWithout, reach } from '../worker';
import { browserWorld, settings } from '../world';
import { keep } from './kept';

/** A server that has not said by then who one is is away; the next time it may take longer. */
const PATIENCE_MS = 4_000;
/** Where deletions wait that can still be undone: if there are any, who looks after them is fetched at once. */
export const DELETIONS = 'hearth-deletions';

/** Whoever is signed in comes in at once; with a link that lets in, or without a session, it is the gate. */
export async function begin(app: App, patience = PATIENCE_MS): Promise<void> {
	if (letsIn()) {
		app.screen = 'gate';
		return;
	}
	const known = await app.http.me(AbortSignal.timeout(patience));
	app.notice = null;
	// A server that is not there may have something before it that says so.
	const isAway = !known.ok && (known.status === 0 || known.status >= 500);
	const seen = isAway ? await recalled() : null;
	if (known.ok) await enter(app, known.value, null);
	else if (known.status === 401 || known.status === 403) {
		app.screen = 'gate';
		await forget();
	} else if (seen) await enter(app, seen.me, seen);
	else {
		app.notice = w.noAnswer;
		setTimeout(() => void begin(app, 2 * patience), 2_000);
	}
}

/** What this browser remembers of the person for themselves alone goes. */
export async function forget(): Promise<void> {
	keep('in', null);
	keep('searches', null);
	keep('uses', null);
	await forgetSeen(indexedDB);
}

/** What this browser remembers, by a part that is fetched for it: where a page opens without a network, it is there. */
async function recalled(): Promise<Seen | null> {
	const part = await import('../core/seen').catch(() => null);
	return part?.recall(indexedDB) ?? null;
}

/** Comes in; without a network with what is remembered. */
export async function enter(app: App, me: User, seen: Seen | null): Promise<void> {
	app.me = me;
	// For the first paint of the next time (`early.ts`).
	keep('in', 'yes');
	const world = browserWorld(window);
	// What comes while one is still coming in is shown after it.
	let early: Step[] | null = [];
	const onStep = (step: Step) => (early ? void early.push(step) : app.step(step));
	const onUnkept = () => {
		app.unkept = true;
	};
	const way = await reach(window, world.newId());
	const onDead = (words: { room: RoomId; body: Body }[]) =>
		void import('./rescue').then((it) => it.rescue(app, words)).finally(() => doWithout(window));
	const { newId, setTimer, clearTimer } = world;
	const remembered = seen?.rooms ?? [];
	const tab = { user: me.id, remembered, newId, setTimer, clearTimer, onStep, onUnkept, onDead };
	const entered = way && (await Shared.enter(way.port, { ...tab, lock: way.lock }));
	const locks = browserLocks(navigator.locks);
	let kept: Kept[] = entered?.kept ?? [];
	let store: Store | null;
	try {
		if (way && entered) {
			store = await Store.forDrafts(indexedDB, locks, way.lock, newId);
		} else {
			store = await Store.open(indexedDB, locks, newId);
			kept = [...(await store.kept(me.id)), ...(await store.adopt(me.id))];
		}
		for (const place of await store.drafts(me.id)) app.drafts.rooms.add(place.slice(0, 36));
	} catch {
		store = null;
		app.unkept = true;
	}
	app.store = store;
	app.sending.takeKept(kept);
	if (!entered) {
		const given = { ...world, onStep, onUnkept };
		app.own = new Session(given, settings, me.id, store, kept, remembered);
	}
	app.shared = entered?.shared ?? null;
	app.session = app.shared ?? app.own;
	// One that was kept before there was a time in it says none.
	app.link.asOf = seen?.at_ms ?? 0;
	for (const [room, tail] of seen?.tails ?? []) app.reading.recalled(room, tail);
	app.screen = 'chat';
	if (hasDeletions()) void import('./deletions').then((it) => it.deletionsOf(app));
	app.presence.looked();
	if (entered?.link) early.unshift(entered.link);
	const before = early;
	early = null;
	for (const step of before) app.step(step);
	if (app.link.is !== 'live') app.session?.start();
	if (seen) app.rooms = app.list();
	app.follow();
}

function hasDeletions(): boolean {
	try {
		return localStorage.getItem(DELETIONS) !== null;
	} catch {
		return false;
	}
}

/** Whether the address is a link that lets into the server, or makes an account anew. */
export function letsIn(): boolean {
	const { hash } = location;
	return /^#(invitation|first|reset|mail)=/.test(hash) && !roomCode(hash);
}

/** The code of an invitation link into a room; one into the server is longer. */
export function roomCode(hash: string): string | undefined {
	return /^#invitation=([0-9a-f]{40})$/.exec(hash)?.[1];
}
