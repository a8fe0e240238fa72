/** The calls under /api/v1 that the client makes, in the words of the server's own description. */

import type { components, paths } from './api';

export type Profile = components['schemas']['Profile'];
/** The own profile, and what this server takes of everybody. */
export type Me = components['schemas']['Me'];
export type Listed =
	paths['/api/v1/directory']['get']['responses']['200']['content']['application/json'];

export type Saved = components['schemas']['Saved'];

export type Schema = components['schemas'];
export type Own = Schema['Own'];

/** `status` 0: there was no answer. `waitMs`: so long the same would be refused again. */
export interface Failed {
	ok: false;
	status: number;
	error: string;
	code: string;
	message: string;
	waitMs: number;
}

/** What a call came to. */
export type Called<T> = { ok: true; value: T } | Failed;

export class Http {
	/** `reason` says a refusal in the words of who reads it. */
	constructor(
		private readonly fetch: typeof globalThis.fetch,
		private readonly reason = async (message: string, _code: string, _error: string) => message,
	) {}

	/** Who the session says that we are. */
	me(signal?: AbortSignal): Promise<Called<Me>> {
		return this.call('GET', '/api/v1/me', undefined, undefined, false, signal);
	}

	user(nameOrId: string): Promise<Called<Profile>> {
		return this.call('GET', `/api/v1/users/${encodeURIComponent(nameOrId)}`);
	}

	logOut(): Promise<Called<unknown>> {
		return this.call('POST', '/api/v1/logout');
	}

	directory(words: string, after?: string): Promise<Called<Listed>> {
		const query = new URLSearchParams({ q: words });
		if (after !== undefined) query.set('after', after);
		return this.call('GET', `/api/v1/directory?${query}`);
	}

	/**
	 * Any call; `body` goes as JSON, or as the bytes that it is. `key` makes the same call again the same thing;
	 * `outlives`: it goes on when the page ends. What `signal` ends has had no answer.
	 */
	async call<T>(
		method: string,
		path: string,
		body?: object | Blob,
		key?: string,
		outlives = false,
		signal?: AbortSignal,
	): Promise<Called<T>> {
		try {
			const isBytes = body instanceof Blob;
			const headers: Record<string, string> = {};
			if (body && !isBytes) headers['Content-Type'] = 'application/json';
			if (key) headers['Idempotency-Key'] = key;
			const answer = await this.fetch(path, {
				method,
				headers,
				body: isBytes || !body ? body : JSON.stringify(body),
				credentials: 'same-origin',
				keepalive: outlives,
				signal,
			});
			const said = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
			signal?.throwIfAborted();
			if (answer.ok) return { ok: true, value: said as T };
			const {
				error = '',
				code = '',
				message = '',
				retry_after_ms = 0,
			} = said as Partial<Schema['Error']>;
			const { status } = answer;
			const why = message && (await this.reason(message, code, error));
			return { ok: false, status, error, code, message: why, waitMs: retry_after_ms ?? 0 };
		} catch {
			return { ok: false, status: 0, error: '', code: '', message: '', waitMs: 0 };
		}
	}
}
