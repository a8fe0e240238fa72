/**
 * What is typed to find messages: words, and filters among them (`from:priya`). The server reads it; here it is taken
 * apart as far as is needed to show the filters apart, to put one in or take it out, and to complete what is typed.
 */

export const FILTERS = ['from', 'in', 'has', 'before', 'after'] as const;
export type FilterKind = (typeof FILTERS)[number];
/** What a message can have. */
export const HAS = ['file', 'link', 'mention', 'reply', 'reaction', 'forward'] as const;

export interface Filter {
	kind: FilterKind;
	value: string;
}

export interface Query {
	/** What is not a filter, as it was typed. */
	words: string;
	filters: Filter[];
}

/** A word; what stands in quotes is one, also behind a filter's name. */
const TOKEN = /-?(?:[a-z]+:)?"[^"]*"?|\S+/giu;

export function query(text: string): Query {
	const filters: Filter[] = [];
	const words: string[] = [];
	for (const [token] of text.matchAll(TOKEN)) {
		const filter = filterOf(token);
		if (filter) filters.push(filter);
		else words.push(token);
	}
	return { words: words.join(' '), filters };
}

/** As it is typed, the filters first. */
export function typed({ words, filters }: Query): string {
	return [...filters.map(said), words].filter(Boolean).join(' ');
}

/** With this filter; of each kind there is one, but a message may have several things. */
export function withFilter(text: string, filter: Filter): string {
	const { words, filters } = query(text);
	const others = filters.filter(
		(one) => one.kind !== filter.kind || (filter.kind === 'has' && one.value !== filter.value),
	);
	return typed({ words, filters: [...others, filter] });
}

export function withoutFilter(text: string, filter: Filter): string {
	const { words, filters } = query(text);
	const isIt = (one: Filter) => one.kind === filter.kind && one.value === filter.value;
	return typed({ words, filters: filters.filter((one) => !isIt(one)) });
}

/** Whether there is anything to look for: the server wants a word, `from:` or `has:`. */
export function isEnough(text: string): boolean {
	const { words, filters } = query(text);
	return (
		/[\p{L}\p{N}\p{S}]/u.test(words) ||
		filters.some(({ kind }) => kind === 'from' || kind === 'has')
	);
}

/** The filter that is being typed at the end; null: none. */
export function unfinished(text: string): Filter | null {
	const [, name = '', value = ''] = /(?:^|\s)([a-z]+):"?([^\s"]*)$/iu.exec(text) ?? [];
	const kind = FILTERS.find((one) => one === name.toLowerCase());
	return kind ? { kind, value: value.replace(/^[@#]/, '') } : null;
}

/** What is typed with the filter at its end finished. */
export function finished(text: string, value: string): string {
	return text.replace(/([a-z]+:)"?[^\s"]*$/iu, (_, name: string) => `${name}${quoted(value)} `);
}

function filterOf(token: string): Filter | null {
	const [, name = '', value = ''] = /^([a-z]+):"?([^"]+)"?$/iu.exec(token) ?? [];
	const kind = FILTERS.find((one) => one === name.toLowerCase());
	return kind ? { kind, value: value.replace(/^[@#]/, '') } : null;
}

function said({ kind, value }: Filter): string {
	return `${kind}:${quoted(value)}`;
}

function quoted(value: string): string {
	return /\s/.test(value) ? `"${value}"` : value;
}

/** Marks that count characters, as slices of the text in JavaScript's own units. */
export function slices(
	text: string,
	marks: readonly (readonly [number, number])[],
): [number, number][] {
	const at: number[] = [];
	let place = 0;
	for (const char of text) {
		at.push(place);
		place += char.length;
	}
	return marks.map(([from, to]) => [at[from] ?? place, at[to] ?? place]);
}
