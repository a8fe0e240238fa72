/**
 * What the service worker gives the page: it opens without a network, can be installed, and can be told of messages while
 * it is closed. None of it is needed to talk, so it begins when the page has been live for a while.
 */

import type { App, Part } from '../app.svelte';
import { trusted } from '../worker';

/** So long after the page came to live: nothing of it competes with the first messages. */
const AFTER_S = 5;

export class Service implements Part {
	private beats = 0;
	private registration: ServiceWorkerRegistration | null = null;

	constructor(
		private readonly app: App,
		private readonly window: Window & typeof globalThis,
	) {
		// Said by a click on a notification.
		window.navigator.serviceWorker?.addEventListener('message', ({ data }) => {
			if (data?.do === 'go' && typeof data.address === 'string') {
				window.location.hash = new URL(data.address, window.location.href).hash;
			}
		});
	}

	beat(): void {
		if (this.app.link.is !== 'live') return;
		this.beats += 1;
		if (this.beats === AFTER_S) void this.begin();
	}

	private async begin(): Promise<void> {
		const { document, navigator } = this.window;
		const manifest = document.createElement('link');
		manifest.rel = 'manifest';
		manifest.href = '/manifest.webmanifest';
		document.head.append(manifest);
		try {
			const address = trusted(this.window, '/sw.js');
			this.registration = await navigator.serviceWorker.register(address);
			this.speak(document.documentElement.lang);
			this.registration.addEventListener('updatefound', () => this.coming());
			this.waits();
		} catch {
			// A browser without one (or that keeps nothing) does without.
		}
	}

	/** In which language it speaks when no page is there. */
	private speak(language: string): void {
		void this.window.navigator.serviceWorker.ready.then(({ active }) =>
			active?.postMessage({ do: 'speak', language }),
		);
	}

	private coming(): void {
		const newer = this.registration?.installing;
		newer?.addEventListener('statechange', () => {
			if (newer.state === 'installed') this.waits();
		});
	}

	/** The server is another one than before: there may be another build of the page. Without a service worker there is. */
	async look(): Promise<void> {
		if (this.registration) await this.registration.update().catch(() => {});
		else this.app.newer = true;
	}

	/** Another build is here and waits: the person says when, unless it is the one that this page is of. */
	private waits(): void {
		const { waiting, active } = this.registration ?? {};
		if (!waiting || !active) return;
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = ({ data: isOurs }) => {
			if (isOurs !== true) this.app.newer = true;
			port1.close();
		};
		waiting.postMessage({ do: 'whose', file: new URL(import.meta.url).pathname }, [port2]);
	}

	/** The person says so: the newer one takes over, and the page is loaded anew by it. */
	load(): void {
		this.registration?.waiting?.postMessage({ do: 'take over' });
		this.window.location.reload();
	}
}
