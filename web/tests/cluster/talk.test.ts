/** People at three servers behind one address, and one person at two: they see the same, and are told the truth of it. */

import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Person, until, type Writer } from '../browser/stage';
import { agree, Cluster, own, talk } from './cluster';

let cluster: Cluster;
let ada: Writer;
beforeAll(async () => {
	cluster = await Cluster.reach();
	ada = await cluster.someone(own('ada'));
});
afterEach(() => cluster.mend());
afterAll(() => cluster?.leave());

const thread = (person: Person) => person.page.getByRole('complementary');
const row = (person: Person, room: string) =>
	person.page.getByRole('link', { name: new RegExp(room) });
const shows = (locator: Locator, what: RegExp) =>
	until(`it shows ${what}`, async () => what.test(await locator.innerText()));

describe('people at different servers', () => {
	it('talk in a room, in a thread of it, and directly', async () => {
		const room = await ada.room(own('room'));
		const people = await cluster.apart(own('ines'), own('jonas'), own('kai'));
		const [ines, jonas, kai] = people as [Person, Person, Person];
		for (const person of people) await person.join(own('room'));
		const said = await talk(people, 'in the room', Promise.resolve());

		// Who writes, and what is thought of it.
		const typing = kai.page.getByText(`${own('ines')} is typing`);
		await until('it is seen that somebody writes', async () => {
			await ines.field.pressSequentially('a');
			return (await typing.count()) > 0;
		});
		await ines.field.fill('');
		const first = said[0] ?? '';
		await jonas.message(first).hover();
		await jonas.page.getByRole('button', { name: 'React with 👍' }).click();
		await kai.page.getByRole('button', { name: `👍 1: ${own('jonas')}` }).click();
		await ines.page.getByRole('button', { name: /👍 2/ }).waitFor();
		expect(await agree(people, room, ada)).toEqual(said);

		// Of a thread whoever is in it is told, at whichever server.
		await ines.message(first).hover();
		await ines.page.getByRole('button', { name: 'Reply in thread (T)' }).click();
		const field = thread(ines).locator('textarea');
		await field.fill('a word beside it');
		await field.press('Enter');
		await jonas.page.locator('.thread', { hasText: '1 reply' }).click();
		await thread(jonas).getByText('a word beside it').waitFor();
		await thread(jonas).locator('textarea').fill('and another');
		await thread(jonas).locator('textarea').press('Enter');
		await thread(ines).getByText('and another').waitFor();
		await kai.page.locator('.thread', { hasText: '2 replies' }).waitFor();

		// Directly: the other finds it, and one sees that it was read.
		await kai.page.getByRole('button', { name: 'New direct message' }).first().click();
		await kai.page.getByLabel('Name', { exact: true }).fill(own('jonas'));
		await kai.page.getByRole('button', { name: 'Write', exact: true }).click();
		await kai.inRoom(own('jonas'));
		await kai.write('between the two of us');
		const direct = jonas.page.getByRole('link', { name: new RegExp(`${own('kai')}.*1 unread`) });
		await direct.click();
		await jonas.sees('between the two of us');
		await kai.page.getByText('Read', { exact: true }).waitFor();
		for (const person of people) await person.leave();
	});
});

describe('one person at two servers', () => {
	it('has the same read marks, unread messages and drafts at both', async () => {
		const room = await ada.room(own('marks'));
		const [desk, phone] = (await cluster.apart(own('yara'), own('yara'))) as [Person, Person];
		await desk.join(own('marks'));
		await row(phone, own('marks')).waitFor();
		await desk.create(own('aside'));
		const id = await desk.page.evaluate(async () => (await (await fetch('/api/v1/me')).json()).id);
		await ada.say(room, 'one');
		await ada.send(room, { kind: 'message', text: 'two', mentions: { users: [id] } });
		await ada.say(room, 'three');
		for (const device of [desk, phone])
			await shows(row(device, own('marks')), /1 mention, 3 unread/);
		// What is read at one is read at the other, and the other way round what is set back.
		await desk.open(own('marks'));
		await desk.sees('three');
		for (const device of [desk, phone]) await shows(row(device, own('marks')), /^(?!.*unread)/s);
		await desk.message('three').hover();
		await desk.page.getByRole('button', { name: 'More actions (.)' }).click();
		await desk.page.getByRole('menuitem', { name: 'Mark unread from here' }).click();
		for (const device of [desk, phone]) await shows(row(device, own('marks')), /1 unread/);

		// A draft goes along, also from a server that is killed as soon as it has it.
		await phone.open(own('marks'));
		for (const device of [desk, phone]) await shows(row(device, own('marks')), /^(?!.*unread)/s);
		await desk.field.fill('half a thought');
		const look = (device: Person) =>
			device.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
		await until('the draft is at the other', async () => {
			await look(phone);
			return (await phone.field.inputValue()) === 'half a thought';
		});
		await cluster.does('kill', 'server', 1);
		await phone.write('a whole one');
		await desk.sees('a whole one');
		await ada.say(room, 'four');
		for (const device of [desk, phone]) await device.sees('four');
		await until('the draft is gone from the first', async () => {
			await look(desk);
			return (await desk.field.inputValue()) === '';
		});
		for (const device of [desk, phone]) await shows(row(device, own('marks')), /^(?!.*unread)/s);
		await agree([desk, phone], room, ada);
		await desk.leave();
		await phone.leave();
	});
});

describe('a server that hangs', () => {
	it('makes no page say that it is up to date, and its people go on at another', async () => {
		const room = await ada.room(own('hangs'));
		// By the address whose Nginx brings her elsewhere when she comes again: her server still takes connections.
		const { person: mara, at } = await cluster.comes(own('mara'));
		const theo = await cluster.comesTo(at === 1 ? 2 : 1, own('theo'));
		for (const person of [mara, theo]) await person.join(own('hangs'));
		const from = Date.now();
		const said = await talk([mara, theo], 'before', Promise.resolve());
		await cluster.does('pause', 'server', at);
		// What the page says of that from now on is noted; and by its clock it is two hours later.
		const minutes = await mara.page.evaluate((from) => {
			const told: string[] = [];
			const look = () =>
				told.push(
					...(/Up to date as of (\d\d:\d\d)/.exec(document.body.innerText)?.slice(1) ?? []),
				);
			const all = { subtree: true, childList: true, characterData: true };
			new MutationObserver(look).observe(document.body, all);
			Object.assign(window, { told });
			const now = Date.now;
			const minutes: string[] = [];
			for (let at = from - (from % 60_000); at <= now(); at += 60_000)
				minutes.push(new Date(at).toTimeString().slice(0, 5));
			Date.now = () => now() + 2 * 3_600_000;
			return minutes;
		}, from);
		await theo.write('nothing of that is here');
		await theo.hasSent();
		said.push('nothing of that is here');
		// The browser is told of another network: whether the server is there is asked at once.
		await mara.isToldOfNetwork();
		await mara.sees('nothing of that is here');
		const told = await mara.page.evaluate(() => (window as unknown as { told: string[] }).told);
		expect(minutes).toEqual(expect.arrayContaining(told));
		expect(told.length).toBeGreaterThan(0);
		await cluster.does('resume', 'server', at);
		expect(await agree([mara, theo], room, ada)).toEqual(said);
		await mara.leave();
		await theo.leave();
	});
});
