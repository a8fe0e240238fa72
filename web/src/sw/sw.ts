/**
 * The service worker: the page opens without a network, and messages are told of while no page is open. It keeps the
 * files of its own build and the page; all else goes to the server, untouched. A newer one waits until the pages of the
 * older are gone, or until one of them says that it may take over: nothing is loaded anew under somebody's hands.
 */

import { notice, read } from './notice';
import { wordsIn } from './words';

declare const self: ServiceWorkerGlobalScope;
declare const __FILES__: string[];
declare const __HASH__: string;

/** What a page says. */
type Said = { do: 'take over' } | { do: 'whose'; file: string } | { do: 'speak'; language: string };

const CACHE = `hearth-${__HASH__}`;
/** What outlives a build: in which language the page speaks. */
const SAID = 'hearth-said';
const LANGUAGE = '/language';
/** A network that has not answered by then is none; the page it would have brought comes the next time. */
const PATIENCE_MS = 3_000;

self.addEventListener('install', (event) => event.waitUntil(fill()));

async function fill(): Promise<void> {
	const cache = await caches.open(CACHE);
	await cache.addAll(__FILES__);
	await cache.put('/', await fetch(page()));
}

self.addEventListener('activate', (event) => {
	event.waitUntil(
		(async () => {
			for (const name of await caches.keys()) {
				if (name.startsWith('hearth-') && name !== CACHE && name !== SAID)
					await caches.delete(name);
			}
			await self.clients.claim();
		})(),
	);
});

self.addEventListener('fetch', (event) => {
	const { request } = event;
	const { origin, pathname } = new URL(request.url);
	if (request.method !== 'GET' || origin !== self.location.origin) return;
	if (request.mode === 'navigate' && pathname === '/') event.respondWith(opened());
	else if (pathname.startsWith('/assets/')) event.respondWith(asset(request));
});

/** The page as the server has it now, or as it was when this build came. */
async function opened(): Promise<Response> {
	const kept = await caches.match('/', { cacheName: CACHE, ignoreVary: true });
	const late = new Promise<Response | undefined>((resolve) => {
		setTimeout(() => resolve(kept), kept ? PATIENCE_MS : 60_000);
	});
	const fresh = fetch(page()).then(
		(it) => (it.ok ? it : (kept ?? it)),
		() => kept,
	);
	return (await Promise.race([fresh, late])) ?? Response.error();
}

async function asset(request: Request): Promise<Response> {
	const kept = await caches.match(request, { cacheName: CACHE, ignoreVary: true });
	return kept ?? fetch(request);
}

function page(): Request {
	return new Request('/', { headers: { Accept: 'text/html' }, cache: 'no-cache' });
}

self.addEventListener('message', (event) => {
	const said = event.data as Said;
	if (said.do === 'take over') void self.skipWaiting();
	else if (said.do === 'whose') event.waitUntil(answer(said.file, event.ports[0]));
	else event.waitUntil(speak(said.language));
});

/** Whether a page's file is of this build. Then, if that page is the only one, the older build is of no use any more. */
async function answer(file: string, port: MessagePort | undefined): Promise<void> {
	const isOurs = __FILES__.includes(file);
	port?.postMessage(isOurs);
	const all = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
	if (isOurs && all.length === 1) await self.skipWaiting();
}

async function speak(language: string): Promise<void> {
	await (await caches.open(SAID)).put(LANGUAGE, new Response(language));
}

async function language(): Promise<string> {
	const said = await caches.match(LANGUAGE, { cacheName: SAID });
	return said ? said.text() : self.navigator.language;
}

/** The pages of ours: a file that is open in a tab is none. */
async function pages(): Promise<readonly WindowClient[]> {
	const all = await self.clients.matchAll({ type: 'window' });
	return all.filter((one) => new URL(one.url).pathname === '/');
}

self.addEventListener('push', (event) => {
	event.waitUntil(
		(async () => {
			const pushed = read(event.data?.json());
			if (!pushed) return;
			// A page that is being looked at tells of it itself.
			if ((await pages()).some((one) => one.visibilityState === 'visible')) return;
			const { title, address, ...more } = notice(pushed, wordsIn(await language()));
			await self.registration.showNotification(title, { ...more, data: address });
		})(),
	);
});

self.addEventListener('notificationclick', (event) => {
	event.notification.close();
	const address = String(event.notification.data ?? '/');
	event.waitUntil(
		(async () => {
			const [open] = await pages();
			if (!open) {
				await self.clients.openWindow(address);
				return;
			}
			await open.focus();
			open.postMessage({ do: 'go', address });
		})(),
	);
});
