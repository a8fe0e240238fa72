/**
 * In which language the client speaks. Words of a subject stand in `words/SUBJECT.ts` in English, and in
 * `words/LANGUAGE/SUBJECT.ts` in another, which is fetched only where it is spoken; what another language lacks is English.
 */

import { timesIn } from '../core/time';

/** `early.ts` has chosen it. Where there is no page, it is English, whatever the system speaks. */
const page = globalThis.document;
const reads = page ? navigator.languages : ['en-GB'];
export const language = page?.documentElement.lang || 'en';

/** With the reader's own manner of it, if they read it in one: British dates for who reads British English. */
const locale = reads.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language;
timesIn(locale);

/** What words are made with: numbers, plurals and lists as a language has them. */
export class Speech {
	private readonly number: Intl.NumberFormat;
	private readonly plural: Intl.PluralRules;
	private readonly list: Intl.ListFormat;

	constructor(tag: string) {
		this.number = new Intl.NumberFormat(tag);
		this.plural = new Intl.PluralRules(tag);
		this.list = new Intl.ListFormat(tag);
	}

	/** `1,284` */
	count = (n: number): string => this.number.format(n);

	/** The form for so many, with `#` for the number: `{ one: '# message', other: '# messages' }`. */
	several = (n: number, forms: Forms): string =>
		(forms[this.plural.select(n)] ?? forms.other).replaceAll('#', this.count(n));

	/** `Mara, Jonas and Ines` */
	all = (list: readonly string[]): string => this.list.format(list);
}

export type Forms = { [form in Intl.LDMLPluralRule]?: string } & { other: string };

export const speech = new Speech(locale);
export const { count, several } = speech;

/** What a file of another language gives: its words of a subject. It imports nothing but types. */
export type Translation<Words> = (speech: Speech) => Partial<Words>;

type Load = () => Promise<{ words: Translation<object> }>;
/** The words of the first load; where those of its parts are is a longer list, which comes with the first of them. */
const first: { [file: string]: Load } = import.meta.glob<{ words: Translation<object> }>(
	'./*/base.ts',
);

/** The words of a subject as they are to be shown. */
export async function inLanguage<Words extends object>(
	subject: string,
	english: Words,
): Promise<Words> {
	// How the test that looks for words from elsewhere is built: every one that is from here can be told by its marks.
	if (import.meta.env.MODE === 'pseudo') return marked(english) as Words;
	if (language === 'en') return english;
	const file = `./${language}/${subject}.ts`;
	try {
		const load = first[file] ?? (await import('./others')).others[file];
		if (!load) return english;
		return filled(english, (await load()).words(speech)) as Words;
	} catch {
		// It could not be fetched. English is better than nothing.
		return english;
	}
}

/** The words of the first, with those of the second in the places of those that it has. */
export function filled(english: object, words: object): object {
	return Object.fromEntries(
		Object.entries(english).map(([key, word]) => {
			const other = words[key as never] as unknown;
			if (other === undefined) return [key, word];
			const isGroup = typeof word === 'object' && word !== null && !Array.isArray(word);
			return [key, isGroup ? filled(word, other as object) : other];
		}),
	);
}

function marked(word: unknown): unknown {
	if (typeof word === 'string') return `⟦${markedBut(word, [])}⟧`;
	if (typeof word === 'function') return (...given: unknown[]) => saidWith(word as Sentence, given);
	if (Array.isArray(word)) return word.map(marked);
	if (typeof word !== 'object' || word === null) return word;
	return Object.fromEntries(Object.entries(word).map(([key, inner]) => [key, marked(inner)]));
}

type Sentence = (...given: unknown[]) => unknown;
/** What is put into a sentence bears no marks by that: it has to be from here itself. What only chooses a word is none. */
function saidWith(word: Sentence, given: unknown[]): unknown {
	const said = word(...given);
	if (typeof said !== 'string') return marked(said);
	const isPut = (at: number) => back(String(word(...given.with(at, aside(given[at]))))) === said;
	const put = given.filter((_, at) => isPut(at)).flat();
	return `⟦${markedBut(said, put)}⟧`;
}

/** Letters that stand for those of the alphabet, and are in no word. */
const ASIDE = 0xe000;
function aside(one: unknown): unknown {
	if (Array.isArray(one)) return one.map(aside);
	if (typeof one !== 'string') return one;
	return one.replace(/[A-Za-z]/g, (letter) => String.fromCodePoint(ASIDE + letter.charCodeAt(0)));
}
const back = (said: string) =>
	said.replace(/[\ue041-\ue07a]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) - ASIDE));

function markedBut(said: string, [one, ...others]: readonly unknown[]): string {
	if (one === undefined) return said.replace(/[A-Za-z]/g, pseudo);
	if (typeof one !== 'string' || one === '') return markedBut(said, others);
	return said
		.split(one)
		.map((part) => markedBut(part, others))
		.join(one);
}

/** A letter that is none of the alphabet's, and as wide. */
function pseudo(letter: string): string {
	return String.fromCodePoint(0x1e00 + (letter.toLowerCase().charCodeAt(0) - 97) * 2);
}
