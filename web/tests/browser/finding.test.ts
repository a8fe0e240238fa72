import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { focus, Harbour, jump } from './harbour';
import { inLooks, LOOKS, pictured, screenOf } from './looks';
import { Network, Person, type Server, until, type Writer } from './stage';

let harbour: Harbour;
let server: Server;
let browser: Browser;
let mara: Writer;
let rooms: Harbour['rooms'];
beforeAll(async () => {
	harbour = await Harbour.open();
	({ server, browser, mara, rooms } = harbour);
	const priya = await server.someone('priya');
	for (const name of ['timetable', 'tide-tables'])
		await priya.call('POST', `/api/v1/rooms/${rooms[name]}/join`);
	await mara.flood(rooms.timetable ?? '', 120, (n) => `sailing number ${n}`);
	await priya.say(rooms.timetable ?? '', 'Skerry has no 🚀 zone set, so it fell back to UTC');
	await mara.say(rooms.timetable ?? '', 'one zone per stop, see https://example.org/zones');
	await mara.flood(rooms.timetable ?? '', 60, (n) => `later sailing ${n}`);
	await priya.say(rooms['tide-tables'] ?? '', 'the tide gate closes at 18:20 in zone two');
});
afterAll(() => harbour?.close());

const at = (name: string) => harbour.at(name);

describe('the palette', () => {
	it('leads to rooms, people, commands and messages by parts of their names', async () => {
		const ines = await at('ines');
		const { page } = ines;
		const list = page.getByRole('listbox', { name: 'Results' });
		const chosen = list.locator('[aria-selected="true"]');
		await page.keyboard.press('Control+k');
		// What was used last comes first, but not where one is.
		await until('rooms are offered', async () => (await chosen.count()) === 1);
		expect(await chosen.innerText()).toContain('tide-tables');
		await page.keyboard.type('tit');
		await until('it is found by the beginnings of words', async () =>
			(await chosen.innerText()).includes('tide-tables'),
		);
		expect(await chosen.locator('u').allInnerTexts()).toEqual(['ti', 't']);
		await page.keyboard.press('Enter');
		await ines.inRoom('tide-tables');
		await until('one goes on writing', async () => (await focus(ines)).includes('tide-tables'));

		// Three messages at most, and the way to all of them.
		await jump(ines, 'sailing');
		await list.getByText('Messages', { exact: true }).waitFor();
		await until(
			'messages are found',
			async () => (await list.locator('[id^="hit-"]').count()) === 3,
		);
		expect(await list.locator('[id^="hit-"]').first().innerText()).toMatch(/mara: “later sailing/);
		// What was found stays while the next is looked for; then it is another.
		await page.keyboard.press('Control+a');
		await page.keyboard.type('UTC');
		await until('the other is found', async () =>
			(await list.locator('[id^="hit-"]').allInnerTexts()).join().includes('fell back to UTC'),
		);
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('ArrowUp');
		await list.locator('[id^="hit-"]').first().click();
		await ines.inRoom('timetable');
		await ines.message('fell back to UTC').and(page.locator(':focus')).waitFor();

		// Commands, by what else they are called; and none of rooms.
		await jump(ines, '>appearance');
		await until('themes are offered', async () => (await list.getByRole('option').count()) >= 3);
		await page.keyboard.press('Control+a');
		await page.keyboard.type('>dark');
		await page.keyboard.press('Enter');
		expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
		expect(await page.evaluate(() => localStorage.getItem('hearth.theme'))).toBe('dark');

		// A room that one is not in, a person by name, and nothing.
		await jump(ines, '#fund');
		await list.getByRole('option', { name: /funding/ }).click();
		await ines.inRoom('funding');
		await jump(ines, '@priya');
		await page.keyboard.press('Enter');
		await ines.inRoom('priya');
		await jump(ines, 'qqqq');
		await page.getByText('No room or person called ‘qqqq’. Search messages for it?').waitFor();
		await page.keyboard.press('Control+k');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		await ines.leave();
	});

	it('searches all messages with one key, and says when it is slow or fails', async () => {
		const network = await Network.to(server);
		const owen = await Person.in(browser, network.url, 'owen');
		await owen.join('timetable');
		await owen.isHeard();
		const { page } = owen;
		await jump(owen, 'zone');
		await page.locator('[id^="hit-"]').first().waitFor();
		network.mute();
		await page.keyboard.type('s');
		await page.locator('.along.slow').waitFor();
		expect(await page.locator('[id^="hit-"]').count()).toBeGreaterThan(0);
		network.mend();
		await page.keyboard.press('Control+Enter');
		await page.getByRole('heading', { level: 1, name: 'Search' }).waitFor();
		network.cut();
		await page.getByRole('combobox').fill('UTC');
		await page.getByText('Couldn’t search: the server doesn’t answer.').waitFor();
		network.mend();
		await page.getByRole('button', { name: 'Try again' }).click();
		await page.getByText('1 message', { exact: true }).waitFor();
		await owen.leave();
		network.close();
	});
});

describe('the search', () => {
	it('finds in the room, narrows by filters, and leads to a hit with what stands around it', async () => {
		const kai = await at('kai');
		const { page } = kai;
		await page.keyboard.press('Control+f');
		const field = page.getByRole('combobox', { name: 'Search in #timetable' });
		await field.waitFor();
		await until('the field has the focus', async () => (await focus(kai)).includes('Search in'));
		await page.keyboard.type('zone');
		await page.getByText('2 messages', { exact: true }).waitFor();
		expect(await page.locator('.hit').last().locator('mark').allInnerTexts()).toEqual(['zone']);
		await page.getByRole('button', { name: 'With link' }).click();
		await page.getByText('1 message', { exact: true }).waitFor();
		expect(await field.inputValue()).toBe('has:link zone');
		await page.getByRole('button', { name: 'With link' }).click();
		await page.getByRole('button', { name: 'From…' }).click();
		await page.keyboard.type('pri');
		await page.getByRole('option', { name: 'priya' }).waitFor();
		await page.keyboard.press('Enter');
		await page.getByRole('button', { name: 'Remove From: priya' }).waitFor();
		await page.getByText('1 message', { exact: true }).waitFor();
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Enter');
		await kai.message('fell back to UTC').and(page.locator(':focus')).waitFor();
		await kai.sees('sailing number');
		await page.locator('.hit[aria-current]').waitFor();
		// Out of the panel by Escape, and in again where one was; what was looked for is remembered.
		await page.keyboard.press('Escape');
		await page.locator('.panel').waitFor({ state: 'detached' });
		await page.locator('article[tabindex="0"]').focus();
		await page.keyboard.press('/');
		await until('what was typed is there', async () => (await field.inputValue()).includes('zone'));
		await page.getByRole('button', { name: 'Clear' }).click();
		await page.getByRole('button', { name: 'zone from:priya' }).waitFor();
		// Nothing found: what was searched, and a wider search.
		await page.keyboard.type('tide from:priya');
		await page.getByText('No message with ‘tide’ (From: priya).').waitFor();
		await page.getByText('Searched: #timetable.').waitFor();
		await page.getByRole('button', { name: 'Search in all rooms' }).click();
		await page.getByRole('heading', { level: 2, name: /#tide-tables/ }).waitFor();
		await page.locator('.hit').first().click();
		await kai.inRoom('tide-tables');
		await page.goBack();
		await page.locator('.hit[aria-current]').waitFor();
		await kai.leave();
	});

	it('shows more in pages, and says what the server has against a query', async () => {
		const nora = await at('nora');
		const { page } = nora;
		await page.keyboard.press('Control+f');
		await page.locator('[role="search"] input:focus').waitFor();
		await page.keyboard.type('sailing');
		await page.getByText(/180 messages/).waitFor();
		expect(await page.locator('.hit').count()).toBe(20);
		await page.getByText('20 of 180').waitFor();
		await page.getByRole('button', { name: 'Show more in #timetable' }).click();
		await until('there are more', async () => (await page.locator('.hit').count()) === 40);
		await page.getByRole('combobox').fill('zone before:someday');
		await page.getByRole('alert').waitFor();
		expect(await page.getByRole('alert').innerText()).toMatch(/Couldn’t search: /);
		await nora.leave();
	});

	it('goes to a day', async () => {
		const yuri = await at('yuri');
		const { page } = yuri;
		await jump(yuri, '>go to a day');
		await page.keyboard.press('Enter');
		await page.locator('#day').waitFor();
		await inLooks(yuri, 'day');
		const today = await page.locator('#day').getAttribute('max');
		await page.locator('#day').fill(today ?? '');
		await page.getByRole('button', { name: 'Go there' }).click();
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		await until('the first of that day is in sight', async () =>
			page.evaluate(() => document.activeElement?.getAttribute('data-seq') === '1'),
		);
		await yuri.leave();
	});
});

describe('the list of rooms', () => {
	it('keeps what is folded, starred and put away, and its order while it is pointed at', async () => {
		const eve = await at('eve');
		const { page } = eve;
		await eve.create('aaa');
		await eve.create('bbb');
		const order = async () => {
			const names = await page.locator('[aria-labelledby="sec-rooms"] .nm bdi').allInnerTexts();
			return names.map((name) => name.trim());
		};
		expect(await order()).toEqual(['aaa', 'bbb', 'tide-tables', 'timetable']);
		await page.locator('.row', { hasText: 'aaa' }).hover();
		await mara.say(rooms.timetable ?? '', 'for the order');
		await page.getByRole('link', { name: /timetable.*1 unread/ }).waitFor();
		expect(await order()).toEqual(['aaa', 'bbb', 'tide-tables', 'timetable']);
		await page.mouse.move(800, 400);
		await until('what is unread is first', async () => (await order())[0] === 'timetable');
		// Folded, it shows what is new and where one is.
		await page.getByRole('button', { name: 'Rooms', exact: true }).click();
		await page.mouse.move(800, 400);
		expect(await order()).toEqual(['timetable', 'bbb']);
		await page.reload();
		await eve.inRoom('bbb');
		await until('it is folded still', async () => (await order()).length === 2);
		await page.getByRole('button', { name: 'Rooms', exact: true }).click();
		await until('it is open', async () => (await order()).length === 4);
		await eve.leave();
	});

	it('has one’s own menu: what one does, do not disturb, the way out', async () => {
		const fin = await at('fin');
		const { page } = fin;
		const opener = page.getByRole('button', { name: /^fin/ });
		await opener.click();
		await page.getByRole('dialog', { name: 'You' }).waitFor();
		await page.getByLabel('What are you doing?').fill('in Ardvoe until four');
		await page.getByLabel('An emoji for it').fill('⛴️');
		await page.getByRole('button', { name: 'Save', exact: true }).click();
		await page.getByText('Saved.').waitFor();
		const known = await server.call('GET', '/api/v1/users/fin', undefined, mara.token);
		expect(known).toMatchObject({ status_text: 'in Ardvoe until four', status_emoji: '⛴️' });
		await page.getByLabel('Do not disturb').check();
		await page.locator('.me').getByText('Do not disturb').waitFor();
		await page.keyboard.press('Escape');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		await page.locator('.me:focus').waitFor();
		await opener.click();
		await page.getByRole('button', { name: 'Sign out', exact: true }).click();
		await page.getByLabel('A name').waitFor();
		await fin.leave();
	});
});

describe.each(LOOKS)('finding in $name', (look) => {
	it('is without a fault that axe finds, and is kept as a picture', async () => {
		const person = await Person.in(browser, server.url, `look-${look.name}`, look);
		const { page } = person;
		for (const room of ['tide-tables', 'timetable', 'funding']) {
			await page.evaluate(
				(id) => fetch(`/api/v1/rooms/${id}/join`, { method: 'POST' }),
				rooms[room],
			);
			await page.getByRole('link', { name: room }).first().waitFor();
		}
		await mara.call('POST', '/api/v1/direct', { user: `look-${look.name}` });
		await mara.say(rooms['tide-tables'] ?? '', 'The tide gate is open again');
		await mara.say(rooms.funding ?? '', 'The island trust said yes');
		await person.open('timetable');
		const screen = (name: string) => screenOf(person, look, name);
		if (look.touch) {
			await page.getByRole('button', { name: 'Back to rooms' }).click();
			await page.locator('.prev').first().waitFor();
			await screen('side');
			await page.getByRole('button', { name: /sign out$/ }).click();
			await page.getByRole('dialog', { name: 'You' }).waitFor();
			await screen('me');
			await page.keyboard.press('Escape');
			await page.getByRole('button', { name: 'Jump to…' }).click();
		} else {
			await page.getByRole('button', { name: /sign out$/ }).click();
			await page.getByRole('dialog', { name: 'You' }).waitFor();
			await screen('me');
			await page.keyboard.press('Escape');
			await page.keyboard.press('Control+k');
		}
		await page.getByRole('combobox').fill('ti');
		await page.locator('[id^="hit-"]').first().waitFor();
		await screen('palette');
		if (!look.touch) await pictured(person, 'palette');
		await page.keyboard.press('Escape');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		if (look.touch) await person.open('timetable');
		await page.getByRole('button', { name: 'Search in this room' }).click();
		await page.getByRole('combobox').fill('zone');
		await page.getByText('2 messages', { exact: true }).waitFor();
		await page.getByRole('button', { name: 'More filters' }).click();
		await screen('search');
		if (!look.touch) await pictured(person, 'search');
		await page.getByRole('button', { name: 'All rooms' }).click();
		await page.getByText('3 messages in 2 rooms').waitFor();
		await screen('search-all');
		if (!look.touch) await pictured(person, 'search-all');
		await page.getByRole('combobox').fill('zone in:fund');
		await page.getByRole('option', { name: 'funding' }).click();
		await page.getByText('No message with').waitFor();
		await screen('search-none');
		await page.keyboard.press('Control+/');
		await page.getByRole('dialog', { name: 'Keys' }).waitFor();
		await screen('keys');
		await page.keyboard.press('Escape');
		await page.setViewportSize({ width: 320, height: 640 });
		expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(
			true,
		);
		await person.leave();
	});
});
