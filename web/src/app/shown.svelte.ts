/** How people are shown, wherever they are: by their log-in names until it is known better (`app/profiles.ts`). */

import { SvelteMap } from 'svelte/reactivity';
import type { RoomItem } from '../app.svelte';
import type { Profiles, Shown } from '../core/profiles';
import type { UserId } from '../core/protocol';
import { called, w } from '../words';

export const shown = new SvelteMap<UserId, Shown>();
/** Who is on the screen, and at how many places. */
export const held = new Map<UserId, number>();
let profiles: Profiles | null = null;

/** Somebody is on the screen until what is returned is called. */
export function hold(user: UserId): () => void {
	held.set(user, (held.get(user) ?? 0) + 1);
	profiles?.want(user);
	return () => {
		const left = (held.get(user) ?? 1) - 1;
		if (left > 0) held.set(user, left);
		else held.delete(user);
	};
}

/** From now on they are looked up. */
export function lookUp(by: Profiles): void {
	profiles = by;
	for (const user of held.keys()) by.want(user);
}

export function changed(user: UserId): void {
	profiles?.changed(user);
}

/** A room as it is called in a sentence: one that is direct by its other person, as they are shown. */
export function titleOf({ name, kind, snapshot }: Pick<RoomItem, 'name' | 'kind' | 'snapshot'>) {
	return called(nameOf(snapshot.peer, name), kind);
}

/** A webhook speaks under whichever name its sender gives, and is shown by that. */
export function nameOf(user: UserId | null | undefined, name: string): string {
	return inWords((!name.endsWith('(webhook)') && shown.get(user ?? '')?.display) || name);
}

/** The server says in English behind a name that it is a webhook's. */
export function inWords(name: string): string {
	return name.replace(/\(webhook\)$/, `(${w.feed.webhook})`);
}

/** The log-in name, where another one is shown. */
export function alias(user: UserId | null | undefined): string | undefined {
	const is = shown.get(user ?? '');
	return is && is.display !== is.name ? `@${inWords(is.name)}` : undefined;
}

/** Somebody as they are shown in a sentence among people of these log-in names: by their own too where it is another's. */
export function among(names: ReadonlySet<string>, user: UserId, name: string): string {
	const is = shown.get(user);
	const display = nameOf(user, name);
	const [own, shows] = [is?.name.toLowerCase(), display.toLowerCase()];
	return own && own !== shows && names.has(shows) ? `${display} @${is?.name}` : display;
}
