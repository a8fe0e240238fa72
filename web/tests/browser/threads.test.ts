import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, Network, Person, Server, until } from './stage';

let server: Server;
let browser: Browser;
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launch()]);
});
afterAll(async () => {
	await server?.stop();
});

async function at(name: string, url = server.url): Promise<Person> {
	const person = await Person.in(browser, url, name);
	return person;
}

/** A message in a thread. */
const inThread = (text: string, root: number) => ({
	kind: 'message',
	text,
	thread: { root },
});

const panel = (person: Person) => person.page.getByRole('complementary');

describe('a thread', () => {
	it('stands beside the room, is unread there alone, and is answered there', async () => {
		const nora = await at('nora');
		const room = await nora.create('shifts');
		const theo = await server.someone('theo');
		await theo.call('POST', `/api/v1/rooms/${room}/join`);
		await nora.write('Who takes the early shift?');
		await nora.hasSent();
		const [first] = await nora.page.locator('article[data-seq]').all();
		const root = Number(
			await nora.page.locator('article', { hasText: 'early shift' }).getAttribute('data-seq'),
		);
		expect(first && root).toBeGreaterThan(0);
		await nora.create('beside');
		await theo.send(room, inThread('not me', root));
		const row = nora.page.getByRole('button', { name: /Threads.*1 with something new/ });
		await row.waitFor();
		await theo.say(room, 'and the late one?');
		const link = nora.page.getByRole('link', { name: /shifts/ });
		await until('it is counted', async () => /, 1 unread/.test(await link.innerText()));
		await nora.open('shifts');
		await nora.sees('and the late one?');
		expect(await nora.message('not me').count()).toBe(0);
		const line = nora.page.locator('.thread', { hasText: '1 reply' });
		await line.getByText('1 new').waitFor();
		await line.click();
		const there = panel(nora);
		await there.getByText('not me').waitFor();
		await there.locator('.newline').waitFor();
		await nora.page.getByRole('button', { name: 'Threads', exact: true }).waitFor();
		// Live, both ways; and nothing of it is unread in the room.
		const field = there.locator('textarea');
		await until('the composer of the thread has the focus', () =>
			field.evaluate((one) => one === document.activeElement),
		);
		await field.fill('Then I do');
		await field.press('Enter');
		await there.locator('article', { hasText: 'Then I do' }).waitFor();
		await theo.send(room, inThread('thank you', root));
		await there.locator('article', { hasText: 'thank you' }).waitFor();
		await nora.page.locator('.thread', { hasText: '3 replies' }).waitFor();
		const page = await theo.call<{ events: { body: { text: string } }[] }>(
			'GET',
			`/api/v1/rooms/${room}/threads/${root}`,
		);
		expect(page.events.map((event) => event.body.text)).toEqual([
			'not me',
			'Then I do',
			'thank you',
		]);
		// The draft of a thread is its own, and is kept.
		await field.fill('half a word');
		await nora.field.first().fill('half another');
		await until('both are kept', async () => (await nora.kept()).drafts.length === 2);
		await nora.page.reload();
		await nora.page.getByText('Online', { exact: true }).waitFor();
		await nora.page.locator('.thread', { hasText: '3 replies' }).click();
		expect(await nora.page.locator('.conv textarea').inputValue()).toBe('half another');
		await until('the draft is back', async () => (await field.inputValue()) === 'half a word');
		await field.fill('');
		// Not followed, nothing is told of it; Escape leads back.
		await there.getByRole('button', { name: 'Following' }).click();
		await there.getByRole('button', { name: 'Follow', exact: true }).waitFor();
		await field.press('Escape');
		await there.waitFor({ state: 'detached' });
		expect(await nora.page.evaluate(() => document.activeElement?.tagName)).toBe('ARTICLE');
		await theo.send(room, inThread('still there', root));
		await nora.page.locator('.thread', { hasText: '4 replies' }).waitFor();
		expect(await nora.page.locator('.thread .badge').count()).toBe(0);
		await nora.leave();
	});

	it('has one draft on all devices, which is not the room’s, and loses to no other', async () => {
		const desk = await at('dora');
		const room = await desk.create('devices');
		const writer = await server.someone('otto');
		await writer.call('POST', `/api/v1/rooms/${room}/join`);
		const root = await writer.say(room, 'What do we take along?');
		await writer.send(room, inThread('bread', root));
		const phone = await at('dora');
		await phone.open('devices');
		const field = (person: Person) => panel(person).locator('textarea');
		const look = (person: Person) =>
			person.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
		for (const person of [desk, phone]) {
			await person.page.locator('.thread', { hasText: '1 reply' }).click();
			await field(person).waitFor();
		}
		const stands = (person: Person, text: string) =>
			until(`the server has ${text}`, async () => {
				const { own } = await person.page.evaluate(async () => {
					const said = await fetch('/api/v1/own?kinds=thread_draft');
					return (await said.json()) as { own: { root: number; text: string }[] };
				});
				return text === ''
					? own.length === 0
					: own[0]?.text === text && own.length === 1 && own[0].root === root;
			});
		await field(desk).fill('butter');
		await stands(desk, 'butter');
		await until('it is on the other', async () => {
			await look(phone);
			return (await field(phone).inputValue()) === 'butter';
		});
		expect(await phone.page.locator('.conv textarea').inputValue()).toBe('');
		// Both write without hearing of each other.
		await desk.context.setOffline(true);
		await field(desk).fill('butter and salt');
		await field(phone).fill('butter and jam');
		await stands(phone, 'butter and jam');
		await desk.context.setOffline(false);
		await panel(desk).getByText('Written on another device:').waitFor();
		await panel(desk).getByRole('button', { name: 'Add it here' }).click();
		expect(await field(desk).inputValue()).toBe('butter and salt\nbutter and jam');
		await stands(desk, 'butter and salt\nbutter and jam');
		await field(desk).press('Enter');
		await stands(desk, '');
		await until('it is gone from the other', async () => {
			await look(phone);
			return (await field(phone).inputValue()) === '';
		});
		for (const person of [desk, phone]) {
			expect(person.faults).toEqual([]);
			await person.leave();
		}
	});

	it('is found by a link to one of its messages, page by page, and in the list of those followed', async () => {
		const vera = await at('vera');
		const room = await vera.create('long');
		const emil = await server.someone('emil');
		await emil.call('POST', `/api/v1/rooms/${room}/join`);
		const root = await emil.say(room, 'A long story');
		const seqs: number[] = [];
		for (let n = 0; n < 130; n += 1) seqs.push(await emil.send(room, inThread(`part ${n}`, root)));
		const linked = seqs[20] ?? 0;
		await vera.page.goto(`${server.url}/#/${room}/${linked}`);
		const there = panel(vera);
		const parts = there.locator('article .msg-body');
		await there.locator('article.flash', { hasText: 'part 20' }).waitFor();
		expect(await there.getByRole('button', { name: 'Show more replies' }).count()).toBe(1);
		await emil.send(room, inThread('the end', root));
		const more = there.getByRole('button', { name: 'Show more replies' });
		while ((await more.count()) > 0) {
			const before = await parts.count();
			await more.first().click();
			await until('it is loaded', async () => (await parts.count()) > before);
		}
		await until('all of it is there', async () => (await parts.count()) === 132);
		const texts = (await parts.allInnerTexts()).map((text) => text.trim());
		const expected = Array.from({ length: 130 }, (_, n) => `part ${n}`);
		expect(texts).toEqual(['A long story', ...expected, 'the end']);
		await there.getByText('131 replies').waitFor();
		// By hand one follows it, and then it is in the list.
		await there.getByRole('button', { name: 'Follow', exact: true }).click();
		await there.getByRole('button', { name: 'Following' }).waitFor();
		await vera.create('away');
		await emil.send(room, inThread('after the end', root));
		await vera.page.getByRole('button', { name: /Threads.*1 with something new/ }).click();
		await there.getByText('1 new').waitFor();
		await there.getByRole('button', { name: /A long story/ }).click();
		await vera.page.getByRole('heading', { level: 1, name: 'long' }).waitFor();
		await there.locator('article', { hasText: 'after the end' }).waitFor();
		await vera.page.getByRole('button', { name: 'Threads', exact: true }).waitFor();
		await vera.leave();
	});

	it('is a step of its own on a phone: Back leads to its room, and then to the list', async () => {
		const zoe = await Person.in(browser, server.url, 'zoe', {
			width: 390,
			height: 844,
			touch: true,
		});
		const { page } = zoe;
		const here = await zoe.create('kitchen');
		await zoe.write('Who cooks?');
		await zoe.hasSent();
		const list = page.getByRole('link', { name: /kitchen/ });
		const region = page.getByRole('region', { name: 'Thread' });
		const isAt = (what: string) => until(`it is ${what}`, () => new URL(page.url()).hash === what);
		const open = async () => {
			await zoe.message('Who cooks?').focus();
			await page.keyboard.press('t');
			await region.waitFor();
		};
		// From the list to the room, by a touch.
		await page.getByRole('button', { name: 'Back to rooms' }).click();
		await list.click();
		await zoe.message('Who cooks?').waitFor();
		await open();
		await page.goBack();
		await region.waitFor({ state: 'detached' });
		await zoe.message('Who cooks?').waitFor();
		await isAt(`#/${here}`);
		await page.goForward();
		await region.waitFor();
		// Closed by its button it leaves no step that leads nowhere.
		await page.getByRole('button', { name: 'Back to rooms' }).click();
		await region.waitFor({ state: 'detached' });
		await zoe.message('Who cooks?').waitFor();
		await until('the step is gone', () => page.evaluate(() => history.state?.panel === undefined));
		await page.goBack();
		await list.waitFor();
		// A panel that takes another's place is no further step.
		await list.click();
		await page.getByRole('button', { name: 'Room details' }).click();
		await page.locator('.panel').getByRole('button', { name: 'Pinned messages' }).click();
		await page.getByRole('region', { name: 'Pinned messages' }).waitFor();
		await page.goBack();
		await zoe.message('Who cooks?').waitFor();
		await page.goBack();
		// One goes back to a panel from where it led, also over a reload.
		await list.click();
		await zoe.message('Who cooks?').waitFor();
		await page.getByRole('button', { name: 'Search in this room' }).click();
		await page.getByRole('combobox').fill('cooks');
		await page.locator('.hit').click();
		await zoe.message('Who cooks?').waitFor();
		await page.goBack();
		await page.locator('.hit[aria-current]').waitFor();
		await page.reload();
		await page.getByRole('region', { name: 'Search', exact: true }).waitFor();
		await page.goBack();
		await zoe.message('Who cooks?').waitFor();
		await page.goBack();
		await list.waitFor();
		await zoe.leave();
	});

	it('goes on when its first message is deleted, and ends with its room', async () => {
		const lea = await at('lea');
		const room = await lea.create('closing');
		const gus = await server.someone('gus');
		await gus.call('POST', `/api/v1/rooms/${room}/join`);
		const root = await gus.say(room, 'The last word?');
		await lea.message('The last word?').hover();
		await lea.page.getByRole('button', { name: 'Reply in thread (T)' }).click();
		const there = panel(lea);
		await there.getByText('No replies yet').waitFor();
		await gus.send(room, { kind: 'delete', target: root });
		await there.getByText('This message was deleted.').waitFor();
		// Its thread goes on.
		const field = there.locator('textarea');
		await field.fill('not quite');
		await field.press('Enter');
		await there.locator('article', { hasText: 'not quite' }).waitFor();
		await lea.hasSent();
		await lea.page.evaluate(
			(id) =>
				fetch(`/api/v1/rooms/${id}/events`, {
					method: 'POST',
					headers: { 'Content-Type': 'application/json' },
					body: JSON.stringify({ body: { kind: 'archive', on: true } }),
				}),
			room,
		);
		await there.getByText('This room is archived.').waitFor();
		await lea.leave();
	});

	it('has what was written without a network, and what was missed', async () => {
		const network = await Network.to(server);
		const ole = await at('ole', network.url);
		const room = await ole.create('apart');
		const pia = await server.someone('pia');
		await pia.call('POST', `/api/v1/rooms/${room}/join`);
		const root = await pia.say(room, 'Anybody there?');
		await ole.message('Anybody there?').hover();
		await ole.page.getByRole('button', { name: 'Reply in thread (T)' }).click();
		const there = panel(ole);
		await there.getByText('No replies yet').waitFor();
		network.cut();
		await ole.page.getByText('No connection.').waitFor();
		const field = there.locator('textarea');
		await field.fill('I am');
		await field.press('Enter');
		await there.locator('.msg.pending', { hasText: 'I am' }).waitFor();
		await pia.send(room, inThread('hello?', root));
		network.mend();
		await there.locator('article', { hasText: 'hello?' }).waitFor();
		await ole.hasSent();
		expect(await there.locator('article .msg-body').allInnerTexts()).toEqual([
			'Anybody there?',
			'hello?',
			'I am',
		]);
		await ole.leave();
		network.close();
	});
});
