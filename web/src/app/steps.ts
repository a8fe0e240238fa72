/**
 * On a phone a panel stands in the place of the conversation, and is a step in the browser's history as a room is one: Back
 * leads from it to the room, and to it again from wherever it led. The step has the address of the room, and says which
 * panel it is.
 */

import type { App, Panel } from '../app.svelte';

export class Steps {
	/** The panel that the step says which the browser is at. */
	private at: Panel | null = null;

	constructor(
		private readonly app: App,
		private readonly window: Window,
	) {
		// After the app, which enters the room that the address names.
		window.addEventListener('popstate', () => this.went());
		window.addEventListener('hashchange', () => this.went());
		this.went();
	}

	/** What is beside the conversation from now on. */
	shown(panel: Panel | null): void {
		const { history } = this.window;
		const { said } = this;
		if (!panel) {
			// It was closed by hand, if nothing has led elsewhere by then: no step is left behind that leads nowhere.
			const isLeft = () => !this.app.panel && this.said;
			if (said) this.window.setTimeout(() => isLeft() && history.back());
		} else if (this.window.matchMedia('(max-width: 720px)').matches && !isSame(panel, said)) {
			this.at = panel;
			// One that takes another's place takes its step: closed, it leads to the room.
			if (said) history.replaceState({ panel }, '');
			else history.pushState({ panel }, '');
		}
	}

	private get said(): Panel | null {
		return (this.window.history.state as { panel?: Panel } | null)?.panel ?? null;
	}

	/** The browser has gone somewhere: there stands what it says. */
	private went(): void {
		const { app, said, at } = this;
		const [room] = this.window.location.hash.replace(/^#\/?/, '').split('/');
		// Else the app has still to go there.
		if (app.page || room !== (app.current ?? '')) return;
		this.at = said;
		// What stands beside a conversation on a larger screen is no step.
		if ((!said && !at) || isSame(said, app.panel)) return;
		app.panel = app.current && !app.view ? null : said;
	}
}

function isSame(a: Panel | null, b: Panel | null): boolean {
	return a?.is === b?.is && a?.seq === b?.seq;
}
