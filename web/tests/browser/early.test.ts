import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, Person, Server, until } from './stage';

let server: Server;
let browser: Browser;
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launch()]);
});
afterAll(async () => {
	await server?.stop();
});

/** A page whose client is on its way until it is let go. */
async function waiting(
	context: BrowserContext,
	hash: string,
	width = 1280,
): Promise<[Page, () => void]> {
	const page = await context.newPage();
	await page.setViewportSize({ width, height: 800 });
	const devtools = await context.newCDPSession(page);
	await devtools.send('Network.enable');
	await devtools.send('Network.setBypassServiceWorker', { bypass: true });
	let letGo = () => {};
	const gone = new Promise<void>((resolve) => {
		letGo = resolve;
	});
	await page.route('**/assets/first-*.js', async (route) => {
		await gone;
		await route.continue();
	});
	await page.goto(server.url + hash, { waitUntil: 'commit' });
	return [page, letGo];
}

const isGone = (page: Page) =>
	until('the client has drawn', async () => (await page.locator('.early').count()) === 0);

describe('before the client has come', () => {
	it('there is the gate for who is not signed in, and its mark does not move', async () => {
		const person = await Person.at(browser, server.url);
		const [page, letGo] = await waiting(person.context, '/');
		const mark = page.locator('.brand:visible');
		await mark.waitFor();
		expect(await page.locator('.early:visible').count()).toBe(1);
		expect(await page.locator('.side:visible').count()).toBe(0);
		const before = await mark.boundingBox();
		letGo();
		await page.getByLabel('A name').waitFor();
		await isGone(page);
		expect(await mark.boundingBox()).toEqual(before);
		await person.leave();
	});

	it('there is the frame of the chat for who is, as it was chosen and as it is laid out', async () => {
		const person = await Person.at(browser, server.url);
		await person.comeIn('ann');
		const room = await person.create('early');
		await person.page.evaluate(() => {
			localStorage.setItem('hearth.theme', 'dark');
			localStorage.setItem('hearth.language', 'ar');
		});
		await person.page.close();
		const [page, letGo] = await waiting(person.context, `/#/${room}`);
		const side = page.locator('.side:visible');
		await side.locator('.brand').waitFor();
		expect(
			await page.evaluate(() => {
				const { dir, lang, dataset } = document.documentElement;
				return [dir, lang, dataset.theme];
			}),
		).toEqual(['rtl', 'ar', 'dark']);
		const before = await side.locator('.brand').boundingBox();
		letGo();
		await page.getByRole('heading', { level: 1, name: 'early' }).waitFor();
		await isGone(page);
		expect(await side.locator('.brand').boundingBox()).toEqual(before);

		// One pane on a phone; the list of rooms is put away; pages that have a list of their own.
		const looks = [
			[`/#/${room}`, 400, false, true],
			['/', 400, true, false],
			['/', 1280, true, true],
			['/#/settings', 1280, false, false],
		] as const;
		for (const [hash, width, hasSide, hasRoom] of looks) {
			const [page, letGo] = await waiting(person.context, hash, width);
			await until(`what stands there at ${hash}, ${width}`, async () => {
				const seen = [
					await page.locator('.early .side:visible').count(),
					await page.locator('.early .head:visible').count(),
				];
				return seen[0] === Number(hasSide) && seen[1] === Number(hasRoom);
			});
			letGo();
			await isGone(page);
			await page.close();
		}

		// Who signs out has the gate the next time.
		await page.evaluate(() => localStorage.clear());
		const [out, letOut] = await waiting(person.context, '/');
		await out.locator('.early .gate:visible').waitFor();
		letOut();
		await isGone(out);
		await person.leave();
	});

	it('it is said that it does not come, in the language of who reads it, and can be tried again', async () => {
		const person = await Person.by(browser, server.url);
		const { page } = person;
		await page.addInitScript(() => localStorage.setItem('hearth.language', 'de'));
		await page.route('**/assets/first-*.js', (route) => route.abort());
		await page.goto(server.url);
		const again = page.getByRole('button', {
			name: 'Hearth wurde nicht geladen. Noch einmal versuchen',
		});
		await again.waitFor();
		await page.unroute('**/assets/first-*.js');
		await again.click();
		await page.getByLabel('Ein Name').waitFor();
		await person.leave();
	});
});
