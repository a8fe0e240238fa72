import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jump } from './harbour';
import { LOOKS, screenOf } from './looks';
import { launch, Person, Server, until } from './stage';

let server: Server;
let browser: Browser;
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launch()]);
	const shown = {
		'kat.stone': 'Katrin of the Hill',
		katja: 'Snow',
		kat: 'The one',
		oskar: 'Oskar',
	};
	for (const [name, display] of Object.entries(shown)) {
		const person = await server.someone(name);
		await person.call('PATCH', '/api/v1/me', { display });
	}
});
afterAll(async () => {
	await server?.stop();
});

const field = ({ page }: Person) => page.getByRole('combobox', { name: 'Name', exact: true });
const options = ({ page }: Person) => page.getByRole('option').allInnerTexts();

describe('people whom one has never met', () => {
	it('are found while one types and chosen by keyboard alone', async () => {
		const ida = await Person.in(browser, server.url, 'ida');
		const { page } = ida;
		const { keyboard } = page;
		const status = page.getByRole('dialog').getByRole('status');
		await jump(ida, '>new direct');
		await keyboard.press('Enter');
		await page.locator('dialog input:focus').waitFor();
		await keyboard.type('sn');
		await until('one is found by the shown name', async () =>
			(await options(ida)).join().includes('katja'),
		);
		await status.getByText('One is called so. Arrow keys choose, Enter adds.').waitFor();
		await keyboard.press('Control+a');
		await keyboard.type('ka');
		await until('all are found', async () => (await options(ida)).length === 3);
		await status.getByText('3 are called so.').waitFor();
		expect((await options(ida)).join('\n')).toContain('kat.stone · Katrin of the Hill');
		// Nobody is chosen by oneself.
		expect(await field(ida).getAttribute('aria-activedescendant')).toBe(null);
		await keyboard.type('t');
		await until('who is called so is first', async () =>
			((await options(ida))[0] ?? '').includes('kat · The one'),
		);
		await keyboard.press('ArrowUp');
		const chosen = page.locator('[role="option"][aria-selected="true"]');
		const last = await chosen.innerText();
		expect(await chosen.getAttribute('id')).toBe(
			await field(ida).getAttribute('aria-activedescendant'),
		);
		await keyboard.press('Enter');
		const name = last.includes('kat.stone') ? 'kat.stone' : 'katja';
		await page.getByRole('button', { name: `Take ${name} off the list` }).waitFor();
		expect(await field(ida).inputValue()).toBe('');
		// Escape closes the list and keeps what is written; who is in is offered no more.
		await keyboard.type('kat');
		await until('the others are', async () => (await options(ida)).length === 2);
		await keyboard.press('Escape');
		await until('the list is closed', async () => (await options(ida)).length === 0);
		expect(await field(ida).inputValue()).toBe('kat');
		// The whole name is enough.
		await keyboard.press('Enter');
		await page.getByRole('button', { name: 'Take kat off the list' }).waitFor();
		await keyboard.type('nobody-so');
		await status.getByText('Nobody by that name.').waitFor();
		await keyboard.press('Control+a');
		await keyboard.press('Delete');
		await keyboard.press('Backspace');
		await page
			.getByRole('button', { name: 'Take kat off the list' })
			.waitFor({ state: 'detached' });
		await keyboard.press('Tab');
		await keyboard.press('Enter');
		await ida.inRoom(name === 'katja' ? 'Snow' : 'Katrin of the Hill');
		await ida.leave();
	});

	it('are offered by the palette, and by whoever adds people to a room', async () => {
		const jan = await Person.in(browser, server.url, 'jan');
		const { page } = jan;
		const list = page.getByRole('listbox', { name: 'Results' });
		await jump(jan, 'osk');
		await list.getByText('People', { exact: true }).waitFor();
		await list.getByRole('option', { name: 'oskar' }).click();
		await jan.inRoom('oskar');
		await jan.create('den');
		await jan.open('den');
		await page.getByRole('button', { name: 'Room details' }).click();
		await page.getByLabel('Their name').fill('hill');
		await page.getByRole('option', { name: 'kat.stone' }).click();
		await page.getByRole('button', { name: 'Take kat.stone off the list' }).waitFor();
		await page.getByRole('button', { name: 'Add somebody' }).click();
		await page.getByText('kat.stone was added.').waitFor();
		await jan.leave();
	});

	it('are found only in full where the server lets nobody look for them', async () => {
		const closed = await Server.start('--people', 'administrators');
		try {
			await closed.someone('lea');
			const max = await Person.in(browser, closed.url, 'max');
			await jump(max, '>new direct');
			await max.page.keyboard.press('Enter');
			await max.page.locator('dialog input:focus').waitFor();
			const asked = max.page.waitForResponse(/api\/v1\/users\?/);
			await max.page.keyboard.type('le');
			expect((await asked).status()).toBe(403);
			expect(await options(max)).toEqual([]);
			await max.page.keyboard.type('a');
			await max.page.keyboard.press('Enter');
			await max.page.getByRole('button', { name: 'Take lea off the list' }).waitFor();
			await max.leave();
		} finally {
			await closed.stop();
		}
	});
});

describe.each(LOOKS)('people who are offered in $name', (look) => {
	it('are without a fault that axe finds', async () => {
		const eva = await Person.in(browser, server.url, `eva-${look.name}`, look);
		await eva.page.getByRole('button', { name: 'New direct message' }).first().click();
		await field(eva).fill('kat');
		await until('they are found', async () => (await options(eva)).length === 3);
		await field(eva).press('ArrowDown');
		await screenOf(eva, look, 'people');
		await eva.leave();
	});
});
