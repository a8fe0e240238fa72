/** Which word is being written that can be completed, and what fits it. */

import { isInCode } from './writing';

/** `@` people, `#` rooms, `:` emoji: from the sign up to the caret. */
export interface Asked {
	sign: '@' | '#' | ':';
	words: string;
	from: number;
	to: number;
}

/** An emoji's name has at least so many letters before it is looked for: `:)` and `10:30` are none. */
const EMOJI_LETTERS = 2;
const WORD = /(^|[\s([{"'“‘—–-])([@#:])([\p{L}\p{N}._+-]{0,32})$/u;

/** The word that ends at the caret, if it asks for completion. */
export function asked(text: string, caret: number): Asked | null {
	const before = text.slice(Math.max(0, caret - 40), caret);
	const match = WORD.exec(before);
	if (!match || isInCode(text, caret)) return null;
	// In the middle of a word nothing is completed.
	if (/^[\p{L}\p{N}_]/u.test(text.slice(caret))) return null;
	const line = text.slice(0, caret).split('\n').at(-1) ?? '';
	if ((line.match(/`/g)?.length ?? 0) % 2 === 1) return null;
	const sign = match[2] as Asked['sign'];
	const words = match[3] ?? '';
	if (sign === ':' && words.length < EMOJI_LETTERS) return null;
	if (sign === '#' && words === '') return null;
	return { sign, words, from: caret - words.length - 1, to: caret };
}

/** How well a name fits what is written: 0 is best; null: not at all. */
export function howWell(name: string, words: string): number | null {
	if (words === '') return 0;
	const [plain, sought] = [bare(name), bare(words)];
	if (plain === sought) return 0;
	if (plain.startsWith(sought)) return 1;
	if (plain.split(/[\s._-]+/).some((part) => part.startsWith(sought))) return 2;
	return plain.includes(sought) ? 3 : null;
}

/**
 * Those that fit, the best first, and as they came where they fit alike. Whose first name is just what is written comes
 * before whoever has it for another name: anybody may be shown by somebody's log-in name.
 */
export function fitting<T>(
	all: readonly T[],
	words: string,
	namesOf: (one: T) => readonly string[],
	max: number,
): T[] {
	const found: { one: T; how: number }[] = [];
	for (const one of all) {
		const hows = namesOf(one).flatMap((name, at) => {
			const how = howWell(name, words);
			return how === 0 && at > 0 ? 0.5 : (how ?? []);
		});
		if (hows.length > 0) found.push({ one, how: Math.min(...hows) });
	}
	return found
		.sort((a, b) => a.how - b.how)
		.slice(0, max)
		.map(({ one }) => one);
}

/** Without case and accents, as the server compares. */
function bare(text: string): string {
	return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
