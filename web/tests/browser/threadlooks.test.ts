import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOOKS, pictured, screenOf } from './looks';
import { launch, Person, Server, type Writer } from './stage';

let server: Server;
let browser: Browser;
let mara: Writer;
let room = '';
let root = 0;
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launch()]);
	mara = await server.someone('mara');
	const jonas = await server.someone('jonas');
	const priya = await server.someone('priya');
	room = await mara.room('timetable');
	for (const one of [jonas, priya]) await one.call('POST', `/api/v1/rooms/${room}/join`);
	await mara.say(room, 'What is left before I can tell the harbour office yes?');
	await jonas.say(room, 'The sign at Skerry is an hour out: the 08:40 shows as 07:40.');
	root = await priya.say(
		room,
		'Good find. Skerry is the only stop with no zone set, so it fell back to UTC. I’ll fill it in and make the column `NOT NULL`.',
	);
	for (const one of [mara, jonas])
		await one.send(room, { kind: 'react', target: root, emoji: '✅', on: true });
	const replies: [Writer, string][] = [
		[jonas, 'Is a reboot enough for the sign, or does it keep the old feed?'],
		[priya, 'It reads the zone again every ten minutes. No reboot.'],
		[mara, 'Then I’d rather not touch it. Let’s look at the webcam at **09:40**.'],
		[jonas, '08:40 Ardvoe, 11:15 Innis. It’s right. 🎉'],
	];
	for (const [one, text] of replies)
		await one.send(room, { kind: 'message', text, thread: { root } });
	await mara.send(room, { kind: 'pin', target: root, on: true });
	const webhook = await mara.call<{ url: string }>('POST', `/api/v1/rooms/${room}/webhooks/in`, {
		name: 'builds',
	});
	await fetch(webhook.url, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ text: 'The feed of Sunday is built and checked.' }),
	});
});
afterAll(async () => {
	await server?.stop();
});

describe.each(LOOKS)('threads and messages in $name', (look) => {
	it('are without a fault that axe finds, and are kept as pictures', async () => {
		const name = `ines-${look.name}`;
		const person = await Person.in(browser, server.url, name, look);
		const { page } = person;
		const screen = (name: string) => screenOf(person, look, name);
		await person.join('timetable');
		await person.sees('The feed of Sunday');
		const { id } = await server.call<{ id: string }>(
			'GET',
			`/api/v1/users/${name}`,
			undefined,
			mara.token,
		);
		await mara.send(room, {
			kind: 'message',
			text: `@${name} can you confirm?`,
			mentions: { users: [id] },
			thread: { root },
		});
		await page.locator('.thread').getByText('1 new').waitFor();
		const open = async (item: string) => {
			await page.locator('article', { hasText: 'Good find' }).first().focus();
			await page.keyboard.press('.');
			await page.getByRole('menu').waitFor();
			if (item) await page.getByRole('menuitem', { name: item }).click();
		};
		// The browser says that a dialog is closed a moment later: what is opened before that is taken for it.
		const close = async () => {
			await page.keyboard.press('Escape');
			await page.locator('dialog').waitFor({ state: 'detached' });
		};
		await page.locator('article', { hasText: 'Good find' }).focus();
		await screen('thread-line');
		await open('');
		await screen('menu');
		await close();
		await page.locator('article', { hasText: 'Good find' }).first().focus();
		await page.keyboard.press('+');
		// A few of them: all are looked at where one writes.
		await page.getByLabel('Search emoji').fill('boat');
		await page.getByRole('group', { name: 'Found' }).waitFor();
		await screen('react');
		await close();
		await open('Save for later');
		await page.locator('.toast').getByRole('button', { name: 'Close' }).click();
		await open('Forward to a room');
		await page.getByLabel('Room or person').waitFor();
		await screen('forward');
		await close();
		await open('Who has read it');
		await page.getByRole('dialog').getByText('mara').waitFor();
		await screen('receipts');
		await close();
		await page.locator('.thread').click();
		const panel = page.getByRole(look.touch ? 'main' : 'complementary');
		await panel.getByText(`@${name} can you confirm?`).waitFor();
		await screen('thread');
		if (!look.touch) await pictured(person, 'thread');
		await panel.locator('article').nth(2).focus();
		await screen('thread-focus');
		await page.setViewportSize({ width: 320, height: 640 });
		expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(
			true,
		);
		await page.setViewportSize({ width: look.width ?? 1280, height: look.height ?? 800 });
		if (look.touch) {
			await page.getByRole('button', { name: 'Back to rooms' }).click();
			await page.getByRole('button', { name: 'Back to rooms' }).click();
		}
		await page.getByRole('button', { name: 'Threads', exact: true }).click();
		await page.getByText('in #timetable').first().waitFor();
		await screen('threads');
		if (look.touch) await page.getByRole('button', { name: 'Back to rooms' }).click();
		await page.getByRole('button', { name: 'Saved messages' }).click();
		await page.getByRole('button', { name: 'Take out of saved' }).waitFor();
		await screen('saved');
		await page.getByRole('button', { name: 'Take out of saved' }).click();
		await page.getByText('Nothing is saved').waitFor();
		await screen('saved-none');
		if (look.touch) {
			await page.getByRole('button', { name: 'Back to rooms' }).click();
			await person.open('timetable');
			await page.getByRole('button', { name: 'Room details' }).click();
		}
		await page.getByRole('button', { name: 'Pinned messages' }).click();
		await page.getByText('Pinned by mara').waitFor();
		await screen('pins');
		if (look.touch) await page.getByRole('button', { name: 'Back to rooms' }).click();
		await page.locator('.cmp textarea').first().fill('Read it on the sign');
		await page.locator('.cmp textarea').first().press('Enter');
		// What is not stored yet is not edited, but the one before it.
		await page.locator('article[data-seq]', { hasText: 'Read it on the sign' }).waitFor();
		await page.locator('.cmp textarea').first().press('ArrowUp');
		await page.locator('.cmp textarea').first().fill('Read it on the small sign');
		await page.locator('.cmp textarea').first().press('Enter');
		// Those of the looks before may be there still: a deletion that can be undone goes with its browser.
		const mine = page.locator('article', { hasText: 'Read it on the small sign' }).last();
		await mine.waitFor();
		await person.hasSent();
		await mine.getByRole('button', { name: '(edited)' }).click();
		await page.getByRole('dialog').getByText('As it was sent').waitFor();
		await screen('edits');
		await close();
		await mine.focus();
		await page.keyboard.press('Delete');
		await page.getByRole('dialog').waitFor();
		await screen('delete');
		await page.getByRole('button', { name: 'Delete', exact: true }).click();
		await page.getByText('Message deleted').waitFor();
		await screen('undo');
		await person.leave();
	});
});
