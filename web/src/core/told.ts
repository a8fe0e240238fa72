/** Of what in a room its reader is to be told, as they have set it. */

import type { NotifyLevel } from './protocol';

export interface Told {
	level: NotifyLevel;
	/** Until then of nothing. */
	muted_until_ms: number;
}

/** What holds while nothing was set. */
export const TOLD: Told = { level: 'all', muted_until_ms: 0 };

/** Whether a room is silent now, whoever is named in it. */
export function isMuted({ level, muted_until_ms }: Told, now_ms: number): boolean {
	return level === 'none' || muted_until_ms > now_ms;
}
