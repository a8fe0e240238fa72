import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inLooks } from './looks';
import { launch, Person, Server, until } from './stage';
import { totp } from './totp';

let server: Server;
let browser: Browser;
beforeAll(async () => {
	[server, browser] = await Promise.all([
		Server.start('--mode', 'password', '--signup', 'invitation'),
		launch(),
	]);
});
afterAll(async () => {
	await server?.stop();
});

const PASSWORD = 'seven quiet ferries';

describe('the gate, where passwords and invitations are asked for', () => {
	it('lets the first administrator, the invited and those with a second factor in, and out again', async () => {
		// The first, by the link that the server says in its log.
		let link = '';
		await until('the server says the link', () => {
			link = server.log.match(/#first=([\w-]+)/)?.[0] ?? '';
			return link !== '';
		});
		const first = await Person.at(browser, `${server.url}/${link}`);
		const { page } = first;
		await page.getByText('You will be the first administrator').waitFor();
		await inLooks(first, 'gate-first');
		await page.getByLabel('Name', { exact: true }).fill('ines');
		await page.getByLabel('Password').fill('short');
		await page.getByRole('button', { name: 'Join', exact: true }).click();
		await page.getByRole('alert').waitFor();
		await page.getByLabel('Password').fill(PASSWORD);
		await page.getByRole('button', { name: 'Join', exact: true }).click();
		await page.getByText('Online', { exact: true }).waitFor();
		expect(page.url()).not.toContain('first=');
		await page.getByRole('button', { name: /sign out$/ }).click();
		await page.getByRole('button', { name: 'Sign out', exact: true }).click();
		await page.getByRole('button', { name: 'Sign in' }).waitFor();

		// A wrong password, then the right one.
		await page.getByLabel('Name').fill('ines');
		await page.getByLabel('Password').fill('seven loud ferries');
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.getByText('Name and password don’t match.').waitFor();
		await page.getByLabel('Password').fill(PASSWORD);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.getByText('Online', { exact: true }).waitFor();

		// Somebody who is invited.
		const { token } = await server.call<{ token: string }>('POST', '/api/v1/login', {
			name: 'ines',
			password: PASSWORD,
		});
		const invited = await server.call<{ link: string }>(
			'POST',
			'/api/v1/admin/invitations',
			{},
			token,
		);
		const fragment = invited.link.slice(invited.link.indexOf('#'));
		const second = await Person.at(browser, `${server.url}/${fragment}`);
		await second.page.getByText('You were invited').waitFor();
		await inLooks(second, 'gate-invited');
		await second.page.getByLabel('Name', { exact: true }).fill('nadia');
		await second.page.getByLabel('Password').fill(PASSWORD);
		await second.page.getByRole('button', { name: 'Join', exact: true }).click();
		await second.page.getByText('Online', { exact: true }).waitFor();

		// Another of the invited, in the same browser: the pages of the first are not used in the other's name.
		const other = await server.call<{ link: string }>(
			'POST',
			'/api/v1/admin/invitations',
			{},
			token,
		);
		const beside = await second.tab();
		await beside.page.goto(server.url + other.link.slice(other.link.indexOf('/#')));
		await beside.page.reload();
		await beside.page.getByLabel('Name', { exact: true }).fill('oskar');
		await beside.page.getByLabel('Password').fill(PASSWORD);
		await beside.page.getByRole('button', { name: 'Join', exact: true }).click();
		await beside.page.getByText('Online', { exact: true }).waitFor();
		await second.page.getByRole('button', { name: /^oskar.*sign out$/ }).waitFor();
		expect(beside.faults).toEqual([]);
		await second.leave();

		// Somebody who is not.
		const third = await Person.at(browser, server.url);
		await third.page.getByRole('button', { name: 'Use an invite' }).click();
		await third.page.getByLabel('Name', { exact: true }).fill('stranger');
		await third.page.getByLabel('Password').fill(PASSWORD);
		await third.page.getByLabel('Invitation').fill('https://chat.example/#invitation=made-up');
		await third.page.getByRole('button', { name: 'Join', exact: true }).click();
		await third.page.getByRole('alert').waitFor();
		await third.leave();

		// A second factor.
		const nadia = await server.call<{ token: string }>('POST', '/api/v1/login', {
			name: 'nadia',
			password: PASSWORD,
		});
		const { secret } = await server.call<{ secret: string }>(
			'POST',
			'/api/v1/totp',
			{ current_password: PASSWORD },
			nadia.token,
		);
		await server.call('POST', '/api/v1/totp/confirm', { code: totp(secret) }, nadia.token);
		const fourth = await Person.at(browser, server.url);
		await fourth.page.getByLabel('Name').fill('nadia');
		await fourth.page.getByLabel('Password').fill(PASSWORD);
		await fourth.page.getByRole('button', { name: 'Sign in' }).click();
		await fourth.page.getByLabel('Code').fill('000000');
		await inLooks(fourth, 'gate-code');
		await fourth.page.getByRole('button', { name: 'Sign in' }).click();
		await fourth.page.getByRole('alert').waitFor();
		await fourth.page.getByLabel('Code').fill(totp(secret, 1));
		await fourth.page.getByRole('button', { name: 'Sign in' }).click();
		await fourth.page.getByText('Online', { exact: true }).waitFor();
		await fourth.leave();

		// A link for a new password.
		const reset = await server.call<{ link: string }>(
			'POST',
			'/api/v1/admin/users/nadia/reset',
			undefined,
			token,
		);
		const fifth = await Person.at(
			browser,
			`${server.url}/${reset.link.slice(reset.link.indexOf('#'))}`,
		);
		await fifth.page.getByLabel('New password', { exact: true }).fill('eight quiet ferries');
		await inLooks(fifth, 'gate-reset');
		await fifth.page.getByRole('button', { name: 'Save', exact: true }).click();
		await fifth.page.getByText('Saved. Sign in with it.').waitFor();
		await fifth.page.getByLabel('Name').fill('nadia');
		await fifth.page.getByLabel('Password').fill('eight quiet ferries');
		await fifth.page.getByRole('button', { name: 'Sign in' }).click();
		await fifth.page.getByText('Online', { exact: true }).waitFor();
		await fifth.leave();
		await first.leave();
	});
});
