import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, Person, Server, until } from './stage';

let server: Server;
let browser: Browser;
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launch()]);
});
afterAll(async () => {
	await server?.stop();
});

const BODIES = [
	'<script>alert(1)</script>',
	'<img src=x onerror=alert(1)>',
	'<svg onload=alert(1)>',
	'[click](javascript:alert(1))',
	'![i](https://evil.example/pixel.png)',
	'<iframe src="https://evil.example"></iframe>',
	'<style>*{display:none}</style>',
	'<a href="https://evil.example" onclick="alert(1)">x</a>',
	'{{constructor.constructor("alert(1)")()}}',
	'{@html "<b>x</b>"}',
	'```<script>alert(1)</script>\nx\n```',
	'| <img src=x onerror=alert(1)> | b |\n|-|-|\n| <b>x</b> | 2 |',
	'\u202egnp.exe\u202c and \u2066isolated\u2069',
	`zalgo ${'a\u0300\u0301\u0302\u0303'.repeat(200)}`,
	'zero\u200bwidth\u200djoin\ufeff',
	'x'.repeat(16_000),
	`${'> '.repeat(2_000)}deep`,
	`${'[['.repeat(3_000)}`,
	'👩‍👩‍👧‍👦'.repeat(300),
	'مرحبا hello שלום',
	`http://${'a'.repeat(2_000)}.example/`,
	'data:text/html,<script>alert(1)</script>',
	'&lt;script&gt;alert(1)&lt;/script&gt; &#60;b&#62;',
];
const NAMES = ['__proto__', 'constructor', 'toString', 'Ünïcödé', '日本語'];
/** Shown names, and what people say that they do. */
const SHOWN = [
	'<img src=x onerror=alert(1)>',
	'{@html x}',
	'\u202eadmin\u202c\u2066',
	'\u200b\u200d\u3164',
	`z${'\u0301'.repeat(60)}`,
	'reader',
];
const FILE = '<img src=x onerror=alert(1)>\u202egnp.txt';
const ROOMS = ['<script>alert(1)</script>', '"><img src=x>', '__proto__', '{@html x}', 'نص عربي'];

it('hostile names, rooms and bodies are text: no script, no request elsewhere, no report of the policy', async () => {
	const reader = await Person.in(browser, server.url, 'reader');
	const room = await reader.create('hostile');
	const reactor = await server.someone('reactor');
	await reactor.call('POST', `/api/v1/rooms/${room}/join`);
	let last = 0;
	for (const [at, body] of BODIES.entries()) {
		last = await reactor.say(room, body);
		if (at % 5 === 0)
			await reactor.send(room, { kind: 'react', target: last, emoji: '👩‍👩‍👧‍👦', on: true });
	}
	await reactor.send(room, { kind: 'message', text: 'an answer to markup', reply_to: 2 });
	for (const name of NAMES) {
		const someone = await server.someone(name);
		await someone.call('POST', `/api/v1/rooms/${room}/join`);
		await someone.say(room, `by ${name}, to @reader and @__proto__`);
	}
	for (const [at, display] of SHOWN.entries()) {
		const someone = await server.someone(`shown${at}`);
		const said = { display, status_emoji: '🌱', status_text: '<b onclick=alert(1)>{@html x}</b>' };
		await someone.call('PATCH', '/api/v1/me', said);
		await someone.call('POST', `/api/v1/rooms/${room}/join`);
		await someone.say(room, `shown as number ${at}`);
	}
	const file = await reactor.upload(room, FILE, new TextEncoder().encode('<b>no page</b>'));
	const attachments = [{ id: file }];
	await reactor.send(room, { kind: 'message', text: 'with a file', attachments });
	for (const name of ROOMS) {
		const odd = await reactor.room(name);
		await reactor.send(odd, { kind: 'topic', topic: `<img src=x onerror=alert(1)> ${name}` });
		const { id } = await server.call<{ id: string }>(
			'GET',
			'/api/v1/users/reader',
			undefined,
			reactor.token,
		);
		await reactor.send(odd, { kind: 'invite', user: id });
	}
	await reader.sees('by 日本語');
	for (const name of ROOMS) {
		await reader.page.locator('.row', { hasText: name }).click();
		await reader.page.getByRole('heading', { level: 1, name }).waitFor();
	}
	await reader.open('hostile');
	await reader.page.reload();
	await reader.inRoom('hostile');
	await reader.sees('by 日本語');
	const by = (at: number) => reader.message(`shown as number ${at}`).locator('.msg-by');
	for (const [at, text] of [SHOWN[0], SHOWN[1], 'admin', 'shown3'].entries()) {
		await until(`they are shown as ${text}`, async () => (await by(at).innerText()) === text);
	}
	await until('their own name stands beside another’s', async () =>
		(await reader.message('shown as number 5').innerText()).includes('@shown5'),
	);
	// The server leaves out of a file's name what no system's files may have.
	const name = reader.message('with a file').locator('a.file .nm');
	expect(await name.innerText()).toBe('img src=x onerror=alert(1)gnp.txt');
	const shown = (await reader.reads()).join('\n');
	for (const text of [
		'<script>alert(1)</script>',
		'<img src=x onerror=alert(1)>',
		'<style>*{display:none}</style>',
		'[click](javascript:alert(1))',
	]) {
		expect(shown).toContain(text);
	}
	expect(
		await reader.page
			.locator('article :is(script, img, iframe, style, object, embed, form)')
			.count(),
	).toBe(0);
	const links = await reader.page
		.locator('article a:not(.file)')
		.evaluateAll((all) => all.map((link) => [link.getAttribute('href'), link.getAttribute('rel')]));
	for (const [href, rel] of links) {
		expect(href).toMatch(/^(https?:|mailto:)/);
		expect(rel).toBe('noopener noreferrer');
	}
	// However wide a text is, the page does not scroll sideways.
	expect(await reader.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(
		true,
	);
	await reader.shoot('hostile');
	await reader.leave();
});
