/** The browser as the core's world: the same in a page and in the worker that its tabs share. */

import { Http } from './core/http';
import type { SessionSettings, World } from './core/session';

/** How a session is set, in a page that has one for itself as in the worker. */
export const settings: SessionSettings = {
	build: __BUILD__,
	chance: Math.random,
	outboxMax: 1_000,
	followsOwn: true,
	tellsDelivered: true,
};

export function browserWorld(scope: typeof globalThis): Omit<World, 'onStep' | 'onUnkept'> {
	const http = new Http(scope.fetch.bind(scope));
	return {
		now: () => scope.performance.now(),
		wall: () => Date.now(),
		setTimer: (run, ms) => scope.setTimeout(run, ms) as unknown as number,
		clearTimer: (timer) => scope.clearTimeout(timer),
		connect: () => {
			const { protocol, host } = scope.location;
			return new WebSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws`, 'hearth.v1');
		},
		probe: async () => {
			const known = await http.me();
			return known.ok ? 200 : known.status;
		},
		newId: () => randomId(scope.crypto),
	};
}

export function randomId(crypto: Crypto): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
