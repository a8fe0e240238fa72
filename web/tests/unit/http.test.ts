import { describe, expect, it } from 'vitest';
import { Entrance } from '../../src/core/entrance';
import { Http } from '../../src/core/http';

describe('who one is', () => {
	it('has had no answer where the time is up, before the answer or in the middle of it', async () => {
		const ending = new AbortController();
		const never = new Http((_, init) => {
			return new Promise((_, reject) => {
				init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
			});
		});
		const asked = never.me(ending.signal);
		ending.abort();
		expect(await asked).toMatchObject({ ok: false, status: 0 });
		const torn = new Http(async () => {
			return new Response(new ReadableStream({ start: (body) => body.error('torn') }));
		});
		expect(await torn.me(ending.signal)).toMatchObject({ ok: false, status: 0 });
	});
});

describe('a sign-up', () => {
	it('is the same as long as it asks for the same, and another one when it does not', async () => {
		const keys: (string | undefined)[] = [];
		const http = new Http(async (_, init) => {
			keys.push(new Headers(init?.headers).get('Idempotency-Key') ?? undefined);
			throw new Error('no answer');
		});
		let made = 0;
		const entrance = new Entrance(http, () => `key-${++made}`);
		for (const name of ['ada', 'ada', 'bob']) {
			expect(await entrance.signUp({ name })).toMatchObject({ ok: false, status: 0 });
		}
		expect(keys).toEqual(['key-1', 'key-1', 'key-2']);
	});
});
