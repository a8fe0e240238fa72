import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, Person, Server, until, type Writer } from './stage';

let server: Server;
let browser: Browser;
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launch()]);
});
afterAll(async () => {
	await server?.stop();
});

/** Somebody at a browser in a room of their own making, and a member who writes without one. */
async function pair(name: string, other: string): Promise<[Person, string, Writer]> {
	const person = await Person.in(browser, server.url, name, { clock: true });
	const room = await person.create(`${name}-room`);
	const writer = await server.someone(other);
	await writer.call('POST', `/api/v1/rooms/${room}/join`);
	return [person, room, writer];
}

async function choose(person: Person, text: string, item: string): Promise<void> {
	await person.message(text).click({ button: 'right' });
	await person.page.getByRole('menuitem', { name: item }).click();
}

const events = (writer: Writer, room: string) =>
	writer.call<{ events: { seq: number; body: { kind: string; target?: number } }[] }>(
		'GET',
		`/api/v1/rooms/${room}/events?after=0&limit=200`,
	);
const deletions = async (writer: Writer, room: string) =>
	(await events(writer, room)).events.filter((event) => event.body.kind === 'delete').length;

const field = (person: Person) => person.page.locator('.conv .cmp textarea');

describe('the menu of a message', () => {
	it('opens by key, by pointer and from the bar, is walked by arrows, and gives the focus back', async () => {
		const [ines, room, jonas] = await pair('ines', 'jonas');
		const seq = await jonas.say(room, 'The sign is an hour out');
		await ines.sees('an hour out');
		const { page } = ines;
		const menu = page.getByRole('menu');
		const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
		await ines.field.press('Escape');
		await page.keyboard.press('.');
		await menu.waitFor();
		expect(await focused()).toMatch(/^Reply/);
		await page.keyboard.press('ArrowDown');
		expect(await focused()).toMatch(/^Reply in thread/);
		await page.keyboard.press('End');
		expect(await focused()).toMatch(/^Delete for all/);
		await page.keyboard.press('Escape');
		await menu.waitFor({ state: 'detached' });
		expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('ARTICLE');
		// Its place in the address is a link to it.
		await ines.context.grantPermissions(['clipboard-read', 'clipboard-write']);
		await choose(ines, 'an hour out', 'Copy link');
		const link = await page.evaluate(() => navigator.clipboard.readText());
		expect(link).toBe(`${server.url}/#/${room}/${seq}`);
		const said = page.locator('.toast');
		await said.getByText('Link copied').waitFor();
		await choose(ines, 'an hour out', 'Copy text');
		await said.getByText('Text copied').waitFor();
		expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
			'The sign is an hour out',
		);
		// By key; and without a clipboard, as over plain HTTP.
		await ines.passes(10);
		await said.waitFor({ state: 'detached' });
		await page.locator(`article[data-seq="${seq}"]`).focus();
		await page.keyboard.press('y');
		await said.getByText('Link copied').waitFor();
		await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
		await page.keyboard.press('y');
		await said.getByText('The browser did not let it be copied.').waitFor();
		await said.getByRole('button', { name: 'Close' }).click();
		await ines.message('an hour out').hover();
		await page.getByRole('button', { name: 'More actions (.)' }).click();
		await page.getByRole('menuitem', { name: 'Reply', exact: true }).click();
		await page.getByText('Replying to jonas').waitFor();
		expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
		await ines.page.goto(link);
		await ines.page.locator('article.flash', { hasText: 'an hour out' }).waitFor();
		await ines.leave();
	});

	it('is a sheet where one touches, by a long press', async () => {
		const look = { width: 390, height: 844, touch: true };
		const iris = await Person.in(browser, server.url, 'iris', look);
		await iris.create('iris-room');
		await iris.write('pressed for long');
		await iris.hasSent();
		const { page } = iris;
		const message = iris.message('pressed for long');
		await message.tap();
		expect(await page.getByRole('toolbar').isVisible()).toBe(false);
		await message.dispatchEvent('pointerdown', { pointerType: 'touch', clientX: 90, clientY: 700 });
		await page.getByRole('menu').waitFor();
		await message.dispatchEvent('pointerup', { pointerType: 'touch' });
		for (const item of await page.getByRole('menuitem').all()) {
			expect((await item.boundingBox())?.height).toBeGreaterThanOrEqual(44);
		}
		await page.getByRole('group', { name: 'React' }).getByRole('button').first().click();
		await page.locator('.rx.mine').waitFor();
		await iris.leave();
	});

	it('offers one’s own two habits, and takes back to where one read after a jump', async () => {
		const [mara, room, tomas] = await pair('mara', 'tomas');
		const first = await tomas.say(room, 'the very first');
		for (let n = 0; n < 60; n += 1) await tomas.say(room, `between ${n}`);
		await tomas.send(room, { kind: 'message', text: 'about that', reply_to: first });
		await mara.sees('about that');
		const { page } = mara;
		await mara.message('about that').hover();
		await page.getByRole('button', { name: 'Other reaction (+)' }).click();
		await page.getByRole('dialog').getByLabel('Search emoji').fill('tada');
		await page.keyboard.press('Enter');
		await page.locator('.rx.mine').waitFor();
		await page.mouse.move(0, 0);
		await mara.message('between 59').hover();
		await mara.message('between 59').getByRole('button', { name: 'React with 🎉' }).waitFor();
		await page.locator('.quote', { hasText: 'the very first' }).click();
		await page.locator('article.flash', { hasText: 'the very first' }).waitFor();
		await page.goBack();
		await page.locator('article.flash', { hasText: 'about that' }).waitFor();
		await mara.leave();
	});

	it('shows what a message was, copies it elsewhere, pins it and saves it', async () => {
		const [priya, room, yusuf] = await pair('priya', 'yusuf');
		await priya.write('half past seven');
		await priya.hasSent();
		await field(priya).press('ArrowUp');
		await priya.write('half past eight');
		await priya.message('half past eight').getByText('(edited)').waitFor();
		await priya.hasSent();
		const { page } = priya;
		const edited = priya.message('half past eight').getByRole('button', { name: '(edited)' });
		expect(await edited.getAttribute('title')).toMatch(/^Edited \w+/);
		await edited.click();
		const dialog = page.getByRole('dialog');
		await dialog.getByText('half past seven').waitFor();
		expect(await dialog.locator('li .msg-body').allInnerTexts()).toEqual([
			'half past eight',
			'half past seven',
		]);
		await page.keyboard.press('Escape');

		// Pins, and what nothing is pinned looks like; somebody else sees it.
		const panel = page.getByRole('complementary');
		await page.getByRole('button', { name: 'Pinned messages' }).click();
		await panel.getByText('Nothing is pinned here').waitFor();
		await choose(priya, 'half past eight', 'Pin to this room');
		await panel.getByRole('button', { name: /half past eight/ }).waitFor();
		await page.locator('.toast', { hasText: 'Message pinned' }).waitFor();
		const { pins } = await yusuf.call<{ pins: object[] }>('GET', `/api/v1/rooms/${room}/pins`);
		expect(pins.length).toBe(1);
		await panel.getByRole('button', { name: /half past eight/ }).click();
		await page.locator('article.flash', { hasText: 'half past eight' }).waitFor();
		await choose(priya, 'half past eight', 'Take the pin off');
		await panel.getByText('Nothing is pinned here').waitFor();

		// Saved messages.
		await page.getByRole('button', { name: 'Saved messages' }).click();
		await panel.getByText('Nothing is saved').waitFor();
		await choose(priya, 'half past eight', 'Save for later');
		await panel.getByRole('button', { name: /half past eight/ }).waitFor();
		await page.locator('.toast', { hasText: 'Message saved' }).waitFor();
		await page.reload();
		await page.getByText('Online', { exact: true }).waitFor();
		await page.getByRole('button', { name: 'Saved messages' }).click();
		await panel.getByRole('button', { name: /half past eight/ }).waitFor();
		await panel.getByRole('button', { name: 'Take out of saved' }).click();
		await panel.getByText('Nothing is saved').waitFor();

		// A copy in another room.
		await priya.create('other');
		await priya.open('priya-room');
		await choose(priya, 'half past eight', 'Forward to a room');
		await page.getByLabel('Room or person').fill('oth');
		await page.keyboard.press('Enter');
		await dialog.getByText('Forwarded to #other.').waitFor();
		await dialog.getByRole('button', { name: 'Open #other' }).click();
		await priya.sees('half past eight');
		await page.getByText('Forwarded from priya').waitFor();
		await priya.leave();
	});

	it('shows a webhook by the name under which it spoke, wherever it is shown', async () => {
		const [olga, room] = await pair('olga', 'pim');
		const { page } = olga;
		const hook = await olga.context.request.post(`${server.url}/api/v1/rooms/${room}/webhooks/in`, {
			data: { name: 'IRC' },
		});
		const { url } = (await hook.json()) as { url: string };
		for (const username of ['tomreyn', 'ubottu'])
			await fetch(url, {
				method: 'POST',
				body: JSON.stringify({ text: `by ${username}`, username }),
			});
		await olga.sees('by ubottu');
		const letters = page.locator('article .ava');
		await until('each has its letter', async () =>
			/T.*U/.test((await letters.allInnerTexts()).join()),
		);
		await olga.message('by tomreyn').click({ button: 'right' });
		await page.getByRole('menuitem', { name: 'Reply', exact: true }).click();
		await page.getByText('Replying to tomreyn (Webhook): by tomreyn').waitFor();
		await olga.write('so I see');
		await page.locator('.quote', { hasText: 'tomreyn (Webhook)' }).waitFor();
		await page.getByRole('button', { name: 'Search in this room' }).click();
		await page.getByRole('combobox').fill('ubottu');
		await page.locator('.hit', { hasText: 'ubottu (Webhook)' }).waitFor();
		// That it was let in is said of the webhook itself.
		expect(await page.getByText('IRC').allInnerTexts()).toEqual([
			expect.stringMatching(/^added IRC/),
		]);
		await olga.leave();
	});

	it('can be put away where it could not be loaded', async () => {
		const [xena] = await pair('xena', 'wim');
		const { page } = xena;
		await xena.write('who saw it?');
		await xena.hasSent();
		await page.route('**/assets/Receipts-*.js', (route) => route.abort());
		await choose(xena, 'who saw it?', 'Who has read it');
		const box = page.locator('.over');
		await box.getByRole('heading', { name: 'This part could not be loaded.' }).waitFor();
		await box.getByRole('button', { name: 'Try again' }).waitFor();
		await box.getByRole('button', { name: 'Close' }).click();
		await box.waitFor({ state: 'detached' });
		await xena.leave();
	});

	it('sets messages back to unread until one comes again, and hides what one does not want to see', async () => {
		const [kai, room, owen] = await pair('kai', 'owen');
		for (const text of ['one', 'two', 'three']) await owen.say(room, text);
		await kai.sees('three');
		await choose(kai, 'two', 'Mark unread from here');
		await kai.page.locator('.newline').waitFor();
		const row = kai.page.getByRole('link', { name: /kai-room/ });
		await until('two are unread', async () => /2 unread/.test(await row.innerText()));
		await owen.say(room, 'four');
		await kai.sees('four');
		await until('three are unread', async () => /3 unread/.test(await row.innerText()));
		await kai.create('elsewhere');
		await kai.open('kai-room');
		await until('it is read', async () => !/unread/.test(await row.innerText()));

		await choose(kai, 'one', 'Hide for me');
		await kai.page.getByText('A message that you have hidden.').waitFor();
		expect(await kai.message('one').count()).toBe(0);
		await kai.page.getByRole('button', { name: 'Undo' }).click();
		await kai.sees('one');
		await choose(kai, 'one', 'Hide for me');
		await kai.page.getByRole('button', { name: 'Show', exact: true }).click();
		await kai.sees('one');
		await choose(kai, 'one', 'Show to me again');
		await kai.page.evaluate(
			(user) =>
				fetch('/api/v1/own', {
					method: 'PUT',
					headers: { 'Content-Type': 'application/json' },
					body: JSON.stringify({ kind: 'blocked', user, on: true }),
				}),
			owen.id,
		);
		await until(
			'all of theirs are folded',
			async () =>
				(await kai.page.getByText('A message by somebody you have blocked.').count()) === 4,
		);
		await kai.page.getByRole('button', { name: 'Show', exact: true }).first().click();
		await kai.sees('one');
		await kai.leave();
	});
});

describe('a deletion', () => {
	it('is asked about, can be undone, and goes when the time has run out', async () => {
		const [ada, room, bob] = await pair('ada', 'bob');
		await ada.write('a mistake');
		await ada.hasSent();
		await choose(ada, 'a mistake', 'Delete for all');
		await ada.page.getByRole('button', { name: 'Keep it' }).waitFor();
		expect(await ada.page.evaluate(() => document.activeElement?.textContent)).toBe('Keep it');
		await ada.page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
		await ada.page.getByText('This message was deleted.').waitFor();
		await ada.page.getByRole('button', { name: 'Undo' }).click();
		await ada.sees('a mistake');
		expect(await deletions(bob, room)).toBe(0);
		await choose(ada, 'a mistake', 'Delete for all');
		await ada.page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
		await ada.page.getByText('Message deleted').waitFor();
		expect(await deletions(bob, room)).toBe(0);
		await ada.passes(8);
		await until('it is deleted', async () => (await deletions(bob, room)) === 1);
		await ada.page.getByText('Message deleted').waitFor({ state: 'detached' });
		await ada.page.getByText('This message was deleted.').waitFor();
		await ada.leave();
	});

	it('is neither lost nor done twice by a reload, by leaving, or by a server that is away', async () => {
		const [eva, room, finn] = await pair('eva', 'finn');
		for (const text of ['first', 'second', 'third']) await eva.write(text);
		await eva.hasSent();
		const remove = async (text: string) => {
			await choose(eva, text, 'Delete for all');
			await eva.page
				.getByRole('dialog')
				.getByRole('button', { name: 'Delete', exact: true })
				.click();
			await eva.page.getByText('Message deleted').waitFor();
		};
		await remove('first');
		await eva.page.reload();
		await until('it is deleted', async () => (await deletions(finn, room)) === 1);
		await eva.page.getByText('This message was deleted.').waitFor();
		// One that is begun while another can still be undone lets that one go.
		await remove('second');
		await remove('third');
		await until('the one before has gone', async () => (await deletions(finn, room)) === 2);
		await server.kill();
		await eva.page.reload().catch(() => {});
		await server.start();
		await eva.page.goto(`${server.url}/#/${room}`);
		await eva.page.getByText('Online', { exact: true }).waitFor();
		await until('all are deleted', async () => (await deletions(finn, room)) === 3);
		await until('nothing of it is kept', () =>
			eva.page.evaluate(() => localStorage.getItem('hearth-deletions') === null),
		);
		expect(await deletions(finn, room)).toBe(3);
		await eva.leave();
	});

	it('is done before the session ends, and what is remembered of the person goes with it', async () => {
		const [gil, room, hugo] = await pair('gil', 'hugo');
		await gil.write('said too much');
		await gil.hasSent();
		await choose(gil, 'said too much', 'Delete for all');
		await gil.page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
		await gil.page.getByText('Message deleted').waitFor();
		await gil.page.evaluate(() => localStorage.setItem('hearth.searches', '["pay"]'));
		await gil.page.getByRole('button', { name: /sign out$/ }).click();
		await gil.page.getByRole('button', { name: 'Sign out', exact: true }).click();
		await gil.page.getByLabel('A name').waitFor();
		expect(await deletions(hugo, room)).toBe(1);
		const left = await gil.page.evaluate(() =>
			['hearth-deletions', 'hearth.searches', 'hearth.uses'].filter(
				(key) => localStorage.getItem(key) !== null,
			),
		);
		expect(left).toEqual([]);
		await gil.leave();
	});
});

describe('an edit', () => {
	it('is of what is drawn, not of what is in a thread, and stays until it is saved', async () => {
		const [nora, room, olaf] = await pair('nora', 'olaf');
		const seq = await olaf.say(room, 'where it begins');
		await nora.write('in the room');
		await nora.write('the second');
		await nora.hasSent();
		await nora.message('where it begins').hover();
		await nora.page.evaluate(
			([id, root]) =>
				fetch(`/api/v1/rooms/${id}/events`, {
					method: 'POST',
					headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'in-thread' },
					body: JSON.stringify({
						body: { kind: 'message', text: 'in the thread', thread: { root } },
					}),
				}),
			[room, seq] as const,
		);
		await nora.message('where it begins').getByText('1 reply').waitFor();
		await field(nora).press('ArrowUp');
		expect(await field(nora).inputValue()).toBe('the second');
		await field(nora).fill('the second, not saved');
		await choose(nora, 'in the room', 'Edit');
		await nora.page.getByText('Save the edit that you are at').waitFor();
		expect(await field(nora).inputValue()).toBe('the second, not saved');
		await field(nora).press('Enter');
		await nora.sees('the second, not saved');
		await nora.leave();
	});
});

describe('receipts', () => {
	it('say in a direct room how far what one wrote has come, and in a room who has read it', async () => {
		const hana = await Person.in(browser, server.url, 'hana');
		const leo = await Person.in(browser, server.url, 'leo');
		await leo.create('leos');
		await hana.page.getByRole('button', { name: 'New direct message' }).first().click();
		await hana.page.getByLabel('Name', { exact: true }).fill('leo');
		await hana.page.getByRole('button', { name: 'Write', exact: true }).click();
		await hana.inRoom('leo');
		await hana.write('are you there?');
		await hana.page.getByTitle('Delivered').waitFor();
		await leo.open('hana');
		await hana.page.getByTitle('Read', { exact: true }).waitFor();
		await hana.join('leos');
		await hana.write('in the room');
		await leo.open('leos');
		await leo.sees('in the room');
		await choose(hana, 'in the room', 'Who has read it');
		await hana.page.getByRole('dialog').getByText('Read by 1').waitFor();
		await hana.leave();
		await leo.leave();
	});
});

describe('a program', () => {
	it('is marked as what it is beside its name', async () => {
		const [vera, room] = await pair('vera', 'will');
		const owner = await vera.page.evaluate(async (id) => {
			const answer = await fetch(`/api/v1/rooms/${id}/webhooks/in`, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json' },
				body: JSON.stringify({ name: 'builds' }),
			});
			return (await answer.json()) as { url: string };
		}, room);
		await fetch(owner.url, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ text: 'all is green' }),
		});
		await vera.sees('all is green');
		await vera.message('all is green').getByText('Webhook', { exact: true }).waitFor();
		await vera.leave();
	});
});

describe('where one is', () => {
	it('is where the caret was, in a room to which one comes back', async () => {
		const [rosa] = await pair('rosa', 'sem');
		await rosa.create('rosa-other');
		await rosa.open('rosa-room');
		await rosa.field.fill('abc def ghi');
		const caret = () => rosa.field.evaluate((one: HTMLTextAreaElement) => one.selectionEnd);
		await rosa.field.evaluate((one: HTMLTextAreaElement) => one.setSelectionRange(3, 3));
		await rosa.page.keyboard.press('Alt+ArrowUp');
		await rosa.inRoom('rosa-other');
		await rosa.page.keyboard.press('Alt+ArrowDown');
		await rosa.inRoom('rosa-room');
		expect(await rosa.field.inputValue()).toBe('abc def ghi');
		expect(await caret()).toBe(3);
		await rosa.leave();
	});

	it('is the head of a room where one touches, with all in one line, also on a screen that is low', async () => {
		const look = { width: 844, height: 390, touch: true };
		const lars = await Person.in(browser, server.url, 'lars', look);
		const { page } = lars;
		for (const name of ['a', 'b', 'c']) await lars.create(`lars-${name}`);
		const focused = () => page.evaluate(() => document.activeElement?.tagName);
		await page.getByRole('link', { name: 'lars-a' }).tap();
		await lars.inRoom('lars-a');
		expect(await focused()).toBe('H1');
		// What one writes with stands in one line.
		const middles = await page.locator('.cmp > *').evaluateAll((all) =>
			all.map((one) => {
				const { top, height } = one.getBoundingClientRect();
				return Math.round(top + height / 2);
			}),
		);
		expect(new Set(middles).size, middles.join()).toBe(1);
		await lars.shoot('low');
		const foot = (await page.locator('.me').boundingBox())?.y ?? 0;
		for (const link of await page.locator('nav a.row').all()) {
			const box = await link.boundingBox();
			expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(foot);
		}
		await lars.leave();
	});

	it('has the actions of a message in sight that is half below the head', async () => {
		const [rolf, room, sven] = await pair('rolf', 'sven');
		for (let n = 0; n < 40; n += 1) await sven.say(room, `line ${n}`);
		await rolf.sees('line 39');
		const { page } = rolf;
		const scroll = page.locator('.conv .scroll');
		const top = (await scroll.boundingBox())?.y ?? 0;
		const row = rolf.message('line 20');
		await scroll.evaluate((box, at) => {
			const rows = [...box.querySelectorAll('article')];
			const one = rows.find((row) => row.querySelector('.msg-body')?.textContent?.trim() === at);
			box.scrollTop +=
				(one?.getBoundingClientRect().top ?? 0) - box.getBoundingClientRect().top + 6;
		}, 'line 20');
		await row.hover();
		const bar = await row.getByRole('toolbar').boundingBox();
		expect(bar?.y).toBeGreaterThanOrEqual(top);
		await rolf.leave();
	});

	it('is said of a list of tasks in its own direction, whatever the reader’s', async () => {
		const [hana, room, ivo] = await pair('hana', 'ivo');
		await hana.page.evaluate(() => localStorage.setItem('hearth.language', 'ar'));
		await hana.page.reload();
		await ivo.say(room, '- [ ] buy bread');
		await hana.sees('buy bread');
		const body = hana.message('buy bread').locator('.msg-body');
		expect(await body.evaluate((one) => getComputedStyle(one).direction)).toBe('ltr');
		await hana.leave();
	});
});
