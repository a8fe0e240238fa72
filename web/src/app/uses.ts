/** When rooms and people were turned to last, by which the palette ranks them. This browser's. */

import { keep, kept } from './kept';

/** Remembered; those that were used longest ago go. */
const USES_MAX = 200;

export function uses(): Map<string, number> {
	try {
		const all: unknown = JSON.parse(kept('uses') ?? '{}');
		return new Map(
			Object.entries(all as object).filter(
				(one): one is [string, number] => typeof one[1] === 'number',
			),
		);
	} catch {
		return new Map();
	}
}

export function used(key: string, at_ms: number): void {
	const all = uses();
	all.delete(key);
	all.set(key, at_ms);
	keep('uses', JSON.stringify(Object.fromEntries([...all].slice(-USES_MAX))));
}
