/** How every screen is looked at: with axe, and kept as a picture. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Look, type Person, shots } from './stage';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const LOOKS: (Look & { name: string })[] = [
	{ name: '1280', width: 1280, height: 860 },
	{ name: '390', width: 390, height: 844, touch: true },
];

export type Theme = 'light' | 'dark' | 'contrast';

/** What depends on colours: all else of a screen is the same in each theme, and is looked at in the first. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

const sessions = new WeakMap<Page, Promise<CDPSession>>();

/** The test's own way to a page, past the page's policy: one for all that is done with it. */
function devtoolsOf({ context, page }: Person): Promise<CDPSession> {
	const session = sessions.get(page) ?? context.newCDPSession(page);
	sessions.set(page, session);
	return session;
}

/**
 * What axe finds wrong on what is shown, by these rules or by all. It fetches no style sheet anew (`preload`): the one rule
 * that would need it is held by a test of its own in `looks.test.ts`.
 */
export async function faults(person: Person, rules: readonly string[] = []): Promise<string[]> {
	const devtools = await devtoolsOf(person);
	const evaluate = async (expression: string) => {
		const given = { expression, awaitPromise: true, returnByValue: true };
		return (await devtools.send('Runtime.evaluate', given)).result.value;
	};
	if ((await evaluate('typeof axe')) === 'undefined') await evaluate(`${axe};0`);
	const runOnly = rules.length > 0 ? `runOnly: ${JSON.stringify(rules)},` : '';
	const found = await evaluate(
		`axe.run(document, { ${runOnly} resultTypes: ['violations'], preload: false }).then((found) => JSON.stringify(found.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 160) + ' ' + node.failureSummary).join(' | '))))`,
	);
	return JSON.parse(String(found)) as string[];
}

/** A screen is at rest, in each theme without a fault that axe finds, as wide as the window, and kept as pictures. */
export async function screenOf(
	person: Person,
	look: { name: string },
	name: string,
	themes: readonly Theme[] = ['light', 'dark'],
): Promise<void> {
	const { page } = person;
	for (const [at, theme] of themes.entries()) {
		await shownIn(person, theme);
		await shoot(person, `${name}-${theme}-${look.name}`);
		expect(await faults(person, at > 0 ? OF_COLOURS : []), `${name}, ${theme}`).toEqual([]);
	}
	if (themes.length > 1) await shownIn(person, 'light');
	expect(
		await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
		`${name} scrolls sideways`,
	).toBe(true);
}

/** A screen that is come by with some effort, in each of `LOOKS`: one page, of which the window changes. */
export async function inLooks(person: Person, name: string): Promise<void> {
	const size = person.page.viewportSize();
	for (const look of LOOKS) {
		await person.page.setViewportSize({ width: look.width ?? 1280, height: look.height ?? 800 });
		await screenOf(person, look, name);
	}
	if (size) await person.page.setViewportSize(size);
}

/** The widths at which a main screen is kept as a picture besides those of `LOOKS`: a tablet's, and a wide window's. */
const OTHERS = [
	{ name: '820', width: 820, height: 1_180 },
	{ name: '1600', width: 1_600, height: 1_000 },
];

/** A main screen at other sizes, for the eye; axe finds there what it finds here. */
export async function pictured(person: Person, name: string): Promise<void> {
	const { page } = person;
	const size = page.viewportSize();
	for (const { name: width, ...other } of OTHERS) {
		await page.setViewportSize(other);
		for (const theme of ['light', 'dark'] as const) {
			await shownIn(person, theme);
			await shoot(person, `${name}-${theme}-${width}`);
		}
	}
	await shownIn(person, 'light');
	if (size) await page.setViewportSize(size);
}

/** Without the care that Playwright takes for pictures that are compared: these are looked at. */
async function shoot(person: Person, name: string): Promise<void> {
	const devtools = await devtoolsOf(person);
	const { data } = await devtools.send('Page.captureScreenshot', { format: 'png' });
	mkdirSync(shots, { recursive: true });
	writeFileSync(join(shots, `${name}.png`), Buffer.from(data, 'base64'));
}

/** What is shown is in this theme, and fonts and what follows from a size have come to rest. */
async function shownIn({ page }: Person, theme: Theme): Promise<void> {
	await page.emulateMedia({ colorScheme: theme === 'dark' ? 'dark' : 'light' });
	await page.evaluate(async (theme) => {
		const { dataset } = document.documentElement;
		if (theme === 'contrast') dataset.theme = theme;
		else if (dataset.theme === 'contrast') delete dataset.theme;
		await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
	}, theme);
}
