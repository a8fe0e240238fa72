/** What is told of while the page is open. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Harbour, jump } from './harbour';
import { Person, until, type Writer } from './stage';

let harbour: Harbour;
let mara: Writer;
let rooms: Harbour['rooms'];
beforeAll(async () => {
	harbour = await Harbour.open();
	({ mara, rooms } = harbour);
});
afterAll(() => harbour?.close());

describe('notifications', () => {
	/** What the page would have shown, and whether it asked by itself. */
	const record = () => {
		const seen: { title: string; body: string; tag: string; open: boolean }[] = [];
		const asked = { times: 0 };
		class Fake {
			static permission = 'granted';
			static requestPermission() {
				asked.times += 1;
				return Promise.resolve('granted');
			}
			onclick: (() => void) | null = null;
			private readonly one: (typeof seen)[number];
			constructor(title: string, { body, tag }: { body: string; tag: string }) {
				this.one = { title, body, tag, open: true };
				seen.push(this.one);
				Object.assign(window, { last: this });
			}
			close() {
				this.one.open = false;
			}
		}
		Object.assign(window, { Notification: Fake, seen, asked });
	};
	const seen = ({ page }: Person) =>
		page.evaluate(
			() =>
				(window as never as { seen: { title: string; body: string; open: boolean }[] }).seen ?? [],
		);

	it('tell of what is said elsewhere as the person has set it, once for each room', async () => {
		const gil = await Person.by(harbour.browser, harbour.server.url);
		await gil.page.addInitScript(record);
		const { page } = gil;
		await gil.comeTo('gil');
		await gil.join('timetable');
		await gil.create('gils');
		await gil.isHeard();
		const room = rooms.timetable ?? '';
		expect(
			await page.evaluate(() => (window as never as { asked: { times: number } }).asked.times),
		).toBe(0);
		await mara.say(room, 'did you see it?');
		await until('one is shown', async () => (await seen(gil)).length === 1);
		expect((await seen(gil))[0]).toMatchObject({
			title: '#timetable',
			body: 'mara: did you see it?',
			tag: room,
		});
		await mara.say(room, 'the sign');
		await until('the next takes its place', async () => (await seen(gil)).length === 2);
		expect((await seen(gil))[1]?.body).toBe('mara: the sign\n2 new messages');
		// A click leads there, and there it is read: nothing is told of what is on the screen.
		await page.evaluate(() => (window as never as { last: { onclick(): void } }).last.onclick());
		await gil.inRoom('timetable');
		await gil.sees('the sign');
		await mara.say(room, 'on the screen');
		await gil.sees('on the screen');
		expect((await seen(gil)).map((one) => one.open)).toEqual([true, false]);

		// By the level of the room.
		await gil.open('gils');
		const set = (own: object) =>
			page.evaluate(
				(body) =>
					fetch('/api/v1/own', {
						method: 'PUT',
						headers: { 'Content-Type': 'application/json' },
						body: JSON.stringify(body),
					}).then((answer) => answer.status),
				own,
			);
		expect(await set({ kind: 'notify', room, level: 'none' })).toBe(204);
		const row = page.getByRole('link', { name: /timetable/ });
		await until('it is muted', async () => /muted/.test(await row.innerText()));
		await mara.say(room, 'in silence');
		await until('it is counted', async () => /unread/.test(await row.innerText()));
		expect(await row.getAttribute('class')).not.toMatch(/unread/);
		expect((await seen(gil)).length).toBe(2);
		expect(await set({ kind: 'notify', room, level: 'mentions' })).toBe(204);
		await until('it is heard again', async () => !/muted/.test(await row.innerText()));
		const { id } = await harbour.server.call<{ id: string }>(
			'GET',
			'/api/v1/users/gil',
			undefined,
			mara.token,
		);
		await mara.say(room, 'not for you');
		await mara.send(room, { kind: 'message', text: '@gil look', mentions: { users: [id] } });
		await until('the mention is told', async () => (await seen(gil)).length === 3);
		expect((await seen(gil))[2]?.body).toMatch(/^mara: @gil look/);
		// The title counts, and the icon has a dot.
		await until('the title says so', async () => (await page.title()) === '(1) Hearth');
		expect(await page.locator('link[rel="icon"]').getAttribute('href')).toMatch(/icon-new/);
		// Not to be disturbed: nothing.
		await jump(gil, '>do not disturb');
		await page.keyboard.press('Enter');
		await page.getByText('Do not disturb', { exact: true }).waitFor();
		await mara.send(room, { kind: 'message', text: '@gil again', mentions: { users: [id] } });
		await until('it is counted', async () => (await page.title()) === '(2) Hearth');
		expect((await seen(gil)).length).toBe(3);
		await gil.open('timetable');
		await until('all is read', async () => (await page.title()) === 'Hearth');
		expect(await page.locator('link[rel="icon"]').getAttribute('href')).not.toMatch(/icon-new/);
		await gil.leave();
	});

	it('tell of the room that is open while nobody looks at it, and it stays unread until somebody does', async () => {
		const uta = await Person.by(harbour.browser, harbour.server.url);
		const { page } = uta;
		await page.addInitScript(record);
		await page.addInitScript(() => {
			Object.defineProperty(document, 'visibilityState', {
				get: () => (Reflect.get(window, 'isAway') ? 'hidden' : 'visible'),
			});
		});
		await uta.comeTo('uta');
		const room = await uta.join('timetable');
		const look = (isAway: boolean) =>
			page.evaluate((isAway) => {
				Object.assign(window, { isAway });
				document.dispatchEvent(new Event('visibilitychange'));
			}, isAway);
		const stands = () =>
			page.evaluate(async (room) => {
				const answer = await fetch('/api/v1/rooms');
				const { rooms } = (await answer.json()) as {
					rooms: { id: string; head: number; mark: number }[];
				};
				const { head = 0, mark = 0 } = rooms.find(({ id }) => id === room) ?? {};
				return { head, mark };
			}, room);
		const isRead = async () => {
			const { head, mark } = await stands();
			return head === mark;
		};
		const row = page.getByRole('link', { name: /timetable/ });
		await mara.say(room, 'while somebody looks');
		await uta.sees('while somebody looks');
		await until('it is read', isRead);
		expect(await seen(uta)).toEqual([]);
		await look(true);
		const before = await stands();
		for (const text of ['one unseen', 'two unseen']) {
			await mara.say(room, text);
			await uta.sees(text);
		}
		await until('both are told', async () => (await seen(uta)).length === 2);
		expect((await seen(uta))[1]?.body).toBe('mara: two unseen\n2 new messages');
		await until('both are unread', async () => /, 2 unread/.test(await row.innerText()));
		expect(await stands()).toEqual({ head: before.head + 2, mark: before.mark });
		// The line stands before the first that nobody saw.
		await page.locator('article', { hasText: 'one unseen' }).locator('.newline').waitFor();
		await look(false);
		await until('all is read', isRead);
		await until('nothing is unread', async () => !/unread/.test(await row.innerText()));
		await until('what was told is gone', async () => (await seen(uta)).at(-1)?.open === false);
		expect(await page.locator('.newline').count()).toBe(1);
		await uta.leave();
	});

	it('say who writes as they want to be shown, also whom one has not met', async () => {
		const pia = await Person.by(harbour.browser, harbour.server.url);
		await pia.page.addInitScript(record);
		await pia.comeTo('pia');
		const room = await pia.join('timetable');
		await pia.create('pias');
		await pia.isHeard();
		const noa = await harbour.server.someone('noa');
		await noa.call('PATCH', '/api/v1/me', { display: 'Noa of the Pier' });
		await noa.call('POST', `/api/v1/rooms/${room}/join`);
		await noa.say(room, 'good morning');
		await until('one is shown', async () => (await seen(pia)).length === 1);
		expect((await seen(pia))[0]?.body).toBe('Noa of the Pier: good morning');
		const { id } = await noa.call<{ id: string }>('POST', '/api/v1/direct', { user: 'pia' });
		await noa.say(id, 'to you alone');
		await until('another is shown', async () => (await seen(pia)).length === 2);
		expect((await seen(pia))[1]).toMatchObject({ title: 'Noa of the Pier', body: 'to you alone' });
		await pia.leave();
	});

	it('say nothing of what another page of the browser has on the screen', async () => {
		const one = await Person.by(harbour.browser, harbour.server.url);
		await one.context.addInitScript(record);
		await one.comeTo('rio');
		const room = await one.join('timetable');
		await one.create('rios');
		await one.open('timetable');
		const two = await one.tab();
		await two.open('rios');
		for (const tab of [one, two]) await tab.isHeard();
		const locks = () =>
			two.page.evaluate(async () => {
				const { held = [] } = await navigator.locks.query();
				return held.filter(({ name }) => name?.startsWith('hearth-looks-at-')).length;
			});
		await until('each says where it looks', async () => (await locks()) === 2);
		await mara.say(room, 'seen in the one');
		await one.sees('seen in the one');
		// Where nobody looks any more, it is told.
		await one.open('rios');
		await until('both look there', async () => {
			const names = await two.page.evaluate(async () => {
				const { held = [] } = await navigator.locks.query();
				return held.flatMap(({ name }) => (name?.startsWith('hearth-looks-at-') ? [name] : []));
			});
			return names.length === 2 && new Set(names).size === 1;
		});
		await mara.say(room, 'seen in none');
		await until('it is told', async () => (await seen(two)).length > 0);
		expect((await seen(two)).map(({ body }) => body)).toEqual(['mara: seen in none']);
		expect(two.faults).toEqual([]);
		await one.leave();
	});
});
