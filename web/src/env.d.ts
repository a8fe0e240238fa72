/// <reference types="vite/client" />

import type { KeyAction } from './core/keys';

declare global {
	/** Set by the build: which client this is, for the server's log. */
	const __BUILD__: string;
}

declare module 'svelte/elements' {
	interface DOMAttributes<T extends EventTarget> {
		/** A key asks the list of messages that has the focus for something (`app/keyboard.ts`). */
		onasked?: ((event: CustomEvent<KeyAction> & { currentTarget: T }) => void) | null;
	}
}
