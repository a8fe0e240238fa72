import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../src/words/chosen';
import { types } from '../../tools/api.mjs';
import { firstLoad, GOAL } from './costs';
import { launch, Person, Server } from './stage';

let server: Server;
let browser: Browser;
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launch()]);
});
afterAll(async () => {
	await server?.stop();
});

const HTML = 'text/html,application/xhtml+xml,*/*;q=0.8';

/** A call of which nothing is undone: neither compression nor anything else. */
function raw(
	path: string,
	headers: Record<string, string>,
): Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }> {
	return new Promise((resolve, reject) => {
		const asked = request(server.url + path, { headers }, (answer) => {
			const parts: Buffer[] = [];
			answer.on('data', (part) => parts.push(part));
			answer.on('end', () =>
				resolve({
					status: answer.statusCode ?? 0,
					headers: answer.headers,
					body: Buffer.concat(parts),
				}),
			);
		});
		asked.on('error', reject);
		asked.end();
	});
}

describe('what the server serves', () => {
	it('is the client for people and the specification’s JSON for programs', async () => {
		for (const accept of ['*/*', 'application/json']) {
			const answer = await fetch(server.url, { headers: { accept } });
			expect(await answer.text()).toBe('{"message":"server started"}');
			expect(answer.headers.get('vary')).toBe('Accept');
		}
		const small = await raw('/', { accept: HTML, 'accept-encoding': 'gzip' });
		expect([small.headers['content-encoding'], small.headers.vary]).toEqual([
			'gzip',
			'Accept, Accept-Encoding',
		]);
		const page = await fetch(server.url, { headers: { accept: HTML } });
		expect(page.headers.get('content-security-policy')).toMatch(
			/^default-src 'none'; script-src 'self' 'sha256-[^']{44}';.*require-trusted-types-for 'script'/,
		);
		expect(page.headers.get('content-security-policy')).not.toMatch(/unsafe|\*|data:/);
		const text = await page.text();
		expect(text).toContain('data-mode="open"');
		expect(text).toContain(`hearth chat ${server.url}`);
	});

	it('is revalidated where it may change, and kept for ever where it cannot', async () => {
		const page = await raw('/', { accept: HTML });
		expect(page.headers['cache-control']).toBe('no-cache');
		const again = await raw('/', { accept: HTML, 'if-none-match': String(page.headers.etag) });
		expect([again.status, again.body.length]).toEqual([304, 0]);
		const names = [...page.body.toString().matchAll(/"(\/assets\/[^"]+)"/g)].map(
			(match) => match[1] ?? '',
		);
		expect(names.length).toBeGreaterThanOrEqual(3);
		for (const name of names) {
			const plain = await raw(name, {});
			expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
			expect(plain.headers['content-encoding']).toBeUndefined();
			for (const encoding of ['gzip', 'br']) {
				const small = await raw(name, { 'accept-encoding': encoding });
				expect([small.headers['content-encoding'], small.headers.vary]).toEqual([
					encoding,
					'Accept-Encoding',
				]);
				if (plain.body.length > 1_000) expect(small.body.length).toBeLessThan(plain.body.length);
			}
		}
		expect((await raw('/assets/none.js', {})).status).toBe(404);
	});

	it('is at most 90 KB in at most 6 requests up to the first messages', async () => {
		const ada = await server.someone('ada');
		const room = await ada.room('first');
		await ada.say(room, 'hello there');
		const person = await Person.in(browser, server.url, 'bob');
		await person.join('first');
		await person.sees('hello there');
		await person.page.close();
		// Once more, as everybody comes in later: with a session, and with nothing in the cache.
		for (const language of languages) {
			await person.context.addInitScript(
				(one) => localStorage.setItem('hearth.language', one),
				language,
			);
			const { bytes, gzip, requests } = await firstLoad(server, person, room, 'hello there');
			console.log(
				`first load, ${language}: ${bytes} bytes in ${requests.length} requests; with gzip ${gzip}`,
			);
			expect(requests.length, requests.join(' ')).toBeLessThanOrEqual(GOAL.requests);
			expect(bytes).toBeLessThanOrEqual(GOAL.gzip);
			expect(gzip).toBeLessThanOrEqual(GOAL.gzip + (language === 'en' ? 0 : GOAL.words));
		}
		await person.leave();
	});

	it('describes its calls as the client’s types have them', async () => {
		const description = await server.call<object>('GET', '/api/openapi.json');
		const made = await types(description);
		const kept = readFileSync(join(import.meta.dirname, '../../src/core/api.ts'), 'utf8');
		expect(kept === made, 'src/core/api.ts is older than the server: npm run api').toBe(true);
	});
});
