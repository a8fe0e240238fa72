/**
 * What becomes of a draft that stands here and at the server, where a user's other devices write it as well, or here and
 * in another page of this browser. Clocks differ, so it is told by what both last agreed on: whoever has left that has
 * written since.
 */

import { type Draft, type DraftFile, isNothing, joined, NOTHING, type Words } from './store';

export const NO_WORDS: Words = { text: '', reply_to: null };

/** `same`: nothing to do. `push`: the server is to have ours. `take`: we theirs. `offer`: both were written since. */
export type Fate = 'same' | 'push' | 'take' | 'offer';

export function fate(agreed: Words, mine: Words, theirs: Words): Fate {
	if (isSame(mine, theirs)) return 'same';
	if (isSame(theirs, agreed)) return 'push';
	if (isSame(mine, agreed)) return 'take';
	// What was sent or given up on one side takes nothing from the other.
	if (mine.text === '') return 'take';
	return theirs.text === '' ? 'push' : 'offer';
}

/** What all devices share of it: while a message is edited, what that has interrupted. */
export function wordsOf(draft: Draft): Words {
	const { text, reply_to } = draft.edits === null ? draft : (draft.aside ?? NO_WORDS);
	// A reply without a word is none yet.
	return text.trim() === '' ? NO_WORDS : { text, reply_to };
}

export function isSame(one: Words, other: Words): boolean {
	return one.text === other.text && one.reply_to === other.reply_to;
}

/**
 * A draft of which another page has made `theirs` since both saw it as it was `before`: `theirs` itself where nothing was
 * written here, and the words of both where something was, each once. What was sent or given up on one side takes nothing
 * from the other but what it was: that is not to be sent once more.
 */
export function met(before: Draft, mine: Draft, theirs: Draft, was?: readonly string[]): Draft {
	const agreed = (one: Draft) => one.synced ?? NO_WORDS;
	const { synced } = isSame(agreed(mine), agreed(before)) ? theirs : mine;
	const isTheirs = isSameDraft(mine, before);
	if (isTheirs && synced === theirs.synced) return theirs;
	if (isTheirs) return { ...theirs, synced };
	if (isSameDraft(theirs, before)) return { ...mine, synced };
	if (isNothing(theirs)) return { ...since(before, mine, was), synced };
	return { ...(isNothing(mine) ? since(before, theirs, was) : both(before, theirs, mine)), synced };
}

/**
 * What of a draft was written into it since it was `before`, or beside that: what it was is sent, or given up. `was`: texts
 * that it has had, the last one last; what was sent may be made of one of them.
 */
export function since(before: Draft, now: Draft, was: readonly string[] = []): Draft {
	if (before.edits !== null || now.edits !== null) return now;
	// It may be older than what was sent, or both were made of the same.
	const isOlder = added(now.text, before.text) !== null;
	const isIn = (one: string) => one !== '' && added(one, before.text) !== null;
	const base = was.findLast((one) => isIn(one) && added(one, now.text) !== null);
	const beside = base === undefined ? null : added(base, now.text);
	const text = added(before.text, now.text) ?? (isOlder ? '' : beside);
	const { files: gone = [] } = before;
	const files = now.files?.filter(({ key }) => !gone.some((file) => file.key === key));
	const isAnother = text === null || now.reply_to !== before.reply_to;
	const rest = { ...now, text: text ?? now.text, reply_to: isAnother ? now.reply_to : null };
	if (files?.length) rest.files = files;
	else delete rest.files;
	return rest;
}

/** What was put into a text, in one place; null: it has become another one. */
function added(before: string, now: string): string | null {
	const [was, is] = [[...before], [...now]];
	const differs = was.findIndex((sign, at) => sign !== is[at]);
	const from = differs < 0 ? was.length : differs;
	const end = is.length - (was.length - from);
	const isPutIn = end >= from && is.slice(end).join('') === was.slice(from).join('');
	return isPutIn ? is.slice(from, end).join('').trim() : null;
}

/** Whether two drafts say the same, whatever is known of the server. */
function isSameDraft(one: Draft, other: Draft): boolean {
	const said = ({ text, reply_to, edits, files = [], named = {}, aside }: Draft): string =>
		JSON.stringify([text, reply_to, edits, files, named, aside ? said(aside) : null]);
	return said(one) === said(other);
}

/** Two drafts in one; what is in both, or was before, is there once. */
function both(before: Draft, theirs: Draft, mine: Draft): Draft {
	let all: Draft;
	if (theirs.edits === mine.edits) {
		const isIn = (one: Draft, other: Draft) => other.text.startsWith(one.text.trim());
		const text = isIn(theirs, mine) ? mine.text : isIn(mine, theirs) ? theirs.text : null;
		const was = before.edits === mine.edits ? before.text : '';
		const own = added(was, theirs.text) === null ? null : added(was, mine.text);
		all = { ...joined(theirs, mine), edits: mine.edits };
		all.text = text ?? `${theirs.text}\n${own ?? mine.text}`;
		if (mine.edits !== null)
			all.aside = both(before.aside ?? NOTHING, theirs.aside ?? NOTHING, mine.aside ?? NOTHING);
	} else if (theirs.edits !== null && mine.edits !== null) {
		// One edit goes on; the words of the other are to be found.
		all = joined({ ...NOTHING, text: theirs.text }, joined(theirs.aside ?? NOTHING, mine));
	} else {
		all = joined(theirs, mine);
	}
	for (const one of [all, all.aside]) if (one?.files) one.files = once(one.files);
	if (all.aside && isNothing(all.aside)) delete all.aside;
	return all;
}

/** Each file once. */
export function once(files: readonly DraftFile[]): DraftFile[] {
	// What is whole in one of them is so.
	const known = new Map<string, DraftFile>();
	for (const file of files) if (!known.get(file.key)?.id) known.set(file.key, file);
	return [...known.values()];
}
