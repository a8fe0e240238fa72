import type { Browser } from 'playwright-core';
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

describe('who writes', () => {
	it('is shown as they want to be, everywhere and without a reload', async () => {
		const reader = await Person.in(browser, server.url, 'reader');
		const room = await reader.create('harbour');
		const ada = await server.someone('ada');
		await ada.call('POST', `/api/v1/rooms/${room}/join`);
		await ada.say(room, 'the tide is out');
		await reader.sees('the tide is out');
		const { page } = reader;
		const by = reader.message('the tide is out').locator('.msg-by');
		expect(await by.innerText()).toBe('ada');
		expect(await by.getAttribute('title')).toBe(null);
		const place = await by.boundingBox();

		const said = { display: 'Ada of the Hill', status_emoji: '🌱', status_text: 'up the hill' };
		await ada.call('PATCH', '/api/v1/me', said);
		const clip = { x: 0, y: 0, width: 200, height: 200 };
		const picture = await page.screenshot({ clip });
		const put = await fetch(`${server.url}/api/v1/me/avatar`, {
			method: 'PUT',
			headers: { Authorization: `Bearer ${ada.token}` },
			body: new Uint8Array(picture),
		});
		expect(put.status).toBe(200);
		await until('the name is shown', async () => (await by.innerText()) === 'Ada of the Hill');
		expect(await by.getAttribute('title')).toBe('@ada');
		const message = reader.message('the tide is out');
		await message.locator('.sign', { hasText: '🌱' }).waitFor();
		await until('the picture is drawn', () =>
			message
				.locator('.ava img')
				.evaluate((img) => (img as HTMLImageElement).naturalWidth > 0)
				.catch(() => false),
		);
		// Nothing has moved.
		const now = await by.boundingBox();
		expect([now?.x, now?.y, now?.height]).toEqual([place?.x, place?.y, place?.height]);

		// Among the members, and where one completes a name: by either of them, and what is written is the log-in name.
		await page.getByRole('button', { name: 'Room details' }).click();
		const member = page.locator('.pers', { hasText: 'Ada of the Hill' });
		await member.getByText('@ada', { exact: true }).waitFor();
		await page.keyboard.press('Escape');
		await reader.field.click();
		await reader.field.pressSequentially('@hill');
		await page.getByRole('option', { name: /Ada of the Hill ada/ }).waitFor();
		await reader.field.press('Tab');
		expect(await reader.field.inputValue()).toBe('@ada ');
		await reader.field.fill('');

		// In a direct room, after a reload as before.
		await page.evaluate(async (user) => {
			const body = JSON.stringify({ user });
			const headers = { 'Content-Type': 'application/json' };
			await fetch('/api/v1/direct', { method: 'POST', body, headers });
		}, ada.id);
		await page.locator('.row', { hasText: 'Ada of the Hill' }).waitFor();
		await page.reload();
		await page.locator('.row', { hasText: 'Ada of the Hill' }).waitFor();
		await until('the name is shown', async () => (await by.innerText()) === 'Ada of the Hill');

		// Somebody who takes another’s name is called by their own as well; a name that is none is not shown.
		await ada.call('PATCH', '/api/v1/me', { display: 'Reader' });
		await message.getByText('@ada', { exact: true }).waitFor();
		await ada.call('PATCH', '/api/v1/me', { display: '\u202e\u200b\u3164' });
		await until('the log-in name is shown', async () => (await by.innerText()) === 'ada');
		await ada.call('PATCH', '/api/v1/me', { display: `\u202e${'W\u0301\u0302'.repeat(21)}` });
		await until('the name is shown', async () =>
			(await by.innerText()).normalize('NFD').startsWith('W'),
		);
		for (const width of [1280, 360]) {
			await page.setViewportSize({ width, height: 800 });
			const isWide = () => document.documentElement.scrollWidth > innerWidth;
			expect(await page.evaluate(isWide)).toBe(false);
			const time = await message.locator('.msg-head time').boundingBox();
			expect((time?.x ?? 0) + (time?.width ?? 0)).toBeLessThanOrEqual(width);
		}
		await reader.leave();
	});

	it('is shown so where it is said what they have done, and in lists', async () => {
		const host = await Person.in(browser, server.url, 'host');
		const { page } = host;
		const room = await host.create('quay');
		const [eve, bob] = [await server.someone('eve'), await server.someone('bob')];
		await eve.call('PATCH', '/api/v1/me', { display: 'Eve of the Quay' });
		// By the log-in name of somebody who is there.
		await bob.call('PATCH', '/api/v1/me', { display: 'Eve' });
		for (const one of [eve, bob]) await one.call('POST', `/api/v1/rooms/${room}/join`);
		const event = (text: string) =>
			page.locator('article', { hasText: text }).locator('.ev').waitFor();
		await event('Eve of the Quay came in');
		await event('Eve @bob came in');
		expect(await page.locator('.ev b', { hasText: 'Quay' }).getAttribute('title')).toBe('@eve');
		const call = (method: string, path: string, body: object) =>
			page.evaluate(
				async ([method, path, body]) => {
					const headers = { 'Content-Type': 'application/json' };
					const answer = await fetch(path, { method, body, headers });
					return answer.status;
				},
				[method, path, JSON.stringify(body)] as const,
			);
		expect(await call('POST', '/api/v1/direct', { user: eve.id })).toBeLessThan(300);
		expect(await call('PUT', '/api/v1/own', { kind: 'blocked', user: bob.id, on: true })).toBe(204);

		// Where a message is forwarded to, by either name.
		await host.write('the tide is in');
		await host.hasSent();
		await host.message('the tide is in').focus();
		await page.keyboard.press('.');
		await page.getByRole('menuitem', { name: 'Forward' }).click();
		const to = page.getByRole('dialog', { name: 'Forward' });
		await to.getByRole('textbox').fill('eve');
		await to.getByRole('button', { name: 'Eve of the Quay' }).getByText('@eve').waitFor();
		await to.getByRole('textbox').fill('of the quay');
		await to.getByRole('button', { name: 'Eve of the Quay' }).waitFor();
		await page.keyboard.press('Escape');

		// Among those who are banned, and in what is said of that; and among those who are blocked.
		const ban = { body: { kind: 'ban', user: eve.id } };
		expect(await call('POST', `/api/v1/rooms/${room}/events`, ban)).toBeLessThan(300);
		await event('banned Eve of the Quay');
		await page.getByRole('button', { name: 'Room details' }).click();
		await page.getByText('Bans', { exact: true }).click();
		const banned = page.locator('.entry', { hasText: 'Eve of the Quay' });
		await banned.getByText('@eve', { exact: true }).waitFor();
		await banned.getByRole('button', { name: /Eve of the Quay/ }).waitFor();
		await page.evaluate(() => (location.hash = '#/settings/privacy'));
		await page.locator('.entry', { hasText: 'Eve' }).getByText('@bob', { exact: true }).waitFor();
		await host.leave();
	});
});
