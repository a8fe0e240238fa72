import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTRIES_MAX } from '../../src/core/timeline';
import { ROWS_MAX } from '../../src/core/window';
import { drift, GOAL, prepended, scrolled, seen, varied } from './costs';
import { launch, Network, Person, Server, until, type Writer } from './stage';
import { ms, part } from './times';

/** How long the room is; `scripts/web soak` has it longer. */
const MESSAGES = Number(process.env.HEARTH_WEB_LONG ?? 2_400);

let server: Server;
let browser: Browser;
let ada: Writer;
let room = '';
beforeAll(
	async () => {
		[server, browser] = await Promise.all([Server.start(), launch()]);
		ada = await server.someone('ada');
		room = await ada.room('long');
		const began = Date.now();
		await ada.flood(room, MESSAGES, varied, 64);
		console.log(`${MESSAGES} messages written in ${Date.now() - began} ms`);
	},
	Math.max(600_000, 20 * MESSAGES),
);
afterAll(async () => {
	await server?.stop();
});

async function inRoom(name: string, url = server.url): Promise<Person> {
	const person = await Person.in(browser, url, name);
	await person.join('long');
	await until('the end is there', async () => (await person.page.locator('article').count()) > 20);
	return person;
}

describe('a long room', () => {
	it('scrolls from its end as far as one likes: few rows in the document, in order, none left out', async () => {
		const person = await inRoom('scrolls');
		const { page } = person;
		const met = new Set<number>();
		let most = 0;
		const frames = await scrolled(person);
		for (let step = 0; step < 100; step += 1) {
			await page.mouse.wheel(0, -400);
			await page.waitForTimeout(16);
			const now = await seen(person);
			most = Math.max(most, now.rows);
			const known = now.seqs.filter((seq) => seq > 0);
			expect(known).toEqual([...known].sort((a, b) => a - b));
			for (const seq of known) met.add(seq);
		}
		expect(most).toBeLessThanOrEqual(ROWS_MAX);
		const lowest = Math.min(...met);
		expect(MESSAGES - lowest).toBeGreaterThan(600);
		console.log(
			`scrolled through ${MESSAGES - lowest} messages, at most ${most} rows in the document; script and layout in a frame: p50 ${ms(part(frames, 50))}, p95 ${ms(part(frames, 95))}, most ${ms(Math.max(...frames))} (${frames.length} frames)`,
		);
		// Back down, over what was let go of.
		await until(
			'the end is reached by scrolling alone',
			async () => {
				await page.mouse.wheel(0, 3_000);
				const now = await seen(person);
				most = Math.max(most, now.rows);
				return now.seqs.includes(MESSAGES + 1) || now.seqs.includes(MESSAGES + 2);
			},
			60_000,
		);
		expect(most).toBeLessThanOrEqual(ROWS_MAX);
		await person.leave();
	});

	it('jumps to any number, and holds no more than it may', async () => {
		const person = await inRoom('jumps');
		const { page } = person;
		const goTo = (seq: number) =>
			page.evaluate((seq) => {
				location.hash = `${location.hash.split('/').slice(0, 2).join('/')}/${seq}`;
			}, seq);
		for (const seq of [2, MESSAGES / 2, 100, MESSAGES - 20, MESSAGES / 4]) {
			await goTo(seq);
			await page.locator(`article[data-seq="${seq}"]:focus`).waitFor();
			const now = await seen(person);
			expect(now.seqs, `${seq} is on the screen`).toContain(seq);
			expect(now.rows).toBeLessThanOrEqual(ROWS_MAX + 1);
		}
		// On from there, both ways, without a click.
		await page.locator('.scroll').hover();
		const at = MESSAGES / 4;
		for (const [by, far] of [
			[1_200, at + 1_500],
			[-1_200, at - 300],
		] as const) {
			await until(
				`${far} is reached`,
				async () => {
					await page.mouse.wheel(0, by);
					const { seqs, rows } = await seen(person);
					expect(rows).toBeLessThanOrEqual(ROWS_MAX + 1);
					return seqs.some((seq) => seq > 0 && (by > 0 ? seq >= far : seq <= far));
				},
				60_000,
			);
		}
		// The document is as high as what is held, and no more is.
		const { height } = await seen(person);
		expect(height).toBeLessThan(ENTRIES_MAX * 60);
		await person.leave();
	});

	it('moves nothing under the reader', async () => {
		const network = await Network.to(server);
		const person = await inRoom('stands', network.url);
		const { page } = person;
		await page.locator('.scroll').hover();
		await page.mouse.wheel(0, -2_500);
		await page.waitForTimeout(500);
		await page.mouse.move(0, 0);
		const moved: Record<string, number> = {};
		const now = async () => (await seen(person)).seqs.filter((seq) => seq > 0);
		moved['a message comes'] = await drift(person, async () => {
			await ada.say(room, 'one more');
			await page.getByRole('button', { name: /below/ }).waitFor();
		});
		const above = ((await now())[0] ?? 0) - 3;
		moved['one above is edited'] = await drift(person, async () => {
			await ada.send(room, { kind: 'edit', target: above, text: 'longer\n\nthan\n\nit\n\nwas' });
			await page.waitForTimeout(500);
		});
		moved['one above has a reaction'] = await drift(person, async () => {
			await ada.send(room, { kind: 'react', target: above - 1, emoji: '👍', on: true });
			await page.waitForTimeout(500);
		});
		moved['the window is another'] = await drift(person, async () => {
			await page.setViewportSize({ width: 900, height: 700 });
			await page.waitForTimeout(300);
			await page.setViewportSize({ width: 1280, height: 800 });
		});
		console.log(`drift in pixels: ${JSON.stringify(moved)}`);
		for (const [what, pixels] of Object.entries(moved))
			expect(pixels, what).toBeLessThanOrEqual(GOAL.drift);
		await person.leave();
		network.close();
	});

	it('prepends without a jump, again and again', async () => {
		const person = await inRoom('prepends');
		const most = await prepended(person, 5);
		console.log(`drift over five prepends: ${most} px`);
		expect(most).toBeLessThanOrEqual(GOAL.drift);
		await person.leave();
	});

	it('keeps the focus where it is, also when its row is far away, and moves it by key through what is not drawn', async () => {
		const person = await inRoom('focuses');
		const { page } = person;
		await page.keyboard.press('Escape');
		await page.locator('article:focus').waitFor();
		const seq = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.seq);
		const first = Number(await seq());
		for (let step = 0; step < 70; step += 1) await page.keyboard.press('k');
		// Two or three numbers have no row: what was edited, and a reaction.
		const moved = first - Number(await seq());
		expect([moved >= 70, moved <= 75]).toEqual([true, true]);
		const at = await seq();
		await page.locator('.scroll').hover();
		for (let step = 0; step < 10; step += 1) await page.mouse.wheel(0, -900);
		await page.waitForTimeout(300);
		expect(await seq()).toBe(at);
		const { rows, seqs } = await seen(person);
		expect(rows).toBeLessThanOrEqual(ROWS_MAX + 1);
		expect(seqs).not.toContain(Number(at));
		await page.keyboard.press('j');
		await until('the next is there', async () => Number(await seq()) === Number(at) + 1);
		expect((await seen(person)).seqs).toContain(Number(at) + 1);
		await page.keyboard.press('End');
		await until('the last has it', async () => Number(await seq()) >= first);
		await person.leave();
	});

	it('keeps it among the messages where what has it goes away, as a button does that is pressed', async () => {
		const network = await Network.to(server);
		const person = await inRoom('presses', network.url);
		const { page } = person;
		const isOnMessage = () => page.evaluate(() => document.activeElement?.tagName === 'ARTICLE');
		await page.locator('.scroll').hover();
		await page.mouse.wheel(0, -2_500);
		const pill = page.getByRole('button', { name: 'Jump to latest' });
		await pill.press('Enter');
		await pill.waitFor({ state: 'detached' });
		await until('a message has it', isOnMessage);
		await page.keyboard.press('k');
		await until('and it goes on', isOnMessage);
		// Of what was refused, in a room and in a thread.
		const small = await ada.room('small');
		await ada.say(small, 'of a thread');
		await person.join('small');
		await person.message('of a thread').focus();
		await page.keyboard.press('t');
		const [field, panel] = [page.locator('.conv textarea'), page.locator('.panel')];
		await panel.locator('textarea').waitFor();
		network.cut();
		for (const text of ['a', 'b']) {
			await field.fill(`${text} was refused`);
			await field.press('Enter');
		}
		await page.getByText('2 waiting for the connection').waitFor();
		await panel.locator('textarea').fill('c was refused');
		await panel.locator('textarea').press('Enter');
		await panel.getByText('waiting for the connection').waitFor();
		await ada.send(small, { kind: 'archive', on: true });
		network.mend();
		const refused = page.locator('.msg-note.bad');
		await until('all are refused', async () => (await refused.count()) === 3);
		await ada.send(small, { kind: 'archive', on: false });
		await field.waitFor();
		await person.message('a was refused').getByRole('button', { name: 'Delete' }).press('Enter');
		await until('one is gone', async () => (await refused.count()) === 2);
		await until('the next has it', isOnMessage);
		await panel.getByRole('button', { name: 'Delete' }).press('Enter');
		await until('another is gone', async () => (await refused.count()) === 1);
		await until('what is in the thread has it', isOnMessage);
		expect(await panel.locator('article:focus').count()).toBe(1);
		await person.message('b was refused').getByRole('button', { name: 'Edit' }).press('Enter');
		await until('it is in the field', async () => {
			return (await page.locator('textarea:focus').inputValue()) === 'b was refused';
		});
		expect(person.faults).toEqual([]);
		await person.leave();
		network.close();
	});

	it('says the day while one scrolls', async () => {
		const person = await inRoom('days');
		const { page } = person;
		await page.locator('.scroll').hover();
		expect(await page.locator('.day-chip').count()).toBe(0);
		await page.mouse.wheel(0, -500);
		await page.locator('.day-chip span', { hasText: 'Today' }).waitFor();
		await page.locator('.day-chip span').waitFor({ state: 'detached' });
		await person.leave();
	});

	it('says no day while the window is another and nobody scrolls', async () => {
		const person = await inRoom('turns');
		const { page } = person;
		await page.evaluate(() => {
			const state = { days: 0 };
			Object.assign(window, { state });
			new MutationObserver(() => {
				state.days += document.querySelectorAll('.day-chip').length;
			}).observe(document.body, { childList: true, subtree: true });
		});
		const turn = async () => {
			for (const [width, height] of [
				[900, 700],
				[390, 844],
				[1280, 500],
				[1280, 800],
			]) {
				await page.setViewportSize({ width: width ?? 0, height: height ?? 0 });
				await page.waitForTimeout(200);
			}
			return page.evaluate(() => (window as never as { state: { days: number } }).state.days);
		};
		expect(await turn()).toBe(0);
		// And where one reads further up.
		await page.locator('.scroll').hover();
		await page.mouse.wheel(0, -2_500);
		await page.locator('.day-chip span').waitFor();
		await page.locator('.day-chip span').waitFor({ state: 'detached' });
		await page.evaluate(() =>
			Object.assign((window as never as { state: object }).state, { days: 0 }),
		);
		expect(await turn()).toBe(0);
		await person.leave();
	});

	it('goes up by a whole page, also where older messages come meanwhile', async () => {
		const person = await Person.by(browser, server.url);
		const { page } = person;
		// What the server says waits while it is held; the socket is the page's own.
		await person.context.addInitScript(() => {
			Reflect.deleteProperty(window, 'SharedWorker');
			const waiting: (() => void)[] = [];
			const state = { isHeld: false, waiting };
			Object.assign(window, { state });
			const told = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');
			Object.defineProperty(WebSocket.prototype, 'onmessage', {
				set(run: (event: MessageEvent) => void) {
					told?.set?.call(this, (event: MessageEvent) => {
						if (state.isHeld) waiting.push(() => run(event));
						else run(event);
					});
				},
			});
		});
		await page.emulateMedia({ reducedMotion: 'no-preference' });
		await person.comeTo('pages');
		await person.join('long');
		await until('the end is there', async () => (await page.locator('article').count()) > 20);
		await page.keyboard.press('Escape');
		await page.locator('article:focus').waitFor();
		/** How far a page goes, by what stands on the screen; `isMet`: what is held comes in its midst. */
		const up = async (isMet: boolean) => {
			const at = await page.evaluate((isMet) => {
				type Held = { isHeld: boolean; waiting: (() => void)[] };
				const { state } = window as never as { state: Held };
				const box = document.querySelector('.scroll') as HTMLElement;
				const edge = box.getBoundingClientRect().top;
				const first = [...document.querySelectorAll<HTMLElement>('.feed > article')].find(
					(one) => one.getBoundingClientRect().top >= edge,
				);
				let scrolls = 0;
				box.addEventListener('scroll', () => {
					scrolls += 1;
					if (!isMet || scrolls !== 1) return;
					state.isHeld = false;
					for (const run of state.waiting.splice(0)) run();
				});
				return { key: first?.dataset.key ?? '', top: first?.getBoundingClientRect().top ?? 0 };
			}, isMet);
			await page.keyboard.press('PageUp');
			const top = () =>
				page.evaluate(
					(key) =>
						document.querySelector(`article[data-key="${key}"]`)?.getBoundingClientRect().top ?? 0,
					at.key,
				);
			let [before, times] = [at.top, 0];
			await until('it rests', async () => {
				const now = await top();
				times = now === before && now !== at.top ? times + 1 : 0;
				before = now;
				await page.waitForTimeout(100);
				return times > 4;
			});
			return (await top()) - at.top;
		};
		const whole = await up(false);
		const went: number[] = [];
		for (let time = 0; time < 4; time += 1) {
			await page.evaluate(() => {
				const { state } = window as never as { state: { isHeld: boolean } };
				state.isHeld = true;
				const box = document.querySelector('.scroll') as HTMLElement;
				box.scrollTop = 1_200;
			});
			await until('they are asked for', () =>
				page.evaluate(
					() => (window as never as { state: { waiting: object[] } }).state.waiting.length > 0,
				),
			);
			went.push(await up(true));
			expect(await page.evaluate(() => (window as never as { state: object }).state)).toMatchObject(
				{
					isHeld: false,
					waiting: [],
				},
			);
		}
		console.log(`a page up: ${whole} px, and ${went.join(', ')} px`);
		for (const far of went) expect(Math.abs(far - whole)).toBeLessThanOrEqual(GOAL.drift);
		await person.leave();
	});
});
