/**
 * What begins as soon as the first rooms are drawn, and is not needed for that: keys, swipes, notifications, what was said
 * and used last.
 */

import type { App } from '../app.svelte';
import { goneOf } from './gone.svelte';
import { habits } from './habits';
import { Keyboard } from './keyboard';
import { Lasts } from './lasts';
import { Live } from './live';
import { Notices } from './notices';
import { Remembering } from './remembering';
import { Service } from './service';
import { Steps } from './steps';
import { Swipe } from './swipe';
import { used } from './uses';

/** `early`: keys that were pressed among the messages before; they are heard now. */
export function begin(app: App, early: readonly KeyboardEvent[]): void {
	// So that they are here without a network too.
	const parts = [import('../ui/loads'), import('../ui/asked')];
	void Promise.allSettled([...parts, import('../words/refused')]);
	new Keyboard(app, document);
	for (const press of early) press.target?.dispatchEvent(new KeyboardEvent('keydown', press));
	new Swipe(app, window);
	const steps = new Steps(app, window);
	const notices = new Notices(app, window);
	const lasts = new Lasts(app);
	app.service = new Service(app, window);
	app.parts.push(app.service, notices, lasts, new Remembering(app), new Live(app));
	goneOf(app);
	app.quick = habits.most(2);
	app.used = (emoji) => {
		habits.use(emoji);
		app.quick = habits.most(2);
	};
	$effect.root(() => {
		$effect(() => {
			if (app.view) used(app.view.id, Date.now());
		});
		$effect(() => {
			if (app.current === null && app.link.is === 'live') void lasts.fetch();
		});
		$effect(() => steps.shown(app.panel));
		$effect(() => notices.alerted(app.side.alerts));
		$effect(() => notices.look());
	});
}
