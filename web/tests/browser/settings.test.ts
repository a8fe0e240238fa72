import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Health } from '../../src/core/admin';
import { inLooks, LOOKS, pictured, screenOf, type Theme } from './looks';
import { type Look, launch, Person, Server, until } from './stage';
import { totp } from './totp';

const PASSWORD = 'seven quiet ferries';

let server: Server;
let browser: Browser;
let admin = '';
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start('--mode', 'password'), launch()]);
	let first = '';
	await until('the server says the link', () => {
		first = server.log.match(/#first=([\w-]+)/)?.[1] ?? '';
		return first !== '';
	});
	const made = await server.call<{ token: string }>('POST', '/api/v1/signup', {
		name: 'root-ines',
		password: PASSWORD,
		first,
	});
	admin = made.token;
});
afterAll(async () => {
	await server?.stop();
});

async function signIn(person: Person, name: string, password = PASSWORD): Promise<void> {
	const { page } = person;
	await page.getByLabel('Name', { exact: true }).fill(name);
	await page.getByLabel('Password').fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Somebody with a password, at a page of the client. */
async function at(name: string, hash: string, look: Look = {}): Promise<Person> {
	const person = await Person.by(browser, server.url, look);
	await person.signIn({ name, password: PASSWORD });
	await person.page.goto(`${server.url}/${hash}`);
	return person;
}

describe('the settings', () => {
	it('say of oneself what others see', async () => {
		const lena = await at('lena', '#/settings');
		const { page } = lena;
		await page.getByRole('heading', { level: 1, name: 'You' }).waitFor();
		await page.getByLabel('Shown as').fill('Lena H.');
		await page.getByLabel('Status', { exact: true }).fill('On the early boat');
		await page.getByLabel('Emoji of the status').fill('⛴');
		await page.getByLabel('Time zone').selectOption('Europe/Berlin');
		await page.getByRole('button', { name: 'Save', exact: true }).click();
		await page.getByText('Saved', { exact: true }).waitFor();
		const seen = await server.call('GET', '/api/v1/users/lena', undefined, admin);
		expect(seen).toMatchObject({
			display: 'Lena H.',
			status_text: 'On the early boat',
			status_emoji: '⛴',
			zone: 'Europe/Berlin',
		});
		// What the server refuses is said there, and what was typed stays.
		await page.getByLabel('Emoji of the status').fill('no emoji');
		await page.getByRole('button', { name: 'Save', exact: true }).click();
		await page.getByRole('alert').waitFor();
		expect(await page.getByLabel('Emoji of the status').inputValue()).toBe('no emoji');
		const picture = Buffer.from(
			await page.screenshot({ clip: { x: 0, y: 0, width: 99, height: 99 } }),
		);
		await page
			.locator('input[type=file]')
			.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: picture });
		await page.getByRole('button', { name: 'Remove picture' }).click();
		await page.getByRole('button', { name: 'Remove picture' }).waitFor({ state: 'detached' });
		// What is not saved is there again.
		await page.getByRole('link', { name: 'Privacy' }).click();
		await page.getByRole('heading', { level: 1, name: 'Privacy' }).waitFor();
		await page.getByRole('link', { name: 'You', exact: true }).click();
		await until('it is there again', async () => {
			const field = page.getByLabel('Emoji of the status');
			return (await field.inputValue({ timeout: 1_000 }).catch(() => '')) === 'no emoji';
		});
		await page.getByRole('link', { name: /Back to/ }).click();
		await page.getByText('Lena H.').waitFor();
		await lena.leave();
	});

	it('change how things look at once, and for good', async () => {
		const ugo = await at('ugo', '#/settings/look');
		const { page } = ugo;
		const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
		const light = await ground();
		await page.getByLabel('Night').check();
		expect(await ground()).not.toBe(light);
		const dark = await ground();
		await page.getByRole('radio', { name: 'Close' }).check();
		await page.getByLabel('Size of messages').fill('18');
		// The first thing that is drawn is drawn so: nothing flashes.
		await page.addInitScript(() => {
			const seen: string[] = [];
			Object.assign(window, { seen });
			const look = () => {
				if (document.body) seen.push(getComputedStyle(document.body).backgroundColor);
				if (seen.length < 30) requestAnimationFrame(look);
			};
			requestAnimationFrame(look);
		});
		await page.reload();
		await page.getByRole('heading', { level: 1, name: 'Look' }).waitFor();
		await page.waitForFunction(() => (window as unknown as { seen: string[] }).seen.length >= 5);
		const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
		expect(new Set(seen)).toEqual(new Set([dark]));
		const body = await page.evaluate(() => ({
			size: getComputedStyle(document.body).fontSize,
			density: document.documentElement.dataset.density,
		}));
		expect(body).toEqual({ size: '18px', density: 'compact' });
		await page.getByRole('radio', { name: 'System' }).check();
		expect(await ground()).toBe(light);
		await page.goto(`${server.url}/#/settings/keys`);
		await page.getByRole('switch', { name: 'Enter sends' }).uncheck();
		await page.getByRole('switch', { name: 'Single-letter keys' }).uncheck();
		await page.getByRole('switch', { name: 'Sounds' }).check();
		expect(
			await page.evaluate(() =>
				['send', 'keys', 'sound', 'theme'].map((key) => localStorage.getItem(`hearth.${key}`)),
			),
		).toEqual(['mod', 'off', 'on', null]);
		await ugo.leave();
	});

	it('say when not to be told of anything, and of whom one wants to hear nothing', async () => {
		await server.call('POST', '/api/v1/signup', { name: 'pest', password: PASSWORD });
		const rui = await at('rui', '#/settings/notifications');
		const { page } = rui;
		await page.getByRole('switch', { name: 'Quiet hours' }).check();
		await page.getByLabel('From').fill('21:30');
		await page.getByLabel('To', { exact: true }).fill('21:30');
		await page.getByRole('button', { name: 'Save the hours' }).click();
		await page.getByText('They have to end at another time').waitFor();
		await page.getByLabel('To', { exact: true }).fill('06:15');
		await page.getByRole('button', { name: 'Save the hours' }).click();
		await page.getByText('Saved', { exact: true }).waitFor();
		await page.reload();
		await page.getByRole('switch', { name: 'Quiet hours' }).waitFor();
		await until(
			'it is as it was set',
			async () => (await page.getByLabel('From').inputValue()) === '21:30',
		);
		await page.getByRole('link', { name: 'Privacy' }).click();
		await page.getByRole('switch', { name: /Tell others/ }).uncheck();
		await page.getByLabel('Whom to block').fill('no-such-name');
		await page.getByRole('button', { name: 'Block', exact: true }).click();
		await page.getByText('There is nobody called ‘no-such-name’.').waitFor();
		await page.getByLabel('Whom to block').fill('pest');
		await page.getByRole('button', { name: 'Block', exact: true }).click();
		await page.getByRole('button', { name: 'Unblock pest' }).waitFor();
		await page.reload();
		await page.getByRole('button', { name: 'Unblock pest' }).click();
		await page.getByText('You have blocked nobody.').waitFor();
		expect(await page.getByRole('switch', { name: /Tell others/ }).isChecked()).toBe(false);
		await rui.leave();
	});

	it('say whether this browser is told while the page is closed, why not, and turn it on and off', async () => {
		// Sealed for whom nobody knows; the address is never asked, for nothing is said.
		const keys = {
			p256dh:
				'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
			auth: 'BTBZMqHH6r4Tts7J_aSIgg',
		};
		const zoe = await at('zoe', '#/settings/notifications', { worker: true });
		const { page } = zoe;
		// The service worker begins after some of the page's seconds, which are shorter here.
		await page.addInitScript(() => {
			const { setInterval } = window;
			const shorter = (done: () => void, ms: number) => setInterval(done, ms / 10);
			Object.assign(window, { setInterval: shorter });
		});
		await page.addInitScript((keys) => {
			const state = () => localStorage.getItem('test.push') ?? '';
			const asked = () =>
				state() === 'denied' ? 'denied' : state() === '' ? 'default' : 'granted';
			const fake = {
				get permission() {
					return asked();
				},
				requestPermission: async () => {
					localStorage.setItem('test.push', state() || 'off');
					return asked();
				},
			};
			const endpoint = 'https://push.example/one';
			const one = {
				toJSON: () => ({ endpoint, keys }),
				unsubscribe: async () => localStorage.setItem('test.push', 'off'),
			};
			Object.assign(window, { Notification: fake });
			Object.assign(PushManager.prototype, {
				getSubscription: async () => (state() === 'on' ? one : null),
				subscribe: async () => {
					if (state() === 'fails') throw new Error('no push service');
					localStorage.setItem('test.push', 'on');
					return one;
				},
			});
		}, keys);
		const told = page.getByRole('switch', { name: /Tell this browser/ });
		const stands = async (state: string) => {
			await page.evaluate((state) => localStorage.setItem('test.push', state), state);
			await page.reload();
		};
		await page.getByRole('heading', { name: 'This device' }).waitFor();
		await stands('fails');
		await told.click();
		await page.getByText('The browser did not reach its push service.').waitFor();
		expect(await told.isChecked()).toBe(false);
		await stands('');
		await told.click();
		await until('it is on', () => told.isChecked());
		await page.getByText('by push.example').waitFor();
		await page.getByText('This one', { exact: true }).waitFor();
		await page.reload();
		await until('it is on still', () => told.isChecked());
		const taken = page.waitForResponse(
			(answer) => answer.url().includes('/push/') && answer.request().method() === 'PUT',
		);
		await page.getByRole('switch', { name: /Say what was written/ }).uncheck();
		await taken;
		await page.reload();
		await until('the words are left out', async () => {
			return !(await page.getByRole('switch', { name: /Say what was written/ }).isChecked());
		});
		await told.click();
		await page.getByText('No browser is told while it sleeps.').waitFor();
		expect(await told.isChecked()).toBe(false);
		await stands('denied');
		await page.getByText('It is told of nothing until that is changed.').waitFor();
		expect(await told.count()).toBe(0);
		// A browser that knows no push.
		await page.addInitScript(() => Reflect.deleteProperty(window, 'PushManager'));
		await stands('off');
		await page.getByText('It is told only while the page is open').waitFor();
		await zoe.leave();
	});

	it('keep the account safe: sessions, password, second factor', async () => {
		const eva = await at('eva', '#/settings/security');
		const { page } = eva;
		for (let more = 0; more < 3; more += 1) {
			const body = { name: 'eva', password: PASSWORD, device_name: `Phone ${more}` };
			await server.call('POST', '/api/v1/login', body);
		}
		await page.reload();
		await page.getByText('This one').waitFor();
		await page.getByRole('button', { name: 'End Phone 0' }).click();
		await page.getByRole('button', { name: 'End Phone 0' }).waitFor({ state: 'detached' });
		await page.getByRole('button', { name: 'End all others' }).click();
		await page.getByText('All others have ended.').waitFor();
		await page.getByText('Phone 1').waitFor({ state: 'detached' });

		const form = page.getByRole('form', { name: 'Password' });
		await form.getByLabel('Password now').fill('not this one');
		await form.getByLabel('New password').fill('eight quiet ferries');
		await form.getByRole('button', { name: 'Set the password' }).click();
		await form.getByRole('alert').waitFor();
		await form.getByLabel('Password now').fill(PASSWORD);
		await form.getByRole('button', { name: 'Set the password' }).click();
		await page.getByText('It is set.').waitFor();

		await page.getByText('It is off.').waitFor();
		expect(await page.getByRole('button', { name: 'Turn it off' }).count()).toBe(0);
		await page.getByLabel('Your password').first().fill('eight quiet ferries');
		await page.getByRole('button', { name: 'Set it up' }).click();
		await page.getByRole('img', { name: 'Code to scan' }).waitFor();
		await inLooks(eva, 'settings-factor');
		const secret = await page.locator('code.mono').innerText();
		await page.getByLabel('Code', { exact: true }).fill('000000');
		await page.getByRole('button', { name: 'Turn it on' }).click();
		await page.getByRole('alert').waitFor();
		await page.getByLabel('Code', { exact: true }).fill(totp(secret));
		await page.getByRole('button', { name: 'Turn it on' }).click();
		const codes = page.getByRole('group', { name: 'Recovery codes' });
		await codes.waitFor();
		await inLooks(eva, 'settings-recovery');
		// They are told once: a phone that is turned must not lose them.
		expect(await codes.locator('li').count()).toBe(10);
		const download = page.waitForEvent('download');
		await page.getByRole('button', { name: 'Download' }).click();
		expect((await download).suggestedFilename()).toBe('hearth-recovery-codes.txt');
		await page.getByRole('button', { name: 'I have kept them' }).click();
		await codes.waitFor({ state: 'detached' });
		// It is on, and that is said also to who comes back.
		await page.reload();
		await page.getByText('It is on.', { exact: true }).waitFor();
		expect(await page.getByRole('button', { name: 'Set it up' }).count()).toBe(0);
		await page.getByLabel('Your password').first().fill('eight quiet ferries');
		await page.getByRole('button', { name: 'Turn it off' }).click();
		await page.getByText('It is off.').waitFor();
		await page.getByText('This server sends no mail').waitFor();
		await eva.leave();
	});

	it('end an account, with what remains said', async () => {
		const abe = await at('abe', '#/settings/account');
		const { page } = abe;
		await page.getByText('What stays: what you wrote').waitFor();
		await page.getByRole('button', { name: 'Delete the account' }).click();
		await page.getByLabel('Type abe to confirm').fill('ab');
		await page.getByLabel('Your password').fill(PASSWORD);
		const isOff = page
			.getByRole('button', { name: 'Delete it for ever' })
			.getAttribute('aria-disabled');
		expect(await isOff).toBe('true');
		await page.getByLabel('Type abe to confirm').fill('abe');
		await page.getByLabel('Your password').fill('not this one');
		await page.getByRole('button', { name: 'Delete it for ever' }).click();
		await page.getByRole('alert').waitFor();
		await page.getByLabel('Your password').fill(PASSWORD);
		await page.getByRole('button', { name: 'Delete it for ever' }).click();
		// The page is loaded anew; before that it may have said that the session has ended.
		await page.waitForURL((url) => url.hash === '');
		await page.getByRole('button', { name: 'Sign in' }).waitFor();
		await signIn(abe, 'abe');
		await page.getByRole('alert').waitFor();
		await abe.leave();
	});
});

describe('an administrator', () => {
	it('sees how the server is and looks after people, invites and bots; nobody else does', async () => {
		const nia = await at('nia', '#/admin');
		await nia.page.getByText('This is for administrators only.').waitFor();
		await nia.page.goto(`${server.url}/#/settings`);
		await nia.page.getByRole('heading', { level: 1, name: 'You' }).waitFor();
		expect(await nia.page.getByRole('link', { name: 'Server overview' }).count()).toBe(0);

		const ines = await at('root-ines', '#/settings', { clock: true });
		const { page } = ines;
		await page.getByRole('link', { name: 'Server overview' }).click();
		await page.getByText('Messages flow.').waitFor();
		await page.getByText(/^Live/).waitFor();
		await page.locator('.spark[d^="M"]').first().waitFor({ state: 'attached' });
		// What is older than ten seconds is said to be so.
		await page.route('**/api/v1/admin/health', (route) => route.abort());
		await ines.passes(11);
		await page.getByText(/^As of/).waitFor();
		await page.unroute('**/api/v1/admin/health');
		await page.getByText(/^Live/).waitFor();
		const servers = page.getByRole('table', { name: 'Servers' }).locator('tbody tr');
		expect(await servers.count()).toBe(1);
		await servers.getByText(/^Ready, answers here$/).waitFor();
		await page.getByText(/commits .* 99 % within/).waitFor();
		// Many servers, of which one is away, and a Redis that does not answer.
		await page.route('**/api/v1/admin/health', async (route) => {
			const answer = await route.fetch();
			const health = (await answer.json()) as Health;
			const at_ms = Math.floor(health.wall_ms / 60_000) * 60_000;
			const [own] = health.nodes;
			if (!own?.said) return route.fulfill({ json: health });
			const said = { ...own.said, address: 'second:8080', users: 1_234 };
			const away_since_ms = health.wall_ms - 60_000;
			const dead = { ...said, address: 'third:8080' };
			health.nodes.push(
				{ ...own, node: 'n-2', said },
				{ ...own, node: 'n-3', state: 'away', away_since_ms, said: dead },
			);
			health.redis = [{ address: 'redis:6379', up: { ok: false, why: 'it does not answer' } }];
			health.minutes = [3, 9, 5].map((messages, n) => ({
				at_ms: at_ms - (3 - n) * 60_000,
				messages,
				deliveries: 10 * messages,
			}));
			return route.fulfill({ json: health });
		});
		await page.getByText(/third:8080 has not been heard since/).waitFor();
		await page.getByText(/redis:6379 cannot be used/).waitFor();
		expect(await servers.count()).toBe(3);
		await servers.getByText('1,234').waitFor();
		await servers.getByText(/^Not heard since/).waitFor();
		const hour = page.getByRole('img', { name: /Messages a second, each minute of the last hour/ });
		expect(await hour.getAttribute('aria-label')).toContain('5 in the last, at most 9');
		await page.getByText('at most 9 a minute in the last hour').waitFor();
		// Nobody asks for whom the page is hidden.
		let asked = 0;
		page.on('request', (request) => {
			if (request.url().endsWith('/admin/health')) asked += 1;
		});
		const turn = (how: string) =>
			page.evaluate((state) => {
				Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
				document.dispatchEvent(new Event('visibilitychange'));
			}, how);
		await turn('hidden');
		asked = 0;
		await ines.passes(11);
		await page.getByText(/^As of/).waitFor();
		expect(asked).toBe(0);
		await turn('visible');
		await page.getByText(/^Live/).waitFor();
		await page.unroute('**/api/v1/admin/health');

		await page.getByRole('link', { name: 'People' }).click();
		await page.getByLabel('Name begins with').fill('nia');
		await page.getByRole('button', { name: 'Actions for nia' }).click();
		await page.getByText(/1 session, used/).waitFor();
		await page.getByRole('button', { name: 'Make a link for a new password' }).click();
		await page.getByRole('button', { name: 'Do it' }).click();
		const link = await page
			.getByRole('group', { name: 'Link for a new password' })
			.locator('code')
			.innerText();
		expect(link).toContain('#reset=');
		await page.getByRole('button', { name: 'Done, hide it' }).click();
		await page.getByRole('button', { name: 'Make administrator' }).click();
		await page.getByRole('button', { name: 'Do it' }).click();
		await page.locator('.pill', { hasText: 'Administrator' }).waitFor();
		await page.getByRole('button', { name: 'Take the right away' }).click();
		await page.getByRole('button', { name: 'Do it' }).click();
		await page.getByRole('button', { name: 'Deactivate' }).click();
		await page.getByRole('button', { name: 'Do it' }).click();
		await page.getByText('Deactivated', { exact: true }).waitFor();
		// Her page is asked to sign in again, and says why it cannot.
		await nia.page.getByText('Your session has ended.').waitFor();
		await inLooks(nia, 'gate-again');
		await signIn(nia, 'nia');
		await nia.page.locator('#gate-wrong').waitFor();
		await page.getByRole('button', { name: 'Reactivate' }).click();
		await page.getByText('Active', { exact: true }).waitFor();
		await page.getByLabel('Name begins with').fill('zzz');
		await page.getByText('Nobody’s name begins with ‘zzz’.').waitFor();

		await page.getByRole('link', { name: 'Invites' }).click();
		await page.getByText('There are no invites.').waitFor();
		await page.getByLabel('For how many people').fill('3');
		await page.getByRole('button', { name: 'Make an invite' }).click();
		await page.getByRole('group', { name: 'Invite link' }).waitFor();
		await page.getByText('0 of 3 used').waitFor();
		await page.getByRole('button', { name: 'Done, hide it' }).click();
		await page.getByRole('button', { name: /^Withdraw/ }).click();
		await page.getByText('There are no invites.').waitFor();

		await page.getByRole('link', { name: 'Bots' }).click();
		await page.getByText('There are no bots.').waitFor();
		await page.getByLabel('Name', { exact: true }).fill('helper-bot');
		await page.getByRole('button', { name: 'Make a bot' }).click();
		await page.getByText('It has none: no program can use it.').waitFor();
		await page.getByRole('button', { name: 'Make a token' }).click();
		await page.getByText('It needs a name.').waitFor();
		await page.getByLabel('What it is for').fill('tests');
		await page.getByRole('button', { name: 'Make a token' }).click();
		const secret = await page.getByRole('group', { name: 'Token' }).locator('code').innerText();
		const rooms = await server.call<{ rooms: object[] }>('GET', '/api/v1/rooms', undefined, secret);
		expect(rooms.rooms).toEqual([]);
		await page.getByRole('button', { name: 'Revoke tests' }).click();
		await page.getByText('It has none: no program can use it.').waitFor();

		await page.getByRole('link', { name: 'Rooms', exact: true }).click();
		await page.getByText('There are no such rooms.').waitFor();
		const quiet = { name: 'quiet corner', kind: 'private' };
		await server.call('POST', '/api/v1/rooms', quiet, admin);
		await page.getByLabel('Words of the name').fill('corner');
		const row = page.getByRole('row', { name: /quiet corner/ });
		await row.getByText('Private').waitFor();
		await page.getByLabel('Words of the name').fill('nothing of the kind');
		await page.getByText('There are no such rooms.').waitFor();
		await page.getByRole('link', { name: 'Audit log' }).click();
		await page.getByText('revoked a token of').waitFor();
		await page.getByText('made a link for a new password for').waitFor();
		await page.getByText('looked at the list of all rooms').waitFor();
		await ines.leave();
		await nia.leave();
	});
});

describe('the gate', () => {
	it('shows what is typed, and offers a link by mail where there is mail', async () => {
		const lou = await Person.at(browser, server.url, { clock: true });
		const { page } = lou;
		await page.getByLabel('Password').fill('seven');
		await page.getByRole('button', { name: 'Show what is typed' }).click();
		expect(await page.getByLabel('Password').getAttribute('type')).toBe('text');
		await page.getByRole('button', { name: 'Hide what is typed' }).click();
		await page.getByRole('button', { name: 'Forgot your password?' }).click();
		await page.getByLabel('Name').fill('lena');
		await page.getByRole('button', { name: 'Send a link' }).click();
		await page.getByText('This server sends no mail.').waitFor();
		await page.getByRole('button', { name: 'Back to signing in' }).click();
		// A server that takes no more tries says how long.
		await page.route('**/api/v1/login', (route) =>
			route.fulfill({
				status: 429,
				json: { error: 'busy', code: 'busy', message: 'Too many.', retry_after_ms: 60_000 },
			}),
		);
		await signIn(lou, 'lena', 'wrong wrong wrong');
		await page.getByRole('button', { name: /Again in \d+ seconds/ }).waitFor();
		await lou.passes(60);
		await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
		// A link that confirms an address, here one that is not good.
		await page.goto('about:blank');
		await page.goto(`${server.url}/#mail=made-up`);
		await page.getByRole('button', { name: 'Confirm it' }).click();
		await page.getByRole('alert').waitFor();
		await lou.leave();
	});
});

describe.each(LOOKS)('every page in $name', (look) => {
	it('is without a fault that axe finds', async () => {
		await server
			.call('POST', '/api/v1/admin/bots', { name: 'helper-bot' }, admin)
			.catch(() => undefined);
		const person = await at('root-ines', '#/settings', look);
		const { page } = person;
		const themes: Theme[] = ['light', 'dark'];
		if (!look.touch) themes.push('contrast');
		if (look.touch) {
			await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
			await page.getByRole('link', { name: 'Server overview' }).waitFor();
			await screenOf(person, look, 'settings');
		}
		const PAGES: [string, string, string][] = [
			['settings', 'profile', 'Time zone'],
			['settings', 'look', 'Size of messages'],
			['settings', 'keys', 'Sounds'],
			['settings', 'notifications', 'Browsers that are told'],
			['settings', 'privacy', 'Whom to block'],
			['settings', 'security', 'This server sends no mail'],
			['settings', 'account', 'What stays'],
			['admin', 'overview', 'Messages flow.'],
			['admin', 'people', 'Administrator'],
			['admin', 'rooms', 'All rooms that have a name'],
			['admin', 'invites', 'For how many people'],
			['admin', 'bots', 'helper-bot'],
			['admin', 'log', 'first administrator'],
		];
		for (const [place, tab, text] of PAGES) {
			await page.goto(`${server.url}/#/${place}/${tab}`);
			await page.getByText(text).first().waitFor();
			// With what is shown once.
			if (tab === 'people') {
				await page.getByRole('button', { name: 'Actions for eva' }).click();
				await page.getByRole('button', { name: 'Make a link for a new password' }).click();
				await page.getByRole('button', { name: 'Do it' }).click();
				await page.getByRole('group', { name: 'Link for a new password' }).waitFor();
			}
			if (tab === 'invites') {
				await page.getByRole('button', { name: 'Make an invite' }).click();
				await page.getByRole('group', { name: 'Invite link' }).waitFor();
			}
			if (tab === 'bots') {
				await page
					.getByRole('button', { name: /^Tokens/ })
					.first()
					.click();
				await page.getByLabel('What it is for').fill('tests');
				await page.getByRole('button', { name: 'Make a token' }).click();
				await page.getByRole('group', { name: 'Token' }).waitFor();
			}
			if (tab === 'overview')
				await page.locator('.spark[d^="M"]').first().waitFor({ state: 'attached' });
			await screenOf(person, look, `${place}-${tab}`, themes);
			if (!look.touch && (tab === 'look' || tab === 'overview'))
				await pictured(person, `${place}-${tab}`);
			await page.setViewportSize({ width: 320, height: 640 });
			const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
			expect(fits, `${place}/${tab} at 320`).toBe(true);
			await page.setViewportSize({ width: look.width ?? 1280, height: look.height ?? 800 });
		}
		await person.leave();
	});
});
