/** Keys and swipes: whoever keeps their hands where they are. */

import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { focus, Harbour, jump } from './harbour';
import { Person, until, type Writer } from './stage';

let harbour: Harbour;
let mara: Writer;
let rooms: Harbour['rooms'];
beforeAll(async () => {
	harbour = await Harbour.open();
	({ mara, rooms } = harbour);
	await mara.flood(rooms.timetable ?? '', 20, (n) => `sailing number ${n}`);
});
afterAll(() => harbour?.close());

const PICTURE = join(import.meta.dirname, '../../src/icons/icon-192.png');
const at = (name: string, look = {}) => harbour.at(name, look);

/** Goes to a control by a key alone, which is Tab; what takes more steps than `most` is out of reach. */
async function tabTo({ page }: Person, control: Locator, most = 40, key = 'Tab'): Promise<void> {
	let place = await control.first().elementHandle();
	for (let step = 0; ; step += 1) {
		const is = await place?.evaluate((one) =>
			one.isConnected ? one === document.activeElement : null,
		);
		if (is === true) return;
		// It was drawn anew.
		if (is === null) place = await control.first().elementHandle();
		if (step === most) throw new Error(`${control} is not within ${most} × ${key}`);
		await page.keyboard.press(key);
	}
}

describe('the keyboard', () => {
	it('is enough for every task', async () => {
		const haru = await Person.at(harbour.browser, harbour.server.url);
		const { page } = haru;
		const { keyboard } = page;
		const { timetable = '' } = rooms;
		const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
		/** Goes to a control by Tab, and presses it. */
		const press = async (control: Locator, most?: number) => {
			await tabTo(haru, control, most);
			await keyboard.press('Enter');
		};
		const command = async (name: string) => {
			await jump(haru, `>${name}`);
			await page.locator('[id^="command-"][aria-selected="true"]').waitFor();
			await keyboard.press('Enter');
		};
		const isWriting = (room: string) =>
			until('the composer has the focus', async () => (await focus(haru)).includes(room));
		const isAtMessage = () =>
			until('a message has the focus', async () => (await focus(haru)) === 'ARTICLE');
		const isClosed = () => page.getByRole('dialog').waitFor({ state: 'detached' });

		// In by the gate; a room of one's own, and one of others.
		await tabTo(haru, page.getByRole('textbox', { name: 'A name' }));
		await keyboard.type('haru');
		await keyboard.press('Enter');
		await haru.isIn();
		const add = button('Create or find a room').first();
		await press(add);
		await page.getByRole('dialog').waitFor();
		await keyboard.press('Escape');
		await isClosed();
		await keyboard.press('Enter');
		await tabTo(haru, page.getByLabel('Name, topic or description'));
		await keyboard.type('keys');
		await press(button('Create #keys'));
		await haru.inRoom('keys');
		await isClosed();
		await isWriting('keys');
		await press(add);
		await tabTo(haru, page.getByLabel('Name, topic or description'));
		await keyboard.type('timetable');
		await press(button('Join timetable'));
		await haru.inRoom('timetable');
		await jump(haru, '#tide');
		await page.getByRole('option', { name: /tide-tables/ }).waitFor();
		await keyboard.press('Enter');
		await haru.inRoom('tide-tables');
		await jump(haru, 'keys');
		await keyboard.press('Enter');
		await haru.inRoom('keys');
		await isClosed();
		await isWriting('keys');

		// Written, answered, reacted to, edited, saved, forwarded, deleted, and taken back.
		for (const text of ['first', 'second']) {
			await keyboard.type(text);
			await keyboard.press('Enter');
			await haru.sees(text);
		}
		await haru.hasSent();
		await keyboard.press('Escape');
		await keyboard.press('k');
		await keyboard.press('r');
		await page.getByText('Replying to haru').waitFor();
		await keyboard.type('answer');
		await keyboard.press('Enter');
		await page.locator('.quote', { hasText: 'first' }).waitFor();
		await haru.hasSent();
		await keyboard.press('Escape');
		await keyboard.press('+');
		await page.getByLabel('Search emoji').waitFor();
		await keyboard.type('ferry');
		await button('ferry').waitFor();
		await keyboard.press('Enter');
		await page.locator('.rx.mine', { hasText: '⛴️' }).waitFor();
		await isAtMessage();
		await press(button('⛴️ 1: you'));
		await page.locator('.rx').waitFor({ state: 'detached' });
		await isAtMessage();
		await keyboard.press('End');
		await keyboard.press('e');
		await until('it is edited', async () => (await haru.field.inputValue()) === 'answer');
		await keyboard.press('End');
		await keyboard.type('!');
		await keyboard.press('Enter');
		await haru.sees('answer!');
		await haru.hasSent();
		await keyboard.press('Escape');
		/** Chooses from the menu of the message that has the focus. */
		const choose = async (name: string) => {
			await isAtMessage();
			await keyboard.press('.');
			await page.getByRole('menu').waitFor();
			await tabTo(haru, page.getByRole('menuitem', { name, exact: true }), 20, 'ArrowDown');
			await keyboard.press('Enter');
		};
		await choose('Save for later');
		await isClosed();
		await choose('Pin to this room');
		await isClosed();
		await isAtMessage();
		await press(button('(edited)'));
		await page.getByRole('dialog').getByText('As it was sent').waitFor();
		await keyboard.press('Escape');
		await isClosed();
		await until('one is back', async () => (await focus(haru)) === 'BUTTON');
		await keyboard.press('Escape');
		await choose('Forward to a room');
		await tabTo(haru, page.getByLabel('Room or person'));
		await keyboard.type('timetable');
		await keyboard.press('Enter');
		await page.getByText('Forwarded to #timetable').waitFor();
		// Not the one of what is said at the edge.
		await press(page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }));
		await isClosed();
		await isAtMessage();
		await keyboard.press('#');
		await page.getByRole('dialog').waitFor();
		// Asked, and not done.
		await keyboard.press('Escape');
		await isClosed();
		await isAtMessage();
		await keyboard.press('Delete');
		await page.getByRole('dialog').waitFor();
		await press(button('Delete'));
		await page.getByText('This message was deleted.').waitFor();
		await press(button('Undo'));
		await haru.sees('answer!');
		await isAtMessage();

		// A thread, and what stands beside the conversation.
		await keyboard.press('Home');
		await keyboard.press('j');
		await keyboard.press('t');
		const thread = page.getByRole('complementary', { name: 'Thread' });
		await thread.locator('textarea:focus').waitFor();
		await keyboard.type('in the thread');
		await keyboard.press('Enter');
		await thread.locator('article', { hasText: 'in the thread' }).waitFor();
		await haru.hasSent();
		await keyboard.press('Escape');
		await keyboard.press('Escape');
		await thread.waitFor({ state: 'detached' });
		await keyboard.press('Control+f');
		await page.locator('[role="search"] input:focus').waitFor();
		await keyboard.type('second');
		await page.getByText('1 message', { exact: true }).waitFor();
		await keyboard.press('ArrowDown');
		await keyboard.press('Enter');
		await haru.message('second').and(page.locator(':focus')).waitFor();
		await keyboard.press('Escape');
		await page.locator('.panel').waitFor({ state: 'detached' });
		for (const [name, held] of [
			['Saved messages', 'answer!'],
			['Threads', 'in #keys'],
			['Pinned messages', 'Pinned by haru'],
		] as const) {
			await press(button(name), 60);
			await page.locator('.panel').getByText(held).first().waitFor();
		}
		await press(page.locator('.panel').getByRole('button', { name: 'Close' }), 60);
		await page.locator('.panel').waitFor({ state: 'detached' });

		// A file, and what is sent later.
		await tabTo(haru, haru.field, 60);
		const chooser = page.waitForEvent('filechooser');
		await tabTo(haru, button('Attach files'), 10, 'Shift+Tab');
		await keyboard.press('Enter');
		await (await chooser).setFiles(PICTURE);
		await isWriting('keys');
		await tabTo(haru, button('Add a description'), 10, 'Shift+Tab');
		await keyboard.press('Enter');
		await keyboard.type('all of it');
		await keyboard.press('Enter');
		await tabTo(haru, haru.field);
		await keyboard.type('with a file');
		await keyboard.press('Enter');
		await haru.hasSent();
		await keyboard.press('Escape');
		await press(button('all of it'));
		await page.getByRole('dialog', { name: 'Pictures' }).getByRole('img').waitFor();
		await keyboard.press('Escape');
		await isClosed();
		await keyboard.press('Escape');
		await isAtMessage();
		await keyboard.press('Escape');
		await isWriting('keys');
		await keyboard.type('for later');
		await press(button('Send later'));
		await tabTo(haru, page.getByRole('menuitem', { name: /Tomorrow/ }), 5, 'ArrowDown');
		await keyboard.press('Enter');
		await page.getByText('Goes out').waitFor();
		await isWriting('keys');
		await press(button('Scheduled'), 60);
		await press(button('Send now'), 60);
		await haru.sees('for later');
		await page.getByText('Nothing is scheduled.').waitFor();
		await keyboard.press('Escape');
		await page.locator('.panel').waitFor({ state: 'detached' });
		await isWriting('keys');

		// The list of rooms away and back, the sheet, from room to room, to what is unread.
		await keyboard.press('Control+\\');
		await page.locator('.side').waitFor({ state: 'detached' });
		await keyboard.press('Alt+ArrowDown');
		await haru.inRoom('tide-tables');
		await keyboard.press('Control+\\');
		await page.locator('.side').waitFor();
		await keyboard.press('Alt+ArrowUp');
		await haru.inRoom('keys');
		await isWriting('keys');
		await mara.say(timetable, 'news');
		await page.getByRole('link', { name: /timetable.*1 unread/ }).waitFor();
		await keyboard.press('Escape');
		await keyboard.press('n');
		await haru.inRoom('timetable');
		await isWriting('timetable');
		await keyboard.press('Escape');
		await keyboard.press('?');
		await page.getByRole('dialog', { name: 'Keys' }).waitFor();
		await keyboard.press('Escape');
		await isClosed();
		await isAtMessage();

		// What is said of a room; to one alone; how things look, and what one does oneself.
		await command('star this');
		await page.getByRole('heading', { name: 'Starred' }).waitFor();
		await command('mute this room');
		await page.getByRole('link', { name: /timetable.*muted/ }).waitFor();
		await command('room details');
		await page.getByRole('complementary', { name: 'Room details' }).waitFor();
		await press(button('Leave room'), 60);
		await page.getByRole('link', { name: /timetable/ }).waitFor({ state: 'detached' });
		await press(page.getByRole('link', { name: /^keys/ }));
		await haru.inRoom('keys');
		await press(button('Room details'), 60);
		await press(button('Edit topic'));
		await keyboard.type('By keys alone');
		await press(button('Save'));
		await page.locator('.head .topic', { hasText: 'By keys alone' }).waitFor();
		await press(page.locator('summary', { hasText: 'Invitation links' }));
		await press(button('Make a link'));
		await page.getByRole('group', { name: 'Invitation link' }).waitFor();
		await press(button('Done, hide it'));
		await mara.call('POST', `/api/v1/rooms/${page.url().split('#/')[1]}/join`);
		await tabTo(haru, button('Actions for mara'), 40, 'Shift+Tab');
		await keyboard.press('Enter');
		await tabTo(haru, page.getByRole('combobox', { name: 'Role' }));
		await keyboard.type('Mod');
		await haru.page.getByText('made mara a moderator').waitFor();
		await press(button('Remove mara'));
		await tabTo(haru, page.getByRole('textbox', { name: 'Reason' }));
		await keyboard.type('by key');
		await press(button('Remove them'));
		await page.getByText(/removed .*: by key/).waitFor();
		await keyboard.press('Escape');
		await page.locator('.panel').waitFor({ state: 'detached' });
		await press(button('New direct message').first(), 60);
		await tabTo(haru, page.getByRole('combobox', { name: 'Name' }));
		await keyboard.type('mara');
		await page.getByRole('option', { name: /mara/ }).waitFor();
		await keyboard.press('ArrowDown');
		await keyboard.press('Enter');
		await press(button('Write'));
		await haru.inRoom('mara');
		await isClosed();
		await command('settings');
		await page.getByRole('heading', { level: 1, name: 'You' }).waitFor();
		await press(page.getByRole('link', { name: 'Look', exact: true }));
		await tabTo(haru, page.getByRole('radio', { name: 'System' }));
		await keyboard.press('ArrowRight');
		await keyboard.press('ArrowRight');
		await until('it is night', () =>
			page.evaluate(() => document.documentElement.dataset.theme === 'dark'),
		);
		await press(page.getByRole('link', { name: /Back to/ }), 60);
		await haru.inRoom('mara');
		const own = page.getByRole('button', { name: /^haru.*sign out$/ });
		await press(own, 60);
		await tabTo(haru, page.getByRole('checkbox', { name: /Do not disturb/ }));
		await keyboard.press('Space');
		await page.locator('.me').getByText('Do not disturb').waitFor();
		// Out.
		await press(button('Sign out'));
		await page.getByLabel('A name').waitFor();
		await haru.leave();
	});

	it('does nothing by single letters once they are turned off: they are what is typed', async () => {
		const tomo = await at('tomo');
		const { page } = tomo;
		await page.keyboard.press('Control+/');
		await page.getByRole('button', { name: 'Turn them off' }).click();
		await page.getByText('Single letters are turned off').waitFor();
		await page.keyboard.press('Escape');
		await tomo.field.focus();
		await page.keyboard.press('Escape');
		await page.keyboard.press('ArrowUp');
		expect(await focus(tomo)).toBe('ARTICLE');
		await page.keyboard.type('the early e+?');
		expect(await tomo.field.inputValue()).toBe('the early e+?');
		expect(await page.getByText('Replying to').count()).toBe(0);
		expect(await page.getByRole('dialog').count()).toBe(0);
		await tomo.leave();
	});

	it('goes outward by Escape one step at a time, and loses no word', async () => {
		const emi = await at('emi');
		const { page } = emi;
		await emi.field.fill('half a sentence');
		await page.getByRole('button', { name: 'Search in this room' }).click();
		await page.locator('.panel').waitFor();
		await emi.message('sailing number').last().hover();
		await page.getByRole('button', { name: 'Reply (R)' }).click();
		await page.getByText('Replying to mara').waitFor();
		await page.keyboard.press('Escape');
		await page.getByText('Replying to mara').waitFor({ state: 'detached' });
		expect(await page.locator('.panel').count()).toBe(1);
		await page.keyboard.press('Escape');
		await page.locator('.panel').waitFor({ state: 'detached' });
		expect(await emi.field.inputValue()).toBe('half a sentence');
		await page.keyboard.press('Escape');
		expect(await focus(emi)).toBe('ARTICLE');
		await page.keyboard.press('Escape');
		await until('one writes again', async () => (await focus(emi)).includes('timetable'));
		expect(await emi.field.inputValue()).toBe('half a sentence');
		await emi.leave();
	});

	it('goes by n through what is new, threads as well, opens a thread by t, and copies a link by y', async () => {
		const ren = await at('ren');
		const { page } = ren;
		const { keyboard } = page;
		await ren.context.grantPermissions(['clipboard-read', 'clipboard-write']);
		const room = rooms.timetable ?? '';
		await ren.write('Who takes the early boat?');
		await ren.hasSent();
		const mine = page.locator('.conv article', { hasText: 'the early boat' });
		const root = Number(await mine.getAttribute('data-seq'));
		const answer = (text: string) => mara.send(room, { kind: 'message', text, thread: { root } });
		await mine.focus();
		await keyboard.press('y');
		await until('the link is copied', async () => {
			const copied = await page.evaluate(() => navigator.clipboard.readText());
			return copied === `${harbour.server.url}/#/${room}/${root}`;
		});
		const thread = page.getByRole('complementary', { name: 'Thread' });
		await keyboard.press('t');
		await thread.getByText('No replies yet').waitFor();
		await thread.locator('textarea:focus').waitFor();
		await keyboard.type('I could');
		await keyboard.press('Enter');
		await thread.locator('article', { hasText: 'I could' }).waitFor();
		await ren.hasSent();
		await keyboard.press('Escape');
		await keyboard.press('Escape');
		await thread.waitFor({ state: 'detached' });
		// A thread of the room in which one is comes before other rooms.
		await mara.say(rooms['tide-tables'] ?? '', 'the gate is open');
		await page.getByRole('link', { name: /tide-tables.*1 unread/ }).waitFor();
		await answer('me too');
		await page.locator('.thread').getByText('1 new').waitFor();
		await page.locator('.conv article[tabindex="0"]').focus();
		await keyboard.press('n');
		await thread.locator('article', { hasText: 'me too' }).waitFor();
		await page.locator('.thread').getByText('1 new').waitFor({ state: 'detached' });
		await page.locator('.conv article[tabindex="0"]').focus();
		await keyboard.press('n');
		await ren.inRoom('tide-tables');
		await ren.sees('the gate is open');
		await page.getByRole('link', { name: 'tide-tables', exact: true }).waitFor();
		// Where no room has anything new, it is a thread of another one.
		await answer('and back');
		await page.getByRole('button', { name: /Threads.*1 with something new/ }).waitFor();
		await page.locator('.conv article[tabindex="0"]').focus();
		await keyboard.press('n');
		await thread.locator('article', { hasText: 'and back' }).waitFor();
		await page.getByRole('heading', { level: 1, name: 'timetable' }).waitFor();
		// And with nothing new anywhere one stays.
		await page.getByRole('button', { name: 'Threads', exact: true }).waitFor();
		await page.locator('.conv article[tabindex="0"]').focus();
		await keyboard.press('n');
		expect(page.url()).toBe(`${harbour.server.url}/#/${room}`);
		await ren.leave();
	});

	it('is heard among the messages before all that hears it is there', async () => {
		const kei = await Person.by(harbour.browser, harbour.server.url);
		const { page } = kei;
		let come = () => {};
		const held = new Promise<void>((resolve) => {
			come = resolve;
		});
		await page.route('**/assets/beside*', async (route) => {
			await held;
			await route.continue();
		});
		await kei.signIn({ name: 'kei' });
		await page.goto(kei.url);
		await page.getByText('Online', { exact: true }).waitFor();
		await kei.join('timetable');
		for (const text of ['to be answered', 'the last']) await mara.say(rooms.timetable ?? '', text);
		await kei.sees('the last');
		/** Which of the messages has the focus, counted from the last. */
		const place = () =>
			page.evaluate(() => {
				const all = [...document.querySelectorAll('.feed > article')];
				return all.length - all.indexOf(document.activeElement as Element);
			});
		const isAt = (where: number) => until(`it is ${where}`, async () => (await place()) === where);
		await page.locator('article[tabindex="0"]').focus();
		await isAt(1);
		await page.keyboard.press('ArrowUp');
		await page.keyboard.press('k');
		await page.keyboard.press('k');
		await isAt(4);
		await page.keyboard.press('j');
		await page.keyboard.press('j');
		await isAt(2);
		// What is not known yet is done then, once, on the message on which it was pressed.
		await page.keyboard.press('r');
		await page.keyboard.press('ArrowDown');
		await isAt(1);
		expect(await page.getByText('Replying to').count()).toBe(0);
		come();
		await page.getByText('Replying to mara: to be answered').waitFor();
		await page.unrouteAll({ behavior: 'ignoreErrors' });
		await kei.leave();
	});
});

describe('who does not look', () => {
	it('goes by Tab over the list, the head, the messages and the composer to the panel', async () => {
		const aki = await at('aki');
		const { page } = aki;
		// Whoever comes in a second time has read it all: no way to what is new stands above the messages.
		for (const room of ['tide-tables', 'timetable']) await aki.open(room);
		await page.getByRole('button', { name: 'Room details' }).click();
		await page.getByRole('complementary', { name: 'Room details' }).waitFor();
		await page.getByRole('link', { name: 'Skip to messages' }).focus();
		const places: string[] = [];
		for (let step = 0; step < 80 && places.at(-1) !== '.panel'; step += 1) {
			const place = await page.evaluate(
				(parts) => {
					const on = document.activeElement;
					return parts.find((part) => on?.closest(part)) ?? on?.outerHTML.slice(0, 120) ?? '';
				},
				['.skip', 'nav', 'main .head', '.feed', '.cmp', '.panel'],
			);
			if (place !== places.at(-1)) places.push(place);
			await page.keyboard.press('Tab');
		}
		expect(places).toEqual(['.skip', 'nav', 'main .head', '.feed', '.cmp', '.panel']);
		await aki.leave();
	});

	it('is told of what others write: all of it, at most once in two seconds, and nothing while they read what is older', async () => {
		const miki = await at('miki');
		const { page } = miki;
		const room = await mara.room('heard');
		await miki.join('heard');
		await page.evaluate(() => {
			const told: { at: number; text: string }[] = [];
			const region = document.querySelector('[aria-live="polite"].sr') as HTMLElement;
			const tell = () => told.push({ at: performance.now(), text: region.innerText });
			new MutationObserver(tell).observe(region, {
				subtree: true,
				childList: true,
				characterData: true,
			});
			Object.assign(window, { told });
		});
		const told = () =>
			page.evaluate(() => (window as unknown as { told: { at: number; text: string }[] }).told);
		const heard = async () =>
			(await told()).reduce(
				(sum, { text }) => sum + 1 + Number(/and (\d+) more$/.exec(text)?.[1] ?? 0),
				0,
			);
		await miki.write('of one’s own');
		await miki.hasSent();
		await mara.flood(room, 60, (n) => `heard ${n}`);
		await until('all of it is told', async () => (await heard()) === 60);
		const all = await told();
		for (const { text } of all) expect(text).toMatch(/^mara: heard \d+(, and \d+ more)?$/);
		for (const [n, { at }] of all.slice(1).entries())
			expect(at - (all[n]?.at ?? 0)).toBeGreaterThan(1_900);
		// Away from the end nothing is told.
		await page.locator('.scroll').hover();
		await page.mouse.wheel(0, -900);
		await page.getByRole('button', { name: 'Jump to latest' }).waitFor();
		await mara.say(room, 'not heard');
		await page.getByRole('button', { name: 'Jump to latest: 1 below' }).waitFor();
		await page.getByRole('button', { name: 'Jump to latest: 1 below' }).click();
		await miki.sees('not heard');
		await mara.say(room, 'heard again');
		await until('what comes then is told', async () => (await heard()) === 61);
		expect((await told()).at(-1)?.text).toBe('mara: heard again');
		await miki.leave();
	});
});

describe('a swipe on a phone', () => {
	/** A finger goes from one place to another. */
	async function swipe({ context, page }: Person, from: number, to: number, down = 0) {
		const devtools = await context.newCDPSession(page);
		const steps = [0, 0.2, 0.4, 0.6, 0.8, 1];
		for (const step of steps) {
			const touchPoints = [{ x: from + (to - from) * step, y: 400 + down * step }];
			const type = step === 0 ? 'touchStart' : 'touchMove';
			await devtools.send('Input.dispatchTouchEvent', { type, touchPoints });
		}
		await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
		await devtools.detach();
	}

	it('from the edge leads from a thread to its room and to the list, and from the other back', async () => {
		const sora = await at('sora', { width: 390, height: 844, touch: true });
		const { page } = sora;
		const list = page.getByRole('link', { name: 'tide-tables' });
		const seq = await mara.say(rooms.timetable ?? '', 'swiped');
		await sora.sees('swiped');
		// Neither one that begins elsewhere, nor one that is short, nor one that goes down.
		await swipe(sora, 150, 350);
		await swipe(sora, 5, 40);
		await swipe(sora, 5, 120, 300);
		// Nor one the wrong way: it is from the list that the other edge leads.
		await swipe(sora, 385, 200);
		await sora.inRoom('timetable');
		await page.locator(`article[data-seq="${seq}"]`).focus();
		await page.keyboard.press('t');
		await page.getByText('No replies yet').waitFor();
		await swipe(sora, 5, 200);
		await page.getByText('No replies yet').waitFor({ state: 'detached' });
		await sora.inRoom('timetable');
		expect(await list.count()).toBe(0);
		await swipe(sora, 5, 200);
		await list.waitFor();
		await swipe(sora, 385, 200);
		await sora.inRoom('timetable');
		await swipe(sora, 5, 200);
		await list.waitFor();
		await page.goBack();
		await sora.inRoom('timetable');
		await sora.leave();
	});
});
