/**
 * The worker that the tabs of a browser share, with their one session in it. Its script is the page's own, which is there
 * already; `main.ts` sees where it runs.
 */

import { Hosts, type Port } from './core/shared';
import { browserLocks, Store } from './core/store';
import { browserWorld, settings } from './world';

const NAME = 'hearth';
/** A tab that was told of a dead worker does without one. */
const WITHOUT = 'hearth.without-worker';

type WorkerScope = typeof globalThis & {
	onconnect: ((event: { ports: readonly MessagePort[] }) => void) | null;
};

/** Whether this runs in the worker. */
export function isWorker(): boolean {
	return typeof document === 'undefined';
}

/** What the worker does. */
export function serve(scope: WorkerScope): void {
	const world = browserWorld(scope);
	const { locks } = scope.navigator;
	const hosts = new Hosts({
		settings,
		world,
		threads: () => import('./core/threads'),
		open: () => Store.open(scope.indexedDB, browserLocks(locks), world.newId),
		whenFree: browserLocks(locks).whenFree,
	});
	scope.onconnect = ({ ports: [port] }) => {
		if (port) hosts.connect(port as Port);
	};
}

/** A tab's way to the worker, and the lock that says that the tab lives; null where the browser has none. */
export async function reach(window: Window & typeof globalThis, id: string) {
	const { navigator, sessionStorage, SharedWorker } = window;
	if (!SharedWorker || !navigator.locks || sessionStorage.getItem(WITHOUT)) return null;
	const lock = `${NAME}-tab-${id}`;
	if (!(await browserLocks(navigator.locks).hold(lock))) return null;
	try {
		const { port } = new SharedWorker(trusted(window, import.meta.url), {
			name: NAME,
			type: 'module',
		});
		return { port: port as Port, lock };
	} catch {
		return null;
	}
}

/** The worker is dead: the page is loaded anew and does without. */
export function doWithout(window: Window): void {
	window.sessionStorage.setItem(WITHOUT, 'dead');
	window.location.reload();
}

/** The address of a worker of ours, in the type that the page's policy asks for. */
export function trusted(window: Window & typeof globalThis, address: string): string {
	const { trustedTypes } = window as unknown as { trustedTypes?: TrustedTypes };
	if (!trustedTypes) return address;
	policy ??= trustedTypes.createPolicy('hearth-workers', { createScriptURL: ours });
	return policy.createScriptURL(address);
}

/** There are two workers: the one that the tabs share, of the page's own script, and the service worker. */
function ours(url: string): string {
	if (url !== import.meta.url && url !== '/sw.js') throw new TypeError(`no worker of ours: ${url}`);
	return url;
}

let policy: { createScriptURL(url: string): string } | null = null;

interface TrustedTypes {
	createPolicy(
		name: string,
		rules: { createScriptURL(url: string): string },
	): { createScriptURL(url: string): string };
}
