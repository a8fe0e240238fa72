/** People while their names are typed: whom one has met at once, everybody else as soon as the server has looked. */

import { fitting } from './complete';
import type { Called, Http, Schema } from './http';

export interface Person {
	id: string;
	name: string;
	/** The name that is shown, where it is known. */
	display?: string;
	bot?: boolean;
}

/** Whom the server has found by some words; `more`: not all of them. */
export interface Found {
	words: string;
	users: readonly Person[];
	more: boolean;
}

/** So many are offered: more are found by one letter more. */
export const OFFERED_MAX = 8;

/** What is looked for in what was typed: an `@` before a name is none of it. */
export function sought(text: string): string {
	return text.trim().replace(/^@/, '');
}

/** Asks the server. */
export async function find(http: Http, words: string): Promise<Called<Found>> {
	const query = new URLSearchParams({ q: words, limit: `${OFFERED_MAX}` });
	const answer = await http.call<Schema['People']>('GET', `/api/v1/users?${query}`);
	if (!answer.ok) return answer;
	const { users, more = false } = answer.value;
	return { ok: true, value: { words, users, more } };
}

/**
 * Who is offered: who is called exactly so before all others, then whom one has met, then the others. Until the server has
 * answered for these words, of what it found before is offered what still fits.
 */
export function offered(
	words: string,
	met: readonly Person[],
	found: Found | null,
	without: ReadonlySet<string>,
): Person[] {
	if (words === '') return [];
	const fits = (all: readonly Person[]) =>
		fitting(all, words, ({ name, display = '' }) => [name, display], all.length);
	const isOfThese = found?.words === words;
	const users = found && words.startsWith(found.words) ? found.users : [];
	const all = new Map<string, Person>();
	for (const one of fits(met)) all.set(one.id, one);
	// The server knows more of those whom one has met.
	for (const one of isOfThese ? users : fits(users)) all.set(one.id, one);
	for (const id of without) all.delete(id);
	const isSo = (one: Person) => (isCalled(one, words) ? 0 : 1);
	return [...all.values()].sort((a, b) => isSo(a) - isSo(b)).slice(0, OFFERED_MAX);
}

/** Whether somebody is called exactly so. */
export function isCalled({ name }: { name: string }, words: string): boolean {
	return name.toLowerCase() === words.toLowerCase();
}
