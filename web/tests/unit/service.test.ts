/** A newer build of the page: offered, and never forced on anybody. */

import { afterEach, expect, it, vi } from 'vitest';
import { Service } from '../../src/app/service';
import type { App } from '../../src/app.svelte';

afterEach(() => {
	vi.unstubAllGlobals();
});

/** A page that has been live for a while, and the service worker that waits; `isOurs`: it is of the same build. */
async function page(isOurs: boolean) {
	const told: string[] = [];
	let reloads = 0;
	const waiting = {
		postMessage: (said: { do: string }, [port]: MessagePort[] = []) => {
			told.push(said.do);
			port?.postMessage(isOurs);
		},
	};
	const active = { postMessage: () => {} };
	const registration = { waiting, active, addEventListener: () => {}, update: async () => {} };
	const serviceWorker = {
		addEventListener: () => {},
		register: async () => registration,
		ready: Promise.resolve(registration),
	};
	const window = {
		document: {
			createElement: () => ({}),
			head: { append: () => {} },
			documentElement: { lang: 'en' },
		},
		navigator: { serviceWorker },
		location: { reload: () => (reloads += 1) },
	};
	const app = { link: { is: 'live' }, newer: false };
	const service = new Service(app as App, window as never);
	for (let beats = 0; beats < 60; beats += 1) service.beat();
	await vi.waitFor(() => expect(told).toEqual(['whose']));
	// The answer has come before this one does.
	const { port1, port2 } = new MessageChannel();
	await new Promise((resolve) => {
		port1.onmessage = resolve;
		port2.postMessage(null);
	});
	port1.close();
	return { app, service, told, reloads: () => reloads };
}

it('is offered when it is there, and waits until the person says so', async () => {
	const { app, service, told, reloads } = await page(false);
	await vi.waitFor(() => expect(app.newer).toBe(true));
	await service.look();
	for (let beats = 0; beats < 60; beats += 1) service.beat();
	expect([told, reloads()]).toEqual([['whose'], 0]);
	service.load();
	expect([told, reloads()]).toEqual([['whose', 'take over'], 1]);
});

it('is not offered where the page is of that build already', async () => {
	const { app, told, reloads } = await page(true);
	expect([app.newer, told, reloads()]).toEqual([false, ['whose'], 0]);
});
