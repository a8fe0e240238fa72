/**
 * What the client costs whoever uses it. The tests judge the counts and bytes of it and print the times; `scripts/web bench`
 * holds all of it against its goals.
 */

import type { Page } from 'playwright-core';
import { type Person, type Server, until, type Writer } from './stage';
import { held, work } from './times';

/** The goals, in the units of what is measured (milliseconds, bytes, pixels). */
export const GOAL = {
	gzip: 90 * 1_024,
	/** What the words of another language than English may take beyond that. */
	words: 1_024,
	requests: 6,
	paint: 1_000,
	messages: 2_500,
	shift: 0.01,
	key: 50,
	frame: 8,
	rows: 60,
	drift: 1,
	heap: 80 * 1_024 * 1_024,
} as const;

const HTML = 'text/html,application/xhtml+xml,*/*;q=0.8';

// ---- Coming in.

/** What a page of somebody who has a session brings with it until it shows what a room says, with nothing in the cache. */
export async function firstLoad(
	server: Server,
	person: Person,
	room: string,
	text: string,
): Promise<{ bytes: number; gzip: number; requests: string[] }> {
	const page = await person.context.newPage();
	const devtools = await uncached(page);
	let bytes = 0;
	// The worker's script is the page's, and comes from the cache; the socket is the worker's, and not seen from here.
	const requests = ['/ws'];
	devtools.on('Network.responseReceived', ({ response }) => {
		if (!response.fromDiskCache) requests.push(response.url);
	});
	devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
		bytes += encodedDataLength;
	});
	await page.goto(`${server.url}/#/${room}`);
	await page.getByText(text).waitFor();
	await page.close();
	const get = (path: string, accept: string) =>
		fetch(server.url + path, { headers: { accept, 'accept-encoding': 'gzip' } });
	const root = await get('/', HTML);
	let gzip = Number(root.headers.get('content-length'));
	await root.arrayBuffer();
	for (const name of requests.filter((one) => /\/assets\/[^/]+\.(js|css)$/.test(one))) {
		const answer = await get(new URL(name).pathname, '*/*');
		gzip += Number(answer.headers.get('content-length'));
		await answer.arrayBuffer();
	}
	return { bytes, gzip, requests };
}

/** Milliseconds until something is painted and until what the room says is there: 1.6 Mbit/s, 150 ms, a quarter of the processor. */
export async function slowStart(
	server: Server,
	person: Person,
	room: string,
	text: string,
): Promise<{ paint: number; messages: number; shift: number; long: number }> {
	const page = await person.context.newPage();
	await countLong(page);
	await page.addInitScript(() => {
		Object.assign(window, { shift: 0 });
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries())
				(window as unknown as { shift: number }).shift += (
					entry as unknown as { value: number }
				).value;
		}).observe({ type: 'layout-shift', buffered: true });
	});
	const devtools = await uncached(page);
	await devtools.send('Network.emulateNetworkConditions', {
		offline: false,
		latency: 150,
		downloadThroughput: 1_600_000 / 8,
		uploadThroughput: 1_600_000 / 8,
	});
	await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
	const began = Date.now();
	await page.goto(`${server.url}/#/${room}`, { waitUntil: 'commit' });
	await page.getByText(text).waitFor();
	const messages = Date.now() - began;
	const [paint, shift] = await page.evaluate(() => [
		performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
		(window as unknown as { shift: number }).shift,
	]);
	const told = { paint: paint ?? 0, messages, shift: shift ?? 0, long: await long(page) };
	await page.close();
	return told;
}

async function uncached(page: Page) {
	const devtools = await page.context().newCDPSession(page);
	await devtools.send('Network.enable');
	await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
	return devtools;
}

/** Counts what keeps the page from answering for longer than 50 ms. */
export const countLong = (page: Page) =>
	page.addInitScript(() => {
		Object.assign(window, { long: 0 });
		new PerformanceObserver((list) => {
			(window as unknown as { long: number }).long += list.getEntries().length;
		}).observe({ type: 'longtask', buffered: true });
	});
export const long = (page: Page) =>
	page.evaluate(() => (window as unknown as { long: number }).long);

// ---- Writing.

/** Milliseconds from each key to what it paints. */
export async function keys(person: Person): Promise<number[]> {
	const { page, field } = person;
	await field.focus();
	await page.evaluate(() => {
		const times: number[] = [];
		Object.assign(window, { times });
		document.addEventListener(
			'keydown',
			(event) => {
				requestAnimationFrame(() =>
					setTimeout(() => times.push(performance.now() - event.timeStamp)),
				);
			},
			{ capture: true },
		);
	});
	await page.keyboard.type('the quick brown fox jumps over the lazy dog '.repeat(4), { delay: 20 });
	const times = await page.evaluate(() => (window as unknown as { times: number[] }).times);
	await field.fill('');
	return times;
}

// ---- Reading.

/** What the room has after that many messages, 50 each `pause` milliseconds: bytes of the heap, nodes, and rows. */
export async function followed(
	person: Person,
	ada: Writer,
	room: string,
	count: number,
	pause: number,
): Promise<{ before: number; heap: number; nodes: number; rows: number }> {
	const { heap: before } = await held(person.page);
	for (let at = 0; at < count; at += 50) {
		const next = new Promise((resolve) => setTimeout(resolve, pause));
		await ada.flood(room, 50, (one) => `message ${at + one} with **some** words in it`);
		await next;
	}
	await until('the last is there', async () => {
		const last = await person.page.locator('article').last().getAttribute('data-seq');
		return Number(last) >= count + 2;
	});
	const { heap, nodes } = await held(person.page);
	return { before, heap, nodes, rows: await person.page.locator('article').count() };
}

/** Messages of different heights: a line, some lines, a list, some code. */
export function varied(at: number): string {
	if (at % 50 === 7) return `number ${at}\n\n\`\`\`rust\nlet a = ${at};\nlet b = a + 1;\n\`\`\``;
	if (at % 20 === 3) return `number ${at}\n\n- one\n- two\n- three`;
	if (at % 7 === 0) return `number ${at}, and ${'some more of it '.repeat(at % 23)}`;
	return `number ${at}`;
}

/** What is in the document, and what stands where. */
export const seen = (person: Person) =>
	person.page.evaluate(() => {
		const box = document.querySelector('.scroll') as HTMLElement;
		const edge = box.getBoundingClientRect().top;
		const articles = [...document.querySelectorAll<HTMLElement>('.feed > article')];
		const shown = articles.filter((article) => {
			const { top, bottom } = article.getBoundingClientRect();
			return bottom > edge && top < edge + box.clientHeight;
		});
		return {
			rows: articles.length,
			height: box.scrollHeight,
			top: box.scrollTop,
			first: Number(articles[0]?.dataset.seq ?? 0),
			seqs: shown.map((article) => Number(article.dataset.seq ?? 0)),
		};
	});

/** Milliseconds of script, style and layout in each frame in which there were any, while one turns the wheel upwards. */
export async function scrolled(person: Person, turns = 100): Promise<number[]> {
	const { page } = person;
	await page.locator('.scroll').hover();
	return work(page, async () => {
		for (let turn = 0; turn < turns; turn += 1) {
			await page.mouse.wheel(0, -200);
			await page.waitForTimeout(16);
		}
	});
}

/**
 * How far what is on the screen moves, at most, in any frame while that happens; after one has scrolled to `from`, if it is
 * given.
 */
export async function drift(
	person: Person,
	happens: () => Promise<void>,
	from: number | null = null,
): Promise<number> {
	await person.page.evaluate(async (from) => {
		const box = document.querySelector('.scroll') as HTMLElement;
		// After the frame is drawn: what the page corrects before that nobody sees.
		const painted = (then: () => void) => requestAnimationFrame(() => setTimeout(then));
		if (from !== null) {
			box.scrollTop = from;
			await new Promise<void>(painted);
		}
		const edge = box.getBoundingClientRect().top;
		const article = [...document.querySelectorAll<HTMLElement>('.feed > article')].find(
			(one) => one.getBoundingClientRect().top >= edge,
		);
		const key = article?.dataset.key;
		const top = article?.getBoundingClientRect().top ?? 0;
		const state = { most: 0, on: true };
		Object.assign(window, { drift: state });
		const look = () => {
			const now = document.querySelector(`article[data-key="${key}"]`);
			state.most = Math.max(
				state.most,
				now ? Math.abs(now.getBoundingClientRect().top - top) : Number.POSITIVE_INFINITY,
			);
			if (state.on) painted(look);
		};
		painted(look);
	}, from);
	await happens();
	await person.page.waitForTimeout(300);
	return person.page.evaluate(() => {
		const { drift } = window as unknown as { drift: { most: number; on: boolean } };
		drift.on = false;
		return drift.most;
	});
}

/** How far what one reads moves, at most, when older messages come before it, so many times. */
export async function prepended(person: Person, times: number): Promise<number> {
	let most = 0;
	for (let time = 0; time < times; time += 1) {
		const before = await seen(person);
		const isMore = async () => {
			const now = await seen(person);
			return now.top > 1_000 && now.first !== before.first;
		};
		most = Math.max(most, await drift(person, () => until('more is here', isMore), 300));
	}
	return most;
}
