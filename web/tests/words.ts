/** What languages lack. */

import { w } from '../src/words';
import { languages } from '../src/words/chosen';
import { Speech, type Translation } from '../src/words/language';

const translations = import.meta.glob<{ words: Translation<object> }>('../src/words/*/*.ts');
const subjects = import.meta.glob<{ en: object }>([
	'../src/words/*.ts',
	'!../src/words/{chosen,language,others}.ts',
]);

/** The English words, by their subjects. */
export async function english(): Promise<Map<string, object>> {
	const words = new Map<string, object>([['base', w]]);
	for (const [path, load] of Object.entries(subjects)) {
		const subject = path.replace(/^.*\/|\.ts$/g, '');
		words.set(subject, (await load()).en);
	}
	return words;
}

/** The words of another language; null: it has none of that subject. */
export async function translated(tag: string, subject: string): Promise<object | null> {
	const load = translations[`../src/words/${tag}/${subject}.ts`];
	return load ? (await load()).words(new Speech(tag)) : null;
}

/** What is said of a subject that a language has not begun. */
const WHOLE = 'all of it';

/** `de/threads: panel.title`, for each leaf that a language has not. */
export async function lacking(): Promise<string[]> {
	const lines: string[] = [];
	for (const [subject, words] of await english()) {
		for (const tag of languages.filter((tag) => tag !== 'en')) {
			const other = await translated(tag, subject);
			if (!other) lines.push(`${tag}/${subject}: ${WHOLE}`);
			else for (const at of missing(words, other)) lines.push(`${tag}/${subject}: ${at}`);
		}
	}
	return lines;
}

/** Every leaf's path, with how many arguments it takes; null where it takes none. */
function leaves(words: object, path = ''): [string, number | string | null][] {
	return Object.entries(words).flatMap(([key, word]): [string, number | string | null][] => {
		const at = path ? `${path}.${key}` : key;
		if (typeof word === 'function') return [[at, word.length]];
		if (Array.isArray(word)) return [[at, `a list of ${word.length}`]];
		return typeof word === 'object' && word !== null ? leaves(word, at) : [[at, null]];
	});
}

/** What of the English words another language has not, or has otherwise. */
function missing(english: object, words: object): string[] {
	const has = new Map(leaves(words));
	const known = new Set(leaves(english).map(([at]) => at));
	const lacks = leaves(english).flatMap(([at, takes]) => {
		const other = has.get(at);
		if (other === undefined) return [at];
		// Who needs less of what is given may leave it out.
		const isAlike =
			typeof takes === 'number' ? Number(other ?? Number.NaN) <= takes : other === takes;
		return isAlike ? [] : [`${at} is not of the same kind`];
	});
	return [
		...lacks,
		...[...has.keys()].filter((at) => !known.has(at)).map((at) => `${at} is not in English`),
	];
}
