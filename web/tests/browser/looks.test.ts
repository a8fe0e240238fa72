import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOOKS, pictured, screenOf } from './looks';
import { launch, Network, Person, Server, until, type Writer } from './stage';

/** So long it is said that one is back. */
const BACK_MS = 2_500;

/** What was to be done after that long waits for what is returned. */
async function held({ page }: Person, after: number): Promise<() => Promise<void>> {
	const release = await page.evaluateHandle((after) => {
		const { setTimeout } = window;
		const waiting: (() => void)[] = [];
		Object.assign(window, {
			setTimeout: (done: () => void, ms: number) =>
				ms === after ? waiting.push(done) : setTimeout(done, ms),
		});
		return () => {
			for (const done of waiting) done();
		};
	}, after);
	return () => release.evaluate((release) => release());
}

let server: Server;
let browser: Browser;
let mara: Writer;
let room = '';
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launch()]);
	mara = await server.someone('mara');
	const jonas = await server.someone('jonas');
	const priya = await server.someone('priya');
	room = await mara.room('timetable');
	await mara.send(room, { kind: 'topic', topic: 'Winter timetable goes live Sunday 29 November' });
	for (const one of [jonas, priya]) await one.call('POST', `/api/v1/rooms/${room}/join`);
	await mara.say(
		room,
		'The winter timetable goes live on **Sunday**. What is left before I can tell the harbour office yes?',
	);
	const tasks = await priya.say(
		room,
		'- [x] Import the operator’s spreadsheet, 412 sailings\n- [x] School-day exceptions for Ardvoe\n- [ ] Try one pier sign against the new feed',
	);
	for (const one of [mara, jonas])
		await one.send(room, { kind: 'react', target: tasks, emoji: '👍', on: true });
	await mara.send(room, { kind: 'react', target: tasks, emoji: '🎉', on: true });
	const tried = await jonas.say(
		room,
		'Tried it. The sign at Skerry is an hour out: the 08:40 shows as 07:40.',
	);
	const offset = await priya.send(room, {
		kind: 'message',
		text: 'That’s the offset, not the timetable. The sign reads `departure.at` as UTC.',
		reply_to: tried,
	});
	await priya.send(room, {
		kind: 'edit',
		target: offset,
		text: 'That’s the offset, not the timetable. The sign reads `departure.at` as UTC and prints it raw.',
	});
	await priya.say(
		room,
		'```rust\n// the pier\'s own clock decides, not the server\'s\nlet label = departure.at\n    .with_timezone(&stop.zone)\n    .format("%H:%M");\n```',
	);
	const gone = await jonas.say(room, 'Never mind');
	await jonas.send(room, { kind: 'delete', target: gone });
	await jonas.say(
		room,
		'日本語の表示も確認しました。The Japanese line fits too: 24 columns, no wrapping. https://example.org/signs',
	);
	await jonas.say(
		room,
		'> wanted by noon\n\n1. Kai meets the council on the ramp, 07:15\n2. Owen brings the van and the signs',
	);
	for (const name of ['pier-signs', 'field-visits', 'releases']) {
		const other = await mara.room(name);
		await mara.say(other, 'hello');
	}
});
afterAll(async () => {
	await server?.stop();
});

it('no style sheet turns a screen with the device', () => {
	const assets = join(import.meta.dirname, '../../dist/assets');
	const sheets = readdirSync(assets).filter((name) => name.endsWith('.css'));
	expect(sheets.length).toBeGreaterThan(0);
	for (const name of sheets)
		expect(readFileSync(join(assets, name), 'utf8')).not.toMatch(/orientation/);
});

describe.each(LOOKS)('every screen in $name', (look) => {
	it('is without a fault that axe finds, and is kept as a picture', async () => {
		const network = await Network.to(server);
		const person = await Person.at(browser, network.url, look);
		const { page } = person;
		const screen = (name: string) => screenOf(person, look, name);
		await page.getByLabel('A name').waitFor();
		await page.getByText('can take any name without a password').waitFor();
		await screen('open');
		if (!look.touch) await pictured(person, 'open');
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.getByLabel('Name').fill('ines');
		await page.getByLabel('Password').fill('not the right one');
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.getByRole('alert').waitFor();
		await screen('sign-in');
		if (!look.touch) await pictured(person, 'sign-in');
		await page.getByRole('button', { name: 'Create an account' }).click();
		await screen('sign-up');
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.getByRole('button', { name: 'Come in with a name' }).click();
		const name = `ines-${look.name}`;
		await person.comeIn(name);
		await screen('no-room');
		await page.getByRole('button', { name: 'Create or find a room' }).first().click();
		await page.getByRole('button', { name: 'Join timetable' }).waitFor();
		await screen('find');
		if (!look.touch) await pictured(person, 'find');
		await page.getByRole('button', { name: 'Join timetable' }).click();
		await person.inRoom('timetable');
		await person.sees('Owen brings the van');
		const { id } = await server.call<{ id: string }>(
			'GET',
			`/api/v1/users/${name}`,
			undefined,
			mara.token,
		);
		await mara.send(room, {
			kind: 'message',
			text: `@${name} can you sign off the wording for the signs?`,
			mentions: { users: [id] },
		});
		await person.sees('can you sign off');
		await person.write('Read it on the small sign: “Sailing” is clearer than “Departure”.');
		await person.hasSent();
		await mara.call('POST', '/api/v1/direct', { user: name });
		await page.mouse.move(0, 0);
		await screenOf(person, look, 'room', ['light', 'dark', 'contrast']);
		if (!look.touch) await pictured(person, 'room');
		await page.locator('article').nth(-2).focus();
		await screen('room-focus');
		await page.getByRole('button', { name: 'Room details' }).click();
		await page.getByRole('heading', { name: 'Members' }).waitFor();
		await page.getByText('Owner', { exact: true }).waitFor();
		await screen('details');
		if (!look.touch) await pictured(person, 'details');
		await page.keyboard.press('Escape');
		if (look.touch) {
			await page.getByRole('button', { name: 'Back to rooms' }).click();
			await page.getByRole('navigation').waitFor();
			await screen('rooms');
			await person.open('timetable');
		}
		network.cut();
		await page.getByText('No connection.').waitFor();
		await person.write(`${name}: Signed off with one change, see above.`);
		await person.write(`${name}: Mara, will you tell the harbour office?`);
		await page.getByText('2 waiting for the connection').waitFor();
		await screen('offline');
		// Back, at a server that is another one by now, and takes neither of them.
		await mara.send(room, { kind: 'right', right: 'write', role: 'moderator' });
		const release = await held(person, BACK_MS);
		network.isNewer = true;
		network.mend();
		await person.tryNow();
		await page.locator('.banner', { hasText: 'Back.' }).waitFor();
		await page.locator('.msg-note.bad').nth(1).waitFor();
		await screen('refused');
		await release();
		await page.getByText('A new version is ready.').waitFor();
		await screen('newer');
		await mara.send(room, { kind: 'right', right: 'write', role: 'guest' });
		await person.field.waitFor();
		const again = page.getByRole('button', { name: 'Send again' });
		for (const left of [1, 0]) {
			// Pressed twice, it goes once.
			await again.first().evaluate((button: HTMLElement) => {
				button.click();
				button.click();
			});
			await until('it goes', async () => (await again.count()) === left);
		}
		await person.hasSent();
		const said = (await mara.log(room)).filter((text) => text.startsWith(`${name}: `));
		expect(said).toHaveLength(2);
		await page.setViewportSize({ width: 320, height: 640 });
		expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(
			true,
		);
		await person.leave();
		network.close();
	});
});
