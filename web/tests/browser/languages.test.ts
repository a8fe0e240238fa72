import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, Server, type Writer } from './stage';

/** Where a browser remembers which language was chosen. */
const CHOSEN = 'hearth.language';
const web = join(import.meta.dirname, '../..');

let server: Server;
let browser: Browser;
let one: Writer;
let room = '';
/** The client, built so that every word that is from `words` bears marks, and no letter of the alphabet. */
let marked = '';
beforeAll(async () => {
	marked = mkdtempSync(join(tmpdir(), 'hearth-marked-'));
	const building = promisify(execFile)(
		join(web, 'node_modules/.bin/vite'),
		['build', '--mode', 'pseudo', '--outDir', marked, '--logLevel', 'error'],
		{ cwd: web, env: { ...process.env, NODE_ENV: 'production' } },
	);
	[server, browser] = await Promise.all([Server.start(), launch(), building]);
	// What people write has no letters of the alphabet, so that whatever has is the client's.
	one = await server.someone('111');
	room = await one.room('222');
	await one.send(room, { kind: 'topic', topic: '333' });
	await one.say(room, '444 **555**\n\n- [x] 666\n- [ ] 777');
	const target = await one.say(room, '888');
	await one.send(room, { kind: 'react', target, emoji: '👍', on: true });
	await one.send(room, { kind: 'edit', target, text: '889' });
	await one.send(room, { kind: 'message', text: '999', reply_to: target });
	const gone = await one.say(room, '000');
	await one.send(room, { kind: 'delete', target: gone });
	await one.say(room, '```\n1 + 1\n```');
	await one.say(room, '| 1 | 2 |\n|---|---|\n| 3 | 4 |');
}, 120_000);
afterAll(async () => {
	await server?.stop();
	rmSync(marked, { recursive: true, force: true });
});

/**
 * Serves the marked client in the place of the server's own. The page itself stays: one that does not come from the
 * network may open no socket to this machine.
 */
async function serveMarked(page: Page): Promise<void> {
	const names = readdirSync(join(marked, 'assets'));
	const scriptOf = (html: string) => html.match(/src="\/assets\/(first-[^"]+\.js)"/)?.[1] ?? '';
	const first = scriptOf(
		await (await fetch(server.url, { headers: { accept: 'text/html' } })).text(),
	);
	const other = scriptOf(readFileSync(join(marked, 'index.html'), 'utf8'));
	await page.route('**/assets/*', async (route) => {
		const asked = new URL(route.request().url()).pathname.split('/').at(-1) ?? '';
		// Under its own name, for what is loaded later asks for it by that.
		const body = `import '/assets/${other}';`;
		if (asked === first) await route.fulfill({ contentType: 'text/javascript', body });
		else if (names.includes(asked)) await route.fulfill({ path: join(marked, 'assets', asked) });
		else await route.continue();
	});
}

/** What stands on the page, or is said to a reader of screens, and has a letter of the alphabet. */
const foreign = (page: Page) =>
	page.evaluate(() => {
		const found: string[] = [];
		const isForeign = (text: string | null) => /[A-Za-z]/.test(text ?? '');
		for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
			if (element.closest('script, style, noscript')) continue;
			for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
				// A time says itself in full, in the words of the browser.
				if (name === 'title' && element.tagName === 'TIME') continue;
				const text = element.getAttribute(name);
				if (isForeign(text)) found.push(`${element.tagName} ${name}: ${text}`);
			}
			for (const node of element.childNodes) {
				if (node.nodeType === Node.TEXT_NODE && isForeign(node.textContent))
					found.push(`${element.tagName}.${element.className}: ${node.textContent?.trim()}`);
			}
		}
		return found;
	});

describe('the words', () => {
	it('are all from one place: a client with marked words shows no other', async () => {
		const context = await browser.newContext({
			viewport: { width: 1280, height: 860 },
			locale: 'en-GB',
			serviceWorkers: 'block',
		});
		const page = await context.newPage();
		const faults: string[] = [];
		page.on('pageerror', (error) => faults.push(String(error)));
		// The worker's script would be the server's own: this page does without.
		await page.addInitScript(() => sessionStorage.setItem('hearth.without-worker', 'yes'));
		await serveMarked(page);
		const screen = async (name: string) => expect(await foreign(page), name).toEqual([]);
		await page.goto(server.url);
		await page.locator('input').first().waitFor();
		await screen('open');
		await page.locator('input').first().fill('12');
		await page.keyboard.press('Enter');
		await page.locator('nav').waitFor();
		await page.locator('.start button').first().waitFor();
		await screen('no room');
		await page.locator('.start button').first().click();
		await page.getByRole('dialog').locator('button', { hasText: /⟦/ }).first().waitFor();
		await screen('find');
		await page.getByRole('dialog').locator('input').first().fill('222');
		await page.getByRole('dialog').locator('button.primary, li button').first().click();
		await page.locator('article', { hasText: '444' }).waitFor();
		await page.locator('article').nth(-2).focus();
		await screen('room');
		await page.locator('.head .acts button').last().click();
		await page.locator('.panel .block').first().waitFor();
		await screen('details');
		await page.locator('.panel .shut').click();
		await page.locator('.cmp textarea').fill('1');
		await screen('writing');
		await page.keyboard.press('Enter');
		await context.setOffline(true);
		await server.kill();
		await page.locator('.banner').waitFor();
		await screen('offline');
		await server.start();
		await context.close();
		expect(faults).toEqual([]);
	});

	it.each([
		['de', 'ltr', 'Nachricht an', ['Strg', 'Entf', 'Pos1'], 'So nimmt der Server das nicht an'],
		['es', 'ltr', 'Mensaje para', ['Ctrl', 'Supr', 'Inicio'], 'El servidor no lo acepta así'],
		['ar', 'rtl', 'رسالة إلى', ['Ctrl', 'Del', 'Home'], 'لا يقبله الخادم على هذا النحو'],
	])('are those of %s for who reads it, or picked it', async (tag, dir, words, keys, refused) => {
		const context = await browser.newContext({
			viewport: { width: 1280, height: 860 },
			locale: tag,
			serviceWorkers: 'block',
		});
		const page = await context.newPage();
		await page.goto(server.url);
		await page
			.locator('input')
			.first()
			.fill(`1${tag.charCodeAt(0)}`);
		await page.keyboard.press('Enter');
		await page.locator('nav').waitFor();
		await page.locator('.start button').first().click();
		await page.getByRole('dialog').locator('input').first().fill('222');
		await page.getByRole('dialog').locator('li button').first().click();
		await page.getByPlaceholder(words).waitFor();
		const html = page.locator('html');
		expect([await html.getAttribute('lang'), await html.getAttribute('dir')]).toEqual([tag, dir]);
		const side = await page.locator('nav.side').boundingBox();
		expect((side?.x ?? 0) > 640).toBe(dir === 'rtl');
		await page.locator('article').nth(-3).focus();
		await page.screenshot({ path: join(web, `shots/language-${tag}-1280.png`) });
		// The menu of a message stands over the message, whichever way its lines run.
		await page.locator('article', { hasText: '999' }).focus();
		const message = await page.locator('article:focus').boundingBox();
		await page.keyboard.press('.');
		await page.getByRole('menu').waitFor();
		const menu = await page.getByRole('menu').boundingBox();
		if (!message || !menu) throw new Error('neither is without a place');
		expect(menu.x).toBeGreaterThan(message.x);
		expect(menu.x + menu.width).toBeLessThan(message.x + message.width);
		await page.keyboard.press('Escape');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		// Keys are called as they are on its keyboards, and what the server refuses is said in it.
		await page.keyboard.press('Control+/');
		for (const key of keys) await page.locator('kbd', { hasText: key }).first().waitFor();
		await page.keyboard.press('Escape');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		await page.keyboard.press('Control+f');
		await page.locator('[role="search"] input').fill('1 before:2');
		await page.getByRole('alert').filter({ hasText: refused }).waitFor();
		await page.locator('[role="search"] input').press('Escape');
		await page.locator('.panel').waitFor({ state: 'detached' });
		await page.setViewportSize({ width: 390, height: 844 });
		await page.locator('.cmp textarea').waitFor();
		await page.screenshot({ path: join(web, `shots/language-${tag}-390.png`) });
		// To whom one writes stands in one line, however long it is.
		expect((await page.locator('.cmp').boundingBox())?.height).toBeLessThan(60);
		expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(
			true,
		);
		// What was picked comes before what the browser reads.
		await page.evaluate((chosen) => localStorage.setItem(chosen, 'en'), CHOSEN);
		await page.reload();
		await page.getByPlaceholder('Message').waitFor();
		expect([await html.getAttribute('lang'), await html.getAttribute('dir')]).toEqual([
			'en',
			'ltr',
		]);
		await context.close();
	});
});

describe('a small or enlarged screen', () => {
	// 200 % of 1280 and of 640: what a browser lays out then is half as wide.
	it.each([
		['320 px', 320, 640, 1],
		['200 % of 1280', 640, 430, 2],
		['200 % of 640', 320, 480, 2],
	])('of %s scrolls nothing sideways', async (_, width, height, scale) => {
		const context = await browser.newContext({
			viewport: { width, height },
			deviceScaleFactor: scale,
			locale: 'de',
			serviceWorkers: 'block',
		});
		const page = await context.newPage();
		const isNarrow = () =>
			page.evaluate(() => {
				const wide = [...document.querySelectorAll('body *')].filter((one) => {
					const { left, right } = one.getBoundingClientRect();
					return (
						(left < -1 || right > innerWidth + 1) && !one.closest('pre, .tablebox, .sr, .skip')
					);
				});
				return [
					document.documentElement.scrollWidth > innerWidth,
					...wide.map((one) => one.className),
				];
			});
		await page.goto(server.url);
		await page.locator('input').first().fill(`2${width}${scale}`);
		expect(await isNarrow()).toEqual([false]);
		await page.keyboard.press('Enter');
		await page.locator('nav').waitFor();
		expect(await isNarrow()).toEqual([false]);
		await page.locator('.side .sec-h .icon-btn').first().click();
		await page.getByRole('dialog').locator('input').first().fill('222');
		await page.getByRole('dialog').locator('li button').first().click();
		await page.locator('article', { hasText: '444' }).waitFor();
		expect(await isNarrow()).toEqual([false]);
		await page.screenshot({ path: join(web, `shots/narrow-${width}-${scale}.png`) });
		await context.close();
	});

	it('has its marks in forced colours, and nothing moves where less motion is wished', async () => {
		const context = await browser.newContext({
			viewport: { width: 1280, height: 800 },
			forcedColors: 'active',
			reducedMotion: 'reduce',
			locale: 'en-GB',
			serviceWorkers: 'block',
		});
		const page = await context.newPage();
		await page.goto(server.url);
		await page.locator('input').first().fill('300');
		await page.keyboard.press('Enter');
		await page.locator('.start button').first().click();
		await page.getByRole('dialog').locator('input').first().fill('222');
		await page.getByRole('dialog').locator('li button').first().click();
		await page.locator('article', { hasText: '444' }).waitFor();
		const style = (selector: string, name: string) =>
			page
				.locator(selector)
				.first()
				.evaluate((one, name) => getComputedStyle(one).getPropertyValue(name), name);
		expect(await style('.row[aria-current]', 'outline-style')).toBe('solid');
		expect(await style('.cmp', 'border-top-style')).toBe('solid');
		expect(await style('.rx', 'border-top-style')).toBe('solid');
		await page.keyboard.press('Escape');
		expect(await style('article:focus .msg, article:focus', 'outline-style')).not.toBe('');
		const moving = await page.evaluate(
			() =>
				[...document.querySelectorAll('*')].filter((one) => {
					const { animationName, transitionDuration } = getComputedStyle(one);
					return animationName !== 'none' || Number.parseFloat(transitionDuration) > 0.01;
				}).length,
		);
		expect(moving).toBe(0);
		await page.screenshot({ path: join(web, 'shots/forced-colours.png') });
		await context.close();
	});
});
