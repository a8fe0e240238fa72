import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lines, numbers, readAll, replay } from './replay';
import { launch, Person, Server, until, type Writer } from './stage';

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

it('loses nothing of a real conversation while one reads its end, one scrolls in it, and one is elsewhere', async () => {
	const room = await ada.room('irc');
	const said = lines('2007-01-19.log', 200);
	const [follows, scrolls, absent] = await Promise.all(
		['follows', 'scrolls', 'absent'].map(async (name) => {
			const person = await Person.in(browser, server.url, name);
			await person.join('irc');
			return person;
		}),
	);
	if (!follows || !scrolls || !absent) throw new Error('not all have come in');
	await absent.create('elsewhere');
	const whole = replay(server, ada, room, said);
	// Who scrolls is moved by nothing that comes.
	await until('there is something to scroll in', async () => (await numbers(scrolls)).length > 40);
	await scrolls.page.locator('.scroll').hover();
	await scrolls.page.mouse.wheel(0, -600);
	const stands = () =>
		scrolls.page.evaluate(() => {
			const box = document.querySelector('.scroll') as HTMLElement;
			const edge = box.getBoundingClientRect().top;
			const first = [...document.querySelectorAll<HTMLElement>('.feed > article')].find(
				(one) => one.getBoundingClientRect().top >= edge,
			);
			const top = Math.round(first?.getBoundingClientRect().top ?? 0);
			return { seq: first?.dataset.seq, top, left: box.scrollHeight - box.scrollTop };
		});
	let before = await stands();
	await until('the scrolling has come to rest', async () => {
		const was = before;
		before = await stands();
		return before.left > 1_200 && before.seq === was.seq && before.top === was.top;
	});
	await whole;
	// Something comes after it, however fast the others have spoken.
	await ada.say(room, 'and that is all');
	await follows.sees('and that is all');
	const { seq, top } = await stands();
	expect([seq, top]).toEqual([before.seq, before.top]);
	await scrolls.page.getByRole('button', { name: /below/ }).waitFor();
	// Who reads the end has all of it, and nothing is unread; who is elsewhere has it all unread.
	const unread = absent.page.getByRole('link', { name: 'irc' });
	await until('all of it is unread', async () =>
		((await unread.textContent()) ?? '').includes(`${said.length + 1} unread`),
	);
	await until('nothing is unread', async () => {
		const link = follows.page.getByRole('link', { name: 'irc' });
		return !((await link.textContent()) ?? '').includes('unread');
	});
	const all = (await ada.log(room)).length;
	const met = await readAll(follows, all);
	expect(met).toHaveLength(all);
	for (const person of [follows, scrolls, absent]) await person.leave();
});
