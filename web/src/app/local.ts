/** Pictures that this page itself has sent: shown from here until the server's are there, and with no waiting. */

import { SvelteMap } from 'svelte/reactivity';
import type { FileId } from '../core/protocol';

/** How far one is on its way, from 0 to 1; null: it is there. */
export interface Local {
	url: string | null;
	progress: number | null;
}

/** By the id of the upload, and before it has one by the page's own name of it. */
export const local = new SvelteMap<FileId, Local>();
