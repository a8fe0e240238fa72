/**
 * The long runs: `scripts/web soak`. HEARTH_WEB_SOAK says for how many minutes, HEARTH_WEB_RATE how many messages come
 * in a second, HEARTH_WEB_LONG how long the room is that is scrolled through.
 */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lines, readAll, replay } from '../browser/replay';
import { launchWhole, Person, Server, until, type Writer } from '../browser/stage';
import { held } from '../browser/times';

const MINUTES = Number(process.env.HEARTH_WEB_SOAK ?? 120);
const RATE = Number(process.env.HEARTH_WEB_RATE ?? 5);
const MESSAGES = Number(process.env.HEARTH_WEB_LONG ?? 100_000);
const MB = 1_024 * 1_024;
/** Samples of the whole run. */
const SAMPLES = 24;

let server: Server;
let browser: Browser;
let ada: Writer;
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launchWhole()]);
	ada = await server.someone('ada');
});
afterAll(async () => {
	await browser?.close();
	await server?.stop();
});

it(
	`${MINUTES} minutes at ${RATE} messages a second: neither the heap nor the document grows`,
	async () => {
		const room = await ada.room('soak');
		const person = await Person.at(browser, server.url);
		await person.comeIn('reader');
		await person.join('soak');
		const end = Date.now() + MINUTES * 60_000;
		let said = 0;
		let isOver = false;
		const writing = (async () => {
			const began = Date.now();
			while (!isOver) {
				await ada.say(
					room,
					`message ${said} with **words**, \`code\` and a [link](https://example.org)`,
				);
				said += 1;
				const due = began + (said * 1_000) / RATE;
				await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())));
			}
		})();
		const samples: { heap: number; nodes: number; rows: number }[] = [];
		console.log('minute  messages  heap MB  nodes  rows');
		while (Date.now() < end) {
			await new Promise((resolve) =>
				setTimeout(resolve, Math.min(end - Date.now(), (MINUTES * 60_000) / SAMPLES)),
			);
			const now = await held(person.page);
			const rows = await person.page.locator('article').count();
			samples.push({ ...now, rows });
			const minute = MINUTES - (end - Date.now()) / 60_000;
			console.log(
				`${minute.toFixed(1).padStart(6)}  ${String(said).padStart(8)}  ${(now.heap / MB).toFixed(1).padStart(7)}  ${String(now.nodes).padStart(5)}  ${String(rows).padStart(4)}`,
			);
		}
		isOver = true;
		await writing;
		await until('the last is there', async () =>
			((await person.page.locator('article').last().textContent()) ?? '').includes(
				`message ${said - 1}`,
			),
		);
		for (const { heap, rows } of samples) {
			expect(heap).toBeLessThanOrEqual(80 * MB);
			expect(rows).toBeLessThanOrEqual(60);
		}
		// The second half beside the first, once as much is held as is held.
		const half = samples.length >> 1;
		const most = (list: typeof samples, of: 'heap' | 'nodes') =>
			Math.max(...list.map((sample) => sample[of]));
		expect(most(samples.slice(half), 'heap')).toBeLessThanOrEqual(
			most(samples.slice(1, half), 'heap') + 10 * MB,
		);
		expect(most(samples.slice(half), 'nodes')).toBeLessThanOrEqual(
			1.5 * most(samples.slice(1, half), 'nodes'),
		);
		await person.leave();
	},
	(MINUTES + 5) * 60_000,
);

it(`a room of ${MESSAGES} messages from its end to its beginning`, async () => {
	const room = await ada.room('long');
	await ada.flood(room, MESSAGES, (at) => `number ${at}`, 64);
	const person = await Person.at(browser, server.url);
	await person.comeIn('scrolls');
	await person.join('long');
	const met = await readAll(person, MESSAGES);
	expect(met).toHaveLength(MESSAGES);
	const now = await held(person.page);
	console.log(`read ${met.length} messages: the heap has ${(now.heap / MB).toFixed(1)} MB`);
	expect(now.heap).toBeLessThanOrEqual(80 * MB);
	await person.leave();
}, 3_600_000);

it('a day of a real conversation, read to its beginning afterwards', async () => {
	const room = await ada.room('irc');
	const said = lines('2007-01-19.log', MESSAGES);
	const person = await Person.at(browser, server.url);
	await person.comeIn('follows');
	await person.join('irc');
	await replay(server, ada, room, said);
	const all = (await ada.log(room)).length;
	expect(await readAll(person, all)).toHaveLength(all);
	await person.leave();
}, 3_600_000);
