/**
 * How well a name fits what was typed, and where. Nothing is guessed: every character that was typed stands in the name,
 * in that order; case and accents make no difference. The better the reason, the lower the rank: the name itself, its
 * beginning, the beginning of one of its words, those of several, a part of it, and at last its letters with others
 * between them.
 */

export interface Fit {
	/** 0 is the name itself. */
	rank: number;
	/** Which parts of the name were meant, as slices of it, ascending. */
	marks: [number, number][];
}

/** What can be found by its name. */
export interface Named {
	key: string;
	name: string;
	/** Another name of it: found by it too, though it is not shown as fitting. */
	also?: string;
}

/** A name that fits. */
export interface Found<Item extends Named> {
	item: Item;
	marks: [number, number][];
}

/** `strict`: letters that stand apart are no reason, for of long names they are in most. */
export type How = 'loose' | 'strict';

/** A text without case and accents; `at[n]` is where its character n stands in the original, and ends at `at[n + 1]`. */
interface Folded {
	text: string;
	at: number[];
}

/** Beginnings of words are looked for in so many words, and of so many letters: nobody types more of them. */
const WORDS_MAX = 16;
const TYPED_MAX = 24;

/** Those that fit, the best first; of two that fit alike the one used last. Without anything typed: all, as used. */
export function found<Item extends Named>(
	items: readonly Item[],
	typed: string,
	used: ReadonlyMap<string, number>,
	how: How = 'loose',
): Found<Item>[] {
	const fits = items.flatMap((item) => {
		const own = fitOf(item.name, typed, how);
		const other = item.also === undefined ? null : fitOf(item.also, typed, how);
		if (own && (!other || own.rank <= other.rank)) return [{ item, ...own }];
		return other ? [{ item, rank: other.rank, marks: own?.marks ?? [] }] : [];
	});
	const usedAt = (item: Item) => used.get(item.key) ?? 0;
	return fits
		.sort(
			(a, b) =>
				a.rank - b.rank ||
				usedAt(b.item) - usedAt(a.item) ||
				a.item.name.length - b.item.name.length ||
				a.item.name.localeCompare(b.item.name),
		)
		.map(({ item, marks }) => ({ item, marks }));
}

/** How a name fits; null: not at all. */
export function fitOf(name: string, typed: string, how: How = 'loose'): Fit | null {
	const wanted = folded(typed.trim()).text.replace(/\s+/g, ' ');
	if (wanted === '') return { rank: 0, marks: [] };
	const inside = folded(name);
	const { text } = inside;
	const marked = (rank: number, from: number): Fit => ({
		rank,
		marks: [original(inside, from, from + wanted.length)],
	});
	if (text === wanted) return marked(0, 0);
	if (text.startsWith(wanted)) return marked(1, 0);
	const starts = wordStarts(text);
	const start = starts.find((at) => text.startsWith(wanted, at));
	if (start !== undefined) return marked(2, start);
	const isLoose = how === 'loose';
	const initials = isLoose || wanted.includes(' ') ? byWords(text, starts, wanted) : null;
	if (initials) return { rank: 3, marks: initials.map(([a, b]) => original(inside, a, b)) };
	const part = text.indexOf(wanted);
	if (part >= 0) return marked(4, part);
	const letters = isLoose ? spread(text, wanted) : null;
	return letters && { rank: 5, marks: letters.map(([a, b]) => original(inside, a, b)) };
}

function folded(original: string): Folded {
	let text = '';
	const at: number[] = [];
	let place = 0;
	for (const char of original) {
		const plain = char.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
		for (let unit = 0; unit < plain.length; unit += 1) at.push(place);
		text += plain;
		place += char.length;
	}
	at.push(place);
	return { text, at };
}

function original({ at }: Folded, from: number, to: number): [number, number] {
	return [at[from] ?? 0, at[to] ?? 0];
}

/** Where words begin: behind what is neither letter nor digit. */
function wordStarts(text: string): number[] {
	const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}]/u.test(char);
	return Array.from(text, (_, at) => at).filter(
		(at) => isWord(text[at]) && (at === 0 || !isWord(text[at - 1])),
	);
}

/** What was typed as beginnings of words in their order: `hao` or `har off` is `harbour office`. */
function byWords(
	text: string,
	starts: readonly number[],
	wanted: string,
): [number, number][] | null {
	const rest = wanted.replaceAll(' ', '');
	if (rest.length > TYPED_MAX) return null;
	const words = starts.slice(0, WORDS_MAX);
	/** Places from which it is known not to go on. */
	const closed = new Set<number>();
	const from = (first: number, typed: number): [number, number][] | null => {
		if (typed === rest.length) return [];
		const place = first * TYPED_MAX + typed;
		if (closed.has(place)) return null;
		for (let word = first; word < words.length; word += 1) {
			const start = words[word] as number;
			const end = starts[word + 1] ?? text.length;
			let length = 0;
			while (start + length < end && text[start + length] === rest[typed + length]) length += 1;
			// The longest beginning first; a shorter one, where the rest fits only then.
			for (; length > 0; length -= 1) {
				const others = from(word + 1, typed + length);
				if (others) return [[start, start + length], ...others];
			}
		}
		closed.add(place);
		return null;
	};
	return from(0, 0);
}

/** Every character in order, with others between them; what stands together is one mark. */
function spread(text: string, wanted: string): [number, number][] | null {
	const marks: [number, number][] = [];
	let at = 0;
	for (const char of wanted.replaceAll(' ', '')) {
		at = text.indexOf(char, at);
		if (at < 0) return null;
		const last = marks.at(-1);
		if (last && last[1] === at) last[1] = at + char.length;
		else marks.push([at, at + char.length]);
		at += char.length;
	}
	return marks;
}

/** A text cut at its marks, so that it can be drawn. */
export function parts(
	text: string,
	marks: readonly [number, number][],
): { text: string; hit: boolean }[] {
	const cut: { text: string; hit: boolean }[] = [];
	let at = 0;
	for (const [from, to] of marks) {
		if (from < at) continue;
		if (from > at) cut.push({ text: text.slice(at, from), hit: false });
		cut.push({ text: text.slice(from, to), hit: true });
		at = to;
	}
	if (at < text.length) cut.push({ text: text.slice(at), hit: false });
	return cut;
}
