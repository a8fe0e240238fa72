/** What follows when somebody has signed in at the gate, also at one that stands over an open page. */

import type { App } from '../app.svelte';
import { enter, letsIn } from './entering';
import { keep } from './kept';

/** Whether the browser kept the session. */
export async function signedIn(app: App): Promise<boolean> {
	const known = await app.http.me();
	if (!known.ok) return false;
	app.pages.postMessage(known.value.id);
	if (app.again && app.me && app.me.id !== known.value.id) {
		location.reload();
		return true;
	}
	if (app.again) {
		app.again = false;
		keep('in', 'yes');
		app.link.is = 'connecting';
		app.session?.start();
		return true;
	}
	if (letsIn()) history.replaceState(null, '', '/');
	await enter(app, known.value, null);
	return true;
}
