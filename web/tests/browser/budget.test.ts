import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countLong, followed, GOAL, keys, long, slowStart } from './costs';
import { launch, Person, Server, type Writer } from './stage';
import { ms, part } from './times';

const assets = join(import.meta.dirname, '../../dist/assets');
const KB = 1_024;
const MB = KB * KB;

let server: Server;
let browser: Browser;
let ada: Writer;
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launch()]);
	ada = await server.someone('ada');
});
afterAll(async () => {
	await server?.stop();
});

describe('what it costs', () => {
	it('is at most 30 KB for each part that is loaded when it is shown', () => {
		const sizes = readdirSync(assets)
			.filter((name) => name.endsWith('.gz') && !name.startsWith('first-'))
			.map((name) => ({ name, bytes: statSync(join(assets, name)).size }));
		for (const { name, bytes } of sizes) expect(bytes, name).toBeLessThanOrEqual(30 * KB);
		const most = Math.max(0, ...sizes.map(({ bytes }) => bytes));
		console.log(`${sizes.length} lazy parts, the largest has ${most} bytes with gzip`);
	});

	it('to the first messages, over a slow network with a slow processor', async () => {
		const room = await ada.room('slow');
		for (let at = 0; at < 30; at += 1) await ada.say(room, `message ${at}`);
		const person = await Person.in(browser, server.url, 'slow');
		await person.join('slow');
		const { paint, messages, shift, long } = await slowStart(server, person, room, 'message 29');
		console.log(
			`1.6 Mbit/s, 150 ms, a quarter of the processor: first paint ${ms(paint)}, first messages ${ms(messages)}, ${long} long tasks, layout shift ${shift.toFixed(3)}`,
		);
		expect(paint).toBeGreaterThan(0);
		expect(shift).toBeLessThanOrEqual(GOAL.shift);
		await person.leave();
	});

	it('from a key to what it paints, in a room that is full', async () => {
		const room = await ada.room('keys');
		await ada.flood(room, 300, (at) => `message **${at}** with \`code\``, 200);
		const person = await Person.in(browser, server.url, 'keys');
		await person.join('keys');
		const times = await keys(person);
		expect(times.length).toBeGreaterThan(150);
		console.log(`key to paint: p50 ${ms(part(times, 50))}, p95 ${ms(part(times, 95))}`);
		await person.leave();
	});

	it('in memory after 3,000 messages, and what it holds of them', async () => {
		const room = await ada.room('heap');
		const person = await Person.by(browser, server.url);
		await countLong(person.page);
		await person.comeTo('heap');
		await person.join('heap');
		const began = Date.now();
		// 50 in a second would take a minute; the benchmark does that.
		const { before, heap, nodes, rows } = await followed(person, ada, room, 3_000, 100);
		console.log(
			`3,000 messages in ${Date.now() - began} ms: the heap has ${(heap / MB).toFixed(1)} MB (${(before / MB).toFixed(1)} before), ${nodes} nodes, ${rows} rows, ${await long(person.page)} long tasks`,
		);
		expect(heap).toBeLessThanOrEqual(GOAL.heap);
		expect(rows).toBeLessThanOrEqual(GOAL.rows);
		expect(nodes).toBeLessThan(10_000);
		await person.leave();
	});
});
