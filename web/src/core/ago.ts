/** When something was, in as few words as tell it: the time today, else the day, with the year where it is another. */

import { dayOf, timeOf } from './time';

export function shortly(at_ms: number, now_ms: number, words: { yesterday: string }): string {
	const ago = dayOf(now_ms) - dayOf(at_ms);
	if (ago <= 0) return timeOf(at_ms);
	if (ago === 1) return words.yesterday;
	if (ago < 7) return new Intl.DateTimeFormat(undefined, { weekday: 'long' }).format(at_ms);
	const isThisYear = new Date(at_ms).getFullYear() === new Date(now_ms).getFullYear();
	const year = isThisYear ? {} : ({ year: 'numeric' } as const);
	return new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', ...year }).format(
		at_ms,
	);
}
