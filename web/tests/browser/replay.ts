/** Real conversations, by as many writers as spoke in them, while people read, scroll and write. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Person, type Server, until, type Writer } from './stage';

const logs = join(import.meta.dirname, '../../../testdata/irc');

export interface Line {
	by: string;
	text: string;
}

/** What was said in a log, in order. */
export function lines(log: string, most: number): Line[] {
	const all = readFileSync(join(logs, log), 'utf8').split('\n');
	return all
		.flatMap((line): Line[] => {
			const [, by = '', text = ''] = line.match(/^\[\d\d:\d\d\] <([^>]+)> (.*)$/) ?? [];
			return by && text.trim() ? [{ by, text: text.trim() }] : [];
		})
		.slice(0, most);
}

/** Says all of it, in order, each by who said it. `number: text`, so that one line is no other's. */
export async function replay(
	server: Server,
	ada: Writer,
	room: string,
	said: readonly Line[],
	pause = 0,
): Promise<void> {
	const writers = new Map<string, Writer>();
	for (const [at, { by, text }] of said.entries()) {
		let writer = writers.get(by);
		if (!writer) {
			writer = await server.someone(`irc-${room.slice(0, 4)}-${writers.size}`);
			await writer.call('POST', `/api/v1/rooms/${room}/join`);
			writers.set(by, writer);
		}
		await writer.say(room, `${at}: ${text}`.replaceAll('`', '’'));
		if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
	}
	expect((await ada.log(room)).length).toBeGreaterThanOrEqual(said.length);
}

/**
 * The messages of a room that stand in the document, in order, each with its number and its words, without the ones that
 * are no message.
 */
export function shown(person: Person): Promise<[number, string][]> {
	return person.page.evaluate(() =>
		[...document.querySelectorAll<HTMLElement>('.feed > article:has(.msg-body)')].map((one) => [
			Number(one.dataset.seq),
			one.querySelector('.msg-body')?.textContent?.trim() ?? '',
		]),
	);
}

/** Their numbers alone. */
export async function numbers(person: Person): Promise<number[]> {
	return (await shown(person)).map(([seq]) => seq);
}

/**
 * Reads a room from its end to its beginning by scrolling: every message once, in order, none left out. What each says, by
 * its number.
 */
export async function readAll(person: Person, count: number): Promise<[number, string][]> {
	const { page } = person;
	await page.locator('.scroll').first().hover();
	const met = new Map<number, string>();
	await until(
		'the beginning is reached',
		async () => {
			const now = await shown(person);
			const seqs = now.map(([seq]) => seq);
			expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
			for (const [seq, text] of now) met.set(seq, text);
			await page.mouse.wheel(0, -600);
			return met.size >= count;
		},
		Math.max(60_000, count * 30),
	);
	return [...met].sort(([a], [b]) => a - b);
}
