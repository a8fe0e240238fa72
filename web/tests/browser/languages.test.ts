import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, Network, Server, until, type Writer } from './stage';
import { totp } from './totp';

/** Where a browser remembers which language was chosen. */
const CHOSEN = 'hearth.language';
const web = join(import.meta.dirname, '../..');

const PASSWORD = 'seven quiet ferries';

let server: Server;
let browser: Browser;
let one: Writer;
/** Rooms: in which whatever happens has happened, with slow mode, in which much is said, and one of the reader's own. */
let room = '';
let slow = '';
let busy = '';
let own = '';
/** Whoever reads: an administrator. */
let token = '';
/** The client, built so that every word that is from `words` bears marks, and no letter of the alphabet. */
let marked = '';
beforeAll(async () => {
	marked = mkdtempSync(join(tmpdir(), 'hearth-marked-'));
	const building = promisify(execFile)(
		join(web, 'node_modules/.bin/vite'),
		['build', '--mode', 'pseudo', '--outDir', marked, '--logLevel', 'error', '--minify', 'false'],
		{ cwd: web, env: { ...process.env, NODE_ENV: 'production' } },
	);
	[server, browser] = await Promise.all([Server.start(), launch(), building]);
	let first = '';
	await until('the server says the link', () => {
		first = server.log.match(/#first=([\w-]+)/)?.[1] ?? '';
		return first !== '';
	});
	const reader = { name: '12', password: PASSWORD, device_name: '1', first };
	const made = await server.call<{ token: string }>('POST', '/api/v1/signup', reader);
	({ token } = made);
	// What people write has no letters of the alphabet, so that whatever has is the client's.
	one = await server.someone('111');
	const { id: user } = await server.someone('113');
	room = await one.room('222');
	for (const body of [
		{ kind: 'topic', topic: '333' },
		{ kind: 'topic', topic: '' },
		{ kind: 'description', description: '333' },
		{ kind: 'invite', user },
		{ kind: 'role', user, role: 'moderator' },
		{ kind: 'remove', user, reason: '1' },
		{ kind: 'ban', user },
		{ kind: 'unban', user },
		{ kind: 'slow', seconds: 60 },
		{ kind: 'slow', seconds: 0 },
		{ kind: 'right', right: 'react', role: 'member' },
		{ kind: 'archive', on: true },
		{ kind: 'archive', on: false },
		{ kind: 'right', right: 'pin', role: 'member' },
	])
		await one.send(room, body);
	for (const name of ['223', '222'])
		await one.call('POST', `/api/v1/rooms/${room}/rename`, { name });
	await one.say(room, '444 **555**\n\n- [x] 666\n- [ ] 777');
	const target = await one.say(room, '888');
	await one.send(room, { kind: 'react', target, emoji: '👍', on: true });
	await one.send(room, { kind: 'edit', target, text: '889' });
	await one.send(room, { kind: 'message', text: '1', thread: { root: target } });
	await one.send(room, { kind: 'message', text: '999', reply_to: target });
	const gone = await one.say(room, '000');
	await one.send(room, { kind: 'delete', target: gone });
	await one.say(room, '```\n1 + 1\n```');
	await one.say(room, '| 1 | 2 |\n|---|---|\n| 3 | 4 |');
	const picture = new Uint8Array(readFileSync(join(web, 'src/icons/icon-192.png')));
	const files = [
		await one.upload(room, '1', picture),
		await one.upload(room, '2.2', new Uint8Array([1])),
	];
	await one.send(room, { kind: 'message', text: '', attachments: files.map((id) => ({ id })) });
	const other = await server.someone('114');
	await other.call('POST', `/api/v1/rooms/${room}/join`);
	slow = await one.room('333');
	await one.send(slow, { kind: 'slow', seconds: 60 });
	busy = await one.room('444');
	own = (await server.call<{ id: string }>('POST', '/api/v1/rooms', { name: '555' }, token)).id;
	await one.call('POST', `/api/v1/rooms/${own}/join`);
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

/**
 * What stands on the page, or is said to a reader of screens, and has a letter of the alphabet, except for what is the same in
 * every language: what is on a key, what is to be read by a program, a language by its own name, the names of browsers and
 * systems, of time zones and of servers. A server's own words stand in quotes.
 */
const foreign = (page: Page) =>
	page.evaluate(() => {
		const found: string[] = [];
		const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);
		const names = /\b(Chrome|Linux|UTC|node-\w+|\S+:\d+)(?!\w)/g;
		const isForeign = (text: string) =>
			/[A-Za-z]/.test(text.replace(names, '')) && !zones.has(text);
		for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
			if (element.closest('script, style, noscript, code, .mono, [lang]:not(html)')) continue;
			for (const name of ['aria-label', 'aria-valuetext', 'title', 'placeholder', 'alt']) {
				const text = element.getAttribute(name) ?? '';
				if (isForeign(text)) found.push(`${element.tagName} ${name}: ${text}`);
			}
			for (const node of element.childNodes) {
				let text = node.nodeType === Node.TEXT_NODE ? (node.textContent?.trim() ?? '') : '';
				if (element.matches('kbd')) text = text.replace(/\b(Ctrl|Esc|Alt|[A-Z])\b/, '');
				if (element.closest('[role="alert"]')) text = text.replace(/“.*”/, '');
				if (isForeign(text)) found.push(`${element.tagName}.${element.className}: ${text}`);
			}
		}
		return found;
	});

/** An English word of ours as the marked client says it. */
const marks = (english: string) =>
	english.replace(/[A-Za-z]/g, (letter) =>
		String.fromCodePoint(0x1e00 + (letter.toLowerCase().charCodeAt(0) - 97) * 2),
	);

describe('the words', () => {
	it('are all from one place: a client with marked words shows no other', async () => {
		const network = await Network.to(server);
		// Of a language whose letters are others, so that dates, and whatever else the browser says, have none of the alphabet.
		const context = await browser.newContext({
			viewport: { width: 1280, height: 860 },
			locale: 'ar',
			serviceWorkers: 'block',
		});
		const page = await context.newPage();
		const { keyboard } = page;
		const faults: string[] = [];
		page.on('pageerror', (error) => faults.push(String(error)));
		// The worker's script would be the server's own: this page does without.
		await page.addInitScript(() => {
			if (location.host) sessionStorage.setItem('hearth.without-worker', 'yes');
		});
		await serveMarked(page);

		const found: string[] = [];
		let looks = 0;
		/** What is shown now, and whether it is. */
		const screen = async (name: string, there: Locator) => {
			await there.first().waitFor({ state: 'attached' });
			looks += 1;
			for (const one of await foreign(page)) found.push(`${name}: ${one}`);
		};
		type Role = Parameters<Page['getByRole']>[0];
		const at = (role: Role, name: string, exact = false) =>
			page.getByRole(role, { name: exact ? `⟦${marks(name)}⟧` : marks(name), exact }).first();
		const text = (said: string) => page.getByText(marks(said)).first();
		const button = (name: string) => at('button', name).click();
		const field = (name: string) => page.getByLabel(marks(name)).first();
		const said = (words: string) =>
			page.locator('article', { has: page.locator('.msg-body', { hasText: words }) }).last();
		const composer = page.locator('.conv .cmp textarea');
		const goTo = (place: string) =>
			page.evaluate((place) => {
				location.hash = place;
			}, place);
		const outward = async () => {
			await keyboard.press('Escape');
			await page.locator('dialog').waitFor({ state: 'detached' });
		};
		/** The menu of a message, and what is chosen of it. */
		const menu = async (words: string, item = '') => {
			await said(words).focus();
			await keyboard.press('.');
			await page.getByRole('menu').waitFor();
			if (item) await at('menuitem', item).click();
		};

		// The gate.
		for (const [name, place, words] of [
			['a name is enough', '', 'Who are you?'],
			['a new password', '#reset=1', 'All your other devices will be signed out'],
			['an address confirmed', '#mail=1', 'Confirm that it is yours'],
			['an invitation', '#invitation=1', 'You were invited'],
			['the first administrator', '#first=1', 'You will be the first administrator'],
		] as const) {
			await page.goto('about:blank');
			await page.goto(`${network.url}/${place}`);
			await screen(name, text(words));
		}
		await button('Sign in');
		await screen('a password', field('Password'));
		await button('Forgot your password?');
		await field('Name').fill('1');
		await button('Send a link');
		await screen('no mail', page.getByRole('alert'));
		await button('Back to signing in');
		await field('Name').fill('12');
		await field('Password').fill('1');
		await keyboard.press('Enter');
		await screen('a wrong password', page.getByRole('alert'));
		await field('Password').fill(PASSWORD);
		await keyboard.press('Enter');
		await screen('no room', page.locator('.start button'));

		// Rooms: found, made, entered, with people.
		await page.locator('.start button').first().click();
		await screen('find', at('button', 'Join'));
		await field('Name, topic or description').fill('999');
		await screen('nothing found', text('No room called'));
		await button('With topic and people');
		await field('Name').fill('1'.repeat(26));
		await field('Add people').fill('999');
		await keyboard.press('Enter');
		await screen('create, with faults', page.getByRole('alert'));
		await field('Name').fill('222');
		await screen('create, a name that is taken', text('There is a room called'));
		await outward();
		await goTo(`#invitation=${'0'.repeat(40)}`);
		await screen('an invitation that is none', page.getByRole('dialog').getByRole('alert'));
		await outward();
		await at('button', 'New direct message').click();
		await field('Name').fill('1');
		await screen('people offered', page.getByRole('option'));
		await field('Name').fill('999');
		await keyboard.press('Enter');
		await screen('direct, nobody', page.getByRole('dialog').getByRole('alert'));
		await outward();

		// A room, with whatever happens in one.
		for (const id of [room, slow, busy])
			await server.call('POST', `/api/v1/rooms/${id}/join`, {}, token);
		await goTo(`#/${room}`);
		await composer.waitFor();
		await said('889').focus();
		await screen('room', page.getByRole('toolbar'));
		await goTo(`#/${busy}`);
		await screen('a room of nothing', text('This is the very beginning'));
		await goTo(`#/${slow}`);
		await screen('slow mode', text('Slow mode: a message every'));
		await one.send(slow, { kind: 'archive', on: true });
		await screen('archived', text('This room is archived.'));
		await one.flood(busy, 100, (n) => String(n));
		await goTo(`#/${busy}`);
		await screen('much that is new', text('Jump to first'));
		const { id: direct } = await one.call<{ id: string }>('POST', '/api/v1/direct', {
			user: '12',
		});
		await goTo(`#/${direct}`);
		await screen('a direct room', text('This is the very beginning of what you and'));
		await composer.fill('1');
		const draft = { kind: 'draft', room: direct, text: '2' };
		await server.call('PUT', '/api/v1/own', draft, token);
		await screen('a draft of another device', text('Written on another device'));
		await composer.fill('');
		await goTo(`#/${room}`);
		await composer.waitFor();

		// Over it.
		await keyboard.press('Control+k');
		await screen('palette', page.getByRole('option'));
		await keyboard.type('>');
		await screen('commands', page.locator('[id^="command-"]'));
		await keyboard.type('99');
		await screen('no command', text('No command called'));
		await keyboard.press('Control+a');
		await keyboard.type('88');
		await screen('messages in the palette', page.locator('[id^="hit-"]'));
		await keyboard.press('Control+a');
		await keyboard.type(marks('>go to a day'));
		await page.locator('[id^="command-"][aria-selected="true"]').waitFor();
		await keyboard.press('Enter');
		await screen('a day', page.locator('#day'));
		await outward();
		await keyboard.press('Control+/');
		await screen('keys', page.locator('.keys kbd'));
		await outward();
		await said('889').focus();
		await keyboard.press('+');
		await screen('emoji', field('Search emoji'));
		await keyboard.type('99');
		await screen('no emoji', text('No emoji called'));
		await outward();
		await menu('889');
		await screen('menu', at('menuitem', 'Pin to this room'));
		await at('menuitem', 'Pin to this room').click();
		await menu('889', 'Save for later');
		await menu('889', 'Forward to a room');
		await field('Room or person').fill('99');
		await screen('forward, to nobody', text('No room or person called'));
		await outward();
		await menu('889', 'Who has read it');
		await screen('receipts', text('Not yet with'));
		await outward();
		await menu('889', 'What it was before');
		await screen('edits', text('As it was sent'));
		await outward();
		await menu('999', 'Hide for me');
		await screen('hidden, and undo', text('Message hidden'));
		await button('Undo');
		await said('999').waitFor();
		await page.locator('.pic .view').first().click();
		await screen('viewer', page.locator('dialog[open] header'));
		await outward();

		// Writing.
		await composer.fill('1');
		await button('Send later');
		await screen('later', page.getByRole('menuitem'));
		await at('menuitem', 'Pick date and time').click();
		await screen('a time', field('When to send it'));
		await keyboard.press('Escape');
		await button('Send later');
		await at('menuitem', 'Tomorrow at 9').click();
		await screen('scheduled, said', text('Goes out'));
		await composer.fill('@1');
		await screen('completion of people', page.getByRole('option'));
		await composer.fill('#2');
		await screen('completion of rooms', page.getByRole('option'));
		await composer.fill('1'.repeat(16_390));
		await screen('too long', at('button', 'Send as file'));
		await composer.fill('11');
		const chooser = page.waitForEvent('filechooser');
		await button('Attach files');
		const file = { name: '1.1', mimeType: 'text/plain', buffer: Buffer.from('1') };
		await (await chooser).setFiles([file]);
		await screen('tray', text('Add a description'));
		await page.locator('.tray .x').click();
		await page.route('**/api/v1/uploads', (route) =>
			route.fulfill({ status: 413, json: { code: 'too_large', message: '1' } }),
		);
		const again = page.waitForEvent('filechooser');
		await button('Attach files');
		await (await again).setFiles([file]);
		await screen('a file that is refused', page.locator('.tray').getByRole('alert'));
		await page.locator('.tray .x').click();
		await page.unroute('**/api/v1/uploads');
		await button('Insert an emoji');
		await screen('emoji beside the field', field('Search emoji'));
		await keyboard.press('Escape');
		await composer.fill('4321');
		await keyboard.press('Enter');
		await said('4321').and(page.locator('[data-seq]')).waitFor();
		await composer.press('ArrowUp');
		await screen('an edit', text('Editing your message'));
		await keyboard.press('Escape');
		await said('4321').focus();
		await keyboard.press('r');
		await screen('a reply', text('Replying to'));
		await keyboard.press('Escape');
		await said('4321').focus();
		await keyboard.press('Delete');
		await screen('delete', text('Delete this message?'));
		await at('button', 'Delete', true).click();
		await screen('undo', text('Message deleted'));
		const toast = await page.locator('.toast').boundingBox();
		expect(Math.round((toast?.x ?? 0) + (toast?.width ?? 0) / 2)).toBe(640);

		// Beside it.
		await page.locator('.thread').first().click();
		await screen('thread', text('Follow'));
		for (const [name, words] of [
			['Threads', 'in'],
			['Saved messages', 'Take out of saved'],
			['Scheduled', 'Send now'],
		] as const) {
			await button(name);
			await screen(name, page.locator('.panel').getByText(marks(words)));
		}
		await button('Change');
		await page.locator('.panel textarea').fill('');
		await at('button', 'Save', true).click();
		await screen('scheduled, changed', page.locator('.panel').getByRole('alert'));
		await button('Pinned messages');
		await screen('pins', text('Pinned by'));
		await button('Search in this room');
		await screen('search', page.locator('[role="search"] input:focus'));
		await keyboard.type('889');
		await button('More filters');
		await screen('search, found', page.locator('.hit'));
		await button('All rooms');
		await screen('search in all rooms', at('heading', 'Search'));
		await page.getByRole('combobox').fill('999999');
		await screen('search, nothing found', text('No message'));
		await page.getByRole('combobox').fill('1 before:2');
		await screen('search, refused', page.getByRole('alert'));
		await goTo(`#/${own}`);
		await composer.waitFor();
		await screen('a room without a message', text('This is the very beginning of'));
		await button('Room details');
		const panel = page.locator('.panel');
		await panel.locator('.block').first().waitFor();
		for (const summary of await panel.locator('summary').all()) await summary.click();
		await panel
			.getByRole('button', { name: marks('Edit') })
			.nth(1)
			.click();
		await page.getByRole('textbox', { name: marks('Topic') }).fill('1'.repeat(251));
		await at('button', 'Actions for 111').click();
		await at('button', 'Ban 111').click();
		await button('Make a link');
		await panel.getByLabel(marks('Name'), { exact: false }).last().fill('1');
		await button('Make a webhook');
		await field('Name of whom to ban').fill('999');
		await button('Ban somebody who is not in the room');
		await screen('details', panel.locator('.once').nth(1));
		await button('Rename');
		await screen('a webhook renamed', panel.locator('.under-it input'));
		await button('Archive the room');
		await button('Leave room');
		await screen('leaving', text('Leave it'));
		await page.locator('.panel .shut').click();

		// One's own, and the pages.
		await button('status, settings, sign out');
		await screen('one’s own menu', field('What are you doing?'));
		await keyboard.press('Escape');
		for (const [place, words] of [
			['settings/profile', 'Time zone'],
			['settings/look', 'Size of messages'],
			['settings/keys', 'Sounds'],
			['settings/notifications', 'Browsers that are told'],
			['settings/privacy', 'Whom to block'],
			['settings/account', 'What stays'],
			['settings/security', 'This server sends no mail'],
			['admin/people', 'Administrator'],
			['admin/rooms', 'All rooms that have a name'],
			['admin/invites', 'There are no invites.'],
			['admin/bots', 'Tokens'],
			['admin/log', 'first administrator'],
			['admin/overview', 'Messages flow.'],
		] as const) {
			await goTo(`#/${place}`);
			await screen(place, text(words));
		}
		await goTo('#/settings/profile');
		await field('Emoji of the status').fill('1');
		await at('button', 'Save', true).click();
		await screen('a profile that is refused', page.getByRole('alert'));
		await goTo('#/settings/notifications');
		await page.getByRole('switch', { name: marks('Quiet hours') }).click();
		await screen('quiet hours', field('From'));
		await goTo('#/settings/privacy');
		await field('Whom to block').fill('999');
		await button('Block');
		await screen('whom to block, nobody', page.getByRole('alert'));
		await goTo('#/settings/account');
		await button('Delete the account');
		await screen('the end of an account', text('to confirm'));
		await goTo('#/admin/people');
		await button('Actions for 111');
		await button('Make a link for a new password');
		await button('Do it');
		await screen('a link for a new password', page.locator('.once'));
		await goTo('#/admin/invites');
		await button('Make an invite');
		await screen('an invite', page.locator('.once'));
		await goTo('#/admin/bots');
		await field('Name').fill('99');
		await button('Make a bot');
		await text('It has none').waitFor();
		await field('What it is for').fill('1');
		await button('Make a token');
		await screen('a token', page.locator('.once'));
		await goTo('#/settings/security');
		await field('Your password').fill(PASSWORD);
		await button('Set it up');
		await screen('a second factor begun', at('img', 'Code to scan'));
		const secret = await page.locator('code.mono').innerText();
		const code = page.locator('[autocomplete="one-time-code"]');
		await code.fill('0');
		await button('Turn it on');
		await screen('a wrong code', page.getByRole('alert'));
		await code.fill(totp(secret));
		await button('Turn it on');
		await screen('recovery codes', at('group', 'Recovery codes'));
		const recovery = await page.locator('.codes li').first().innerText();

		// Without a connection, refused, and back.
		await goTo(`#/${busy}`);
		await composer.waitFor();
		network.cut();
		await composer.fill('1');
		await keyboard.press('Enter');
		await screen('no connection', page.locator('.banner', { hasText: marks('No connection.') }));
		await screen('what waits', text('1 waiting for the connection'));
		await one.flood(busy, 1_150, (n) => String(n));
		await one.send(busy, { kind: 'archive', on: true });
		network.mend();
		await button('Try now');
		await screen('back', page.locator('.banner.ok'));
		await screen('what was missed', page.locator('.gap'));
		await button('Jump to latest');
		await screen('a message that was refused', text('Couldn’t send'));
		// The session ends, by one who comes in elsewhere, with a recovery code.
		const elsewhere = await server.call<{ token: string }>('POST', '/api/v1/login', {
			name: '12',
			password: PASSWORD,
			device_name: '2',
			code: recovery,
		});
		await server.call('DELETE', '/api/v1/sessions', undefined, elsewhere.token);
		await screen('a session that has ended', text('Your session has ended.'));
		await page
			.locator('.again')
			.getByRole('button', { name: marks('Sign in') })
			.click();
		await field('Password').fill(PASSWORD);
		await keyboard.press('Enter');
		await screen('a second factor', code);
		await context.close();
		network.close();
		expect(found).toEqual([]);
		expect(looks).toBeGreaterThan(90);
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
