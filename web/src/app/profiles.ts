/** Looks up how those on the screen want to be shown: no part of the first load. */

import type { App, Part } from '../app.svelte';
import type { Profile } from '../core/http';
import { Profiles } from '../core/profiles';
import { held, lookUp, shown } from './shown.svelte';

/** What stands for a person is their id; for some things it is another one. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function meet(app: App): void {
	const profiles = new Profiles({
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
			if (step.do === 'welcome') profiles.again();
			if (step.do !== 'presence') return;
			for (const { user, profile } of step.users) {
				if (profile !== undefined) profiles.told(user, profile);
			}
		},
	};
	app.parts.push(part);
	lookUp(profiles);
}
