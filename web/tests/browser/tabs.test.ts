/** Tabs of one browser: one socket for all of them, and each its own where a browser cannot share. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, Person, Server, until } from './stage';

let browser: Browser;
let server: Server;

beforeAll(async () => {
	browser = await launch();
	server = await Server.start();
});
afterAll(async () => {
	await server?.stop();
});

/** Sockets that stand, as the server counts them. */
async function sockets(): Promise<number> {
	const metrics = await fetch(`${server.url}/metrics`).then((answer) => answer.text());
	return Number(metrics.match(/^hearth_sockets (\d+)/m)?.[1]);
}

describe('the tabs of a browser', () => {
	it('share one socket, which outlives the tab that began', async () => {
		const one = await Person.in(browser, server.url, 'ada');
		await one.create('shared');
		await until('there is a socket', async () => (await sockets()) === 1);
		const two = await one.tab();
		await two.open('shared');
		await two.write('from the second');
		await one.sees('from the second');
		expect(await sockets()).toBe(1);
		await one.page.close();
		await two.write('and after the first is gone');
		await two.hasSent();
		await until('it is there', async () => (await two.reads()).length === 2);
		expect(await sockets()).toBe(1);
		expect(one.faults).toEqual([]);
		await two.leave();
		await until('the last tab takes it along', async () => (await sockets()) === 0);
	});

	it('show the same of what waits and of what failed, of which each decides for all', async () => {
		const one = await Person.in(browser, server.url, 'bob');
		await one.create('same');
		const two = await one.tab();
		await two.open('same');
		await server.kill();
		await one.write('written while nobody answers');
		await two.page.getByText('written while nobody answers').waitFor();
		await server.start();
		await one.hasSent();
		await two.hasSent();
		for (const tab of [one, two]) {
			await until('once in each', async () => (await tab.reads()).length === 1);
		}
		expect(two.faults).toEqual([]);
		await one.leave();
	});

	it('leave a message that waits for its files to the tab that brings them up', async () => {
		const one = await Person.in(browser, server.url, 'dan');
		await one.create('waiting');
		await one.page.locator('.composer .around').waitFor({ state: 'attached' });
		let go = () => {};
		const held = new Promise<void>((resolve) => {
			go = resolve;
		});
		await one.page.route('**/api/v1/uploads', async (route) => {
			await held;
			await route.continue();
		});
		const attach = async (tab: Person) => {
			const chooser = tab.page.waitForEvent('filechooser');
			await tab.page.getByRole('button', { name: 'Attach files' }).click();
			const file = { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('abc') };
			await (await chooser).setFiles([file]);
			// Until it is there what is written goes without it.
			await tab.page.locator('.tray').getByText('a.txt').waitFor();
		};
		await attach(one);
		await one.write('with a file');
		await one.sees('with a file');
		const two = await one.tab();
		await two.open('waiting');
		await two.field.fill('from the other tab');
		await two.page.waitForTimeout(1_000);
		expect(await two.field.inputValue()).toBe('from the other tab');
		expect(await two.page.locator('.tray').count()).toBe(0);
		await two.field.fill('');
		go();
		await two.sees('with a file');
		await one.hasSent();
		for (const tab of [one, two]) {
			await until('once in each', async () => (await tab.reads()).length === 1);
		}
		// The tab that brings them up ends: then it is the other's, with its words.
		await one.page.unrouteAll({ behavior: 'ignoreErrors' });
		await one.page.route('**/api/v1/uploads', () => {});
		await attach(one);
		await one.write('left behind');
		await one.sees('left behind');
		await until('it is kept', async () => {
			const { parcels, drafts } = await one.kept();
			return parcels === 1 && drafts.every((text) => text === '');
		});
		// It comes there while the one still has it, and sees the one end.
		await two.page.reload();
		await two.inRoom('waiting');
		await one.page.close();
		await until('it is back', async () => (await two.field.inputValue()) === 'left behind');
		await two.page.getByText('Not finished when the page was closed.').waitFor();
		expect(two.faults).toEqual([]);
		await two.leave();
	});

	it('have one draft in a room and one in a thread, and lose no word that two of them write', async () => {
		const one = await Person.at(browser, server.url);
		await one.comeIn('eve');
		await one.create('drafted');
		await one.write('of which there is a thread');
		await one.hasSent();
		const two = await one.tab();
		await two.open('drafted');
		await two.sees('of which there is a thread');
		await one.field.fill('half');
		const has = (tab: Person, text: string, place = '.conv') =>
			until(`${text} is there`, async () => {
				return (await tab.page.locator(`${place} textarea`).inputValue()) === text;
			});
		await has(two, 'half');
		await two.field.press('End');
		await two.field.pressSequentially(' a thought');
		await has(one, 'half a thought');
		// In a thread of it, in which the other is not, and then is.
		const open = async (tab: Person) => {
			await tab.message('of which there is a thread').focus();
			await tab.page.keyboard.press('t');
			await tab.page.locator('.panel textarea').waitFor();
		};
		await open(one);
		await one.page.locator('.panel textarea').fill('in the thread');
		await open(two);
		await has(two, 'in the thread', '.panel');
		await two.page.locator('.panel textarea').fill('in the thread, too');
		await has(one, 'in the thread, too', '.panel');
		await two.page.locator('.panel textarea').press('Enter');
		await has(one, '', '.panel');
		await has(one, 'half a thought');
		// Two that do not hear each other: what the one has kept the other does not write over.
		for (const tab of [one, two]) {
			await tab.page.evaluate(() => {
				BroadcastChannel.prototype.postMessage = () => {};
			});
		}
		await one.page.locator('.conv textarea').fill('half a thought of the one');
		await until('it is kept', async () => {
			return (await one.kept()).drafts.some((text) => text.endsWith('of the one'));
		});
		await two.page.locator('.conv textarea').fill('and what the other has');
		const both = 'half a thought of the one\nand what the other has';
		await has(two, both);
		await one.page.close();
		await two.page.reload();
		await two.inRoom('drafted');
		await has(two, both);
		expect(two.faults).toEqual([]);
		await two.leave();
	});

	it('lose no sign of what is typed and sent in two of them at the same time', async () => {
		const one = await Person.at(browser, server.url);
		await one.comeIn('fay');
		const room = await one.create('at once');
		const two = await one.tab();
		await two.open('at once');
		const has = async (tab: Person, text: string) => (await tab.field.inputValue()) === text;
		await one.field.fill('begun');
		await until('they share it', () => has(two, 'begun'));
		await one.field.fill('');
		await until('they share it', () => has(two, ''));
		// Each sign comes once.
		const signs = (from: number) =>
			Array.from({ length: 40 }, (_, at) => String.fromCodePoint(from + at));
		const typing = async (tab: Person, typed: string[], every: number) => {
			await tab.field.focus();
			for (const [at, sign] of typed.entries()) {
				await tab.page.keyboard.insertText(sign);
				if (at % every === every - 1) await tab.page.keyboard.press('Enter');
			}
		};
		const all = [signs(0x4e00), signs(0x5e00)] as const;
		await Promise.all([typing(one, all[0], 9), typing(two, all[1], 11)]);
		await one.hasSent();
		await two.hasSent();
		await until('all of it is there', async () => {
			const said = await one.page.evaluate(async (room) => {
				const answer = await fetch(`/api/v1/rooms/${room}/events?limit=200`);
				return answer.text();
			}, room);
			const [draft, other] = await Promise.all([one.field.inputValue(), two.field.inputValue()]);
			return draft === other && all.flat().every((sign) => `${said}${draft}`.includes(sign));
		});
		expect([one.faults, two.faults]).toEqual([[], []]);
		await one.leave();
	});

	it('have a socket each where a browser has no shared workers', async () => {
		const one = await Person.by(browser, server.url);
		await one.context.addInitScript(() => {
			Reflect.deleteProperty(window, 'SharedWorker');
		});
		await one.comeTo('carol');
		await one.create('apart');
		const two = await one.tab();
		await two.open('apart');
		await until('two sockets', async () => (await sockets()) === 2);
		await two.write('hello');
		await one.sees('hello');
		expect(two.faults).toEqual([]);
		await one.leave();
	});
});
