/** Messages that wait for their files, as the store keeps them: in the place of the sends that they become. */

import { once, wordsOf } from './drafts';
import type { UserId } from './protocol';
import {
	answer,
	type Draft,
	finished,
	isParcel,
	joined,
	type Kept,
	keyOf,
	NOTHING,
	type Parcel,
	type Place,
	type Store,
	transaction,
} from './store';

/** Keeps one, or how it stands now; of what has been sent since, it stays the send. */
export async function hold({ db }: Store, parcel: Parcel): Promise<void> {
	const writing = transaction(db, 'sends', 'readwrite');
	const sends = writing.objectStore('sends');
	const known = await answer<Kept | Parcel | undefined>(sends.get(parcel.key));
	if (!known || isParcel(known)) sends.put(parcel);
	await finished(writing);
}

/** Runs once for each other page that brings up parcels of a place now, when it ends: what it has left is for others. */
export async function whenLeft(
	store: Store,
	user: UserId,
	place: Place,
	run: () => void,
): Promise<void> {
	for (const { lock, place: at } of await store.allParcels(user)) {
		const key = `${keyOf(user, place)} ${lock}`;
		if (at !== place || lock === store.lock || store.awaited.has(key)) continue;
		store.awaited.add(key);
		store.locks.whenFree(lock, run);
	}
}

/**
 * Makes parcels part of the draft of their place, all at once: those of them that nobody else has taken before. The draft
 * is to be looked at again.
 */
export async function unpack(
	store: Store,
	user: UserId,
	place: Place,
	parcels: readonly Parcel[],
): Promise<Parcel[]> {
	const moving = transaction(store.db, ['sends', 'drafts'], 'readwrite');
	const [sends, drafts] = [moving.objectStore('sends'), moving.objectStore('drafts')];
	const asked = parcels.map(({ key }) => answer<Kept | Parcel | undefined>(sends.get(key)));
	const known = answer<Draft | undefined>(drafts.get(keyOf(user, place)));
	const left = (await Promise.all(asked)).flatMap((one) => (one && isParcel(one) ? [one] : []));
	const draft = (await known) ?? NOTHING;
	for (const { key } of left) sends.delete(key);
	if (left.length > 0) drafts.put(store.stamped(unpacked(left, draft)), keyOf(user, place));
	await finished(moving);
	return left;
}

/**
 * A draft with what was in parcels before it. One of which the draft has a file and the words was made of it, and is there
 * already.
 */
function unpacked(parcels: readonly Parcel[], draft: Draft): Draft {
	return parcels.reduceRight((rest, { text, reply_to, named, files }) => {
		const { files: there = [] } = rest.edits === null ? rest : (rest.aside ?? NOTHING);
		const hasFile = files.some(({ key }) => there.some((file) => file.key === key));
		if (hasFile && wordsOf(rest).text.includes(text.trim())) return rest;
		const all = joined({ text, reply_to, edits: null, named, files }, rest);
		for (const one of [all, all.aside]) if (one?.files) one.files = once(one.files);
		return all;
	}, draft);
}
