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
 * written here, and the words of both where something was. What was sent or given up on one side takes nothing from the
 * other.
 */
export function met(before: Draft, mine: Draft, theirs: Draft): Draft {
	const agreed = (one: Draft) => one.synced ?? NO_WORDS;
	const { synced } = isSame(agreed(mine), agreed(before)) ? theirs : mine;
	const isTheirs = isSameDraft(mine, before);
	if (isTheirs && synced === theirs.synced) return theirs;
	if (isTheirs) return { ...theirs, synced };
	if (isSameDraft(theirs, before) || isNothing(theirs)) return { ...mine, synced };
	return { ...(isNothing(mine) ? theirs : both(theirs, mine)), synced };
}

/** Whether two drafts say the same, whatever is known of the server. */
function isSameDraft(one: Draft, other: Draft): boolean {
	const said = ({ text, reply_to, edits, files = [], named = {}, aside }: Draft): string =>
		JSON.stringify([text, reply_to, edits, files, named, aside ? said(aside) : null]);
	return said(one) === said(other);
}

/** Two drafts in one; what is in both is there once. */
function both(theirs: Draft, mine: Draft): Draft {
	let all: Draft;
	if (theirs.edits === mine.edits) {
		const isIn = (one: Draft, other: Draft) => other.text.startsWith(one.text.trim());
		const text = isIn(theirs, mine) ? mine.text : isIn(mine, theirs) ? theirs.text : null;
		all = { ...joined(theirs, mine), edits: mine.edits };
		all.text = text ?? `${theirs.text}\n${mine.text}`;
		if (mine.edits !== null) all.aside = both(theirs.aside ?? NOTHING, mine.aside ?? NOTHING);
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
