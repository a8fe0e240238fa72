/** Looks up how those on the screen want to be shown: no part of the first load. */

import type { App, Part } from '../app.svelte';
import type { Profile } from '../core/http';
import { Profiles } from '../core/profiles';
import type { UserId } from '../core/protocol';
import { held, hold, lookUp, shown } from './shown.svelte';

/** What stands for a person is their id; for some things it is another one. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whoever is looked up for the sake of one line is waited for so long. */
const WAIT_MS = 1_000;
let profiles: Profiles | null = null;

/** Done when it is known how somebody wants to be shown, or will not be soon. */
export async function known(user: UserId): Promise<void> {
	if (shown.has(user) || !profiles) return;
	const letGo = hold(user);
	const late = new Promise((resolve) => setTimeout(resolve, WAIT_MS));
	await Promise.race([profiles.settled(user), late]);
	letGo();
}

export function meet(app: App): void {
	const all = new Profiles({
		now: () => performance.now(),
		setTimer: (run, ms) => void setTimeout(run, ms),
		chance: Math.random,
		held,
		read: async (users) => {
			const ids = users.filter((user) => ID.test(user));
			if (ids.length === 0) return [];
			const query = new URLSearchParams(ids.map((user) => ['user', user]));
			const read = await app.http.call<{ profiles: Profile[] }>('GET', `/api/v1/profiles?${query}`);
			return read.ok ? read.value.profiles : null;
		},
		onShown: (user, is) => void (is ? shown.set(user, is) : shown.delete(user)),
	});
	const part: Part = {
		step(step) {
			if (step.do === 'welcome') all.again();
			if (step.do !== 'presence') return;
			for (const { user, profile } of step.users) {
				if (profile !== undefined) all.told(user, profile);
			}
		},
	};
	app.parts.push(part);
	profiles = all;
	lookUp(all);
}
