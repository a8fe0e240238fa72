/** The service worker: the page without a network, and a push. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchWhole, Person, Server, until } from './stage';

let browser: Browser;
let server: Server;

beforeAll(async () => {
	browser = await launchWhole();
	server = await Server.start();
});
afterAll(async () => {
	await browser?.close();
	await server?.stop();
});

/** The service worker is there, with all that it keeps. */
async function served(person: Person): Promise<void> {
	await until('the service worker is there', () =>
		person.page.evaluate(async () => {
			const registration = await navigator.serviceWorker.getRegistration('/');
			return registration?.active?.state === 'activated';
		}),
	);
}

describe('the service worker', () => {
	it('is a script of ours at the top, with a manifest beside it that names pictures which are there', async () => {
		const script = await fetch(`${server.url}/sw.js`);
		expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
		expect(script.headers.get('cache-control')).toBe('no-cache');
		const tag = script.headers.get('etag') ?? '';
		const again = await fetch(`${server.url}/sw.js`, { headers: { 'If-None-Match': tag } });
		expect(again.status).toBe(304);
		const manifest = await fetch(`${server.url}/manifest.webmanifest`);
		expect(manifest.headers.get('content-type')).toBe('application/manifest+json');
		const { icons, start_url } = (await manifest.json()) as {
			icons: { src: string; type: string }[];
			start_url: string;
		};
		expect(start_url).toBe('/');
		expect(icons.length).toBe(3);
		for (const { src, type } of icons) {
			const icon = await fetch(server.url + src);
			expect([icon.status, icon.headers.get('content-type')]).toEqual([200, type]);
		}
		expect((await fetch(`${server.url}/sw.ts`)).status).toBe(404);
	});

	it('opens the page while the server is away, with what was there, and takes words that go out later', async () => {
		const person = await Person.in(browser, server.url, 'ada', { worker: true });
		await person.create('kept');
		await person.write('there before');
		await person.hasSent();
		await served(person);
		await until('it is remembered', () =>
			person.page.evaluate(
				() =>
					new Promise<boolean>((resolve) => {
						const opening = indexedDB.open('hearth-seen');
						opening.onsuccess = () => {
							const last = opening.result.transaction('seen').objectStore('seen').get('last');
							last.onsuccess = () => {
								opening.result.close();
								resolve(JSON.stringify(last.result ?? '').includes('there before'));
							};
						};
					}),
			),
		);
		await server.kill();
		await person.page.reload();
		await person.inRoom('kept');
		await person.sees('there before');
		await person.page.getByText('No connection', { exact: false }).first().waitFor();
		await person.write('written without a network');
		// It survives being opened once more.
		await until('it is kept', async () => (await person.kept()).waiting === 1);
		await person.page.reload();
		await person.sees('written without a network');
		await server.start();
		await person.hasSent();
		await until('both, once', async () => (await person.reads()).length === 2);
		const room = person.page.url().split('#/')[1] ?? '';
		const { token } = await server.call<{ token: string }>('POST', '/api/v1/signup', {
			name: 'looker',
		});
		await server.call('POST', `/api/v1/rooms/${room}/join`, {}, token);
		const page = await server.call<{ events: { body: { kind: string; text?: string } }[] }>(
			'GET',
			`/api/v1/rooms/${room}/events?after=0`,
			undefined,
			token,
		);
		const said = page.events.filter((event) => event.body.kind === 'message');
		expect(said.map((event) => event.body.text)).toEqual([
			'there before',
			'written without a network',
		]);
		await person.leave();
	});

	it('opens the page with what was read just before the server went away, and says as of when', async () => {
		const person = await Person.in(browser, server.url, 'abel', { worker: true });
		const room = await person.create('just-read');
		const bea = await server.someone('bea');
		await bea.call('POST', `/api/v1/rooms/${room}/join`);
		await served(person);
		await person.page.getByText('bea came in').waitFor();
		await bea.say(room, 'read just now');
		await person.sees('read just now');
		await server.kill();
		await person.page.getByText('Reconnecting…').waitFor();
		await person.page.reload();
		await person.sees('read just now');
		await person.page.getByText(/Up to date as of \d\d:\d\d/).waitFor();
		await person.page.getByLabel('Message #just-read').waitFor();
		await server.start();
		await person.leave();
	});

	it('tells of what is pushed while no page of ours is open, and only then', async () => {
		const person = await Person.by(browser, server.url, { worker: true });
		await person.context.grantPermissions(['notifications'], { origin: server.url });
		await person.comeTo('bob');
		const room = await person.create('pushed');
		await served(person);
		const elsewhere = await person.context.newPage();
		const devtools = await person.context.newCDPSession(elsewhere);
		const registrations: string[] = [];
		devtools.on('ServiceWorker.workerRegistrationUpdated', (told) => {
			for (const one of told.registrations) {
				if (one.scopeURL.startsWith(server.url)) registrations.push(one.registrationId);
			}
		});
		await devtools.send('ServiceWorker.enable');
		await until('it is known', () => registrations.length > 0);
		const push = (text: string) => {
			const why = { why: 'mention', room_name: 'pushed', sender: 'Mara', count: 1, at_ms: 1 };
			const data = JSON.stringify({ room, seq: 1, ...why, text });
			const registrationId = registrations[0] ?? '';
			const told = { origin: server.url, registrationId, data };
			return devtools.send('ServiceWorker.deliverPushMessage', told);
		};
		const shown = (page: Page) =>
			page.evaluate(async () => {
				const registration = await navigator.serviceWorker.getRegistration('/');
				const notices = (await registration?.getNotifications()) ?? [];
				return notices.map(({ title, body, data }) => ({ title, body, data }));
			});
		// A page is looked at: it tells of it itself.
		await push('while a page is open');
		expect(await shown(person.page)).toEqual([]);
		await person.page.close();
		await push('@bob hello');
		const again = await person.tab();
		await until('it is shown', async () => (await shown(again.page)).length === 1);
		expect(await shown(again.page)).toEqual([
			{ title: '#pushed', body: 'Mara: @bob hello', data: `/#/${room}/1` },
		]);
		expect(again.faults).toEqual([]);
		await person.leave();
	});

	it('shows what the page tells of as well, until the room is read', async () => {
		const person = await Person.by(browser, server.url, { worker: true });
		await person.context.grantPermissions(['notifications'], { origin: server.url });
		// Chromium forgets what is being shown just when it is asked what is shown: it is asked only afterwards.
		await person.page.addInitScript(() => {
			const { prototype } = ServiceWorkerRegistration;
			const { showNotification } = prototype;
			prototype.showNotification = async function (...told) {
				await showNotification.apply(this, told);
				Object.assign(window, { isShown: true });
			};
		});
		await person.comeTo('cleo');
		const room = await person.create('told');
		await served(person);
		await person.create('elsewhere');
		const me = await person.page.evaluate(async () => {
			const known = await fetch('/api/v1/me');
			return ((await known.json()) as { id: string }).id;
		});
		const dora = await server.someone('dora');
		await dora.call('POST', `/api/v1/rooms/${room}/join`);
		const shown = () =>
			person.page.evaluate(async () => {
				const registration = await navigator.serviceWorker.getRegistration('/');
				return (await registration?.getNotifications())?.map(({ tag, data }) => [tag, data]);
			});
		const said = { kind: 'message', text: '@cleo look', mentions: { users: [me] } };
		const seq = await dora.send(room, said);
		await until('it is shown', () => person.page.evaluate(() => 'isShown' in window));
		expect(await shown()).toEqual([[room, `/#/${room}/${seq}`]]);
		await person.open('told');
		await person.sees('@cleo look');
		await until('it is gone', async () => (await shown())?.length === 0);
		await person.leave();
	});
});
