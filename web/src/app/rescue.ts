/**
 * Words of which it is not known whether a worker that is dead has kept them are written again, to be sent by hand; and so
 * are those that were typed since, which wait until what was sent is kept.
 */

import type { App } from '../app.svelte';
import type { Body, RoomId } from '../core/protocol';
import { type Draft, isNothing, joined, NOTHING, placeOf } from '../core/store';

export async function rescue(app: App, words: { room: RoomId; body: Body }[]): Promise<void> {
	const { me, store } = app;
	if (!me || !store) return;
	const typed = new Map(app.drafts.saving);
	const sent = words.flatMap(({ room, body }) => {
		if (body.kind !== 'message') return [];
		return [{ place: placeOf(room, body.thread?.root ?? null), text: body.text }];
	});
	const isEdited = ({ edits }: Draft) =>
		words.some(({ body }) => body.kind === 'edit' && body.target === edits);
	for (const place of new Set([...sent.map((one) => one.place), ...typed.keys()])) {
		const known = (await store.draft(me.id, place)) ?? NOTHING;
		const mine = sent.filter((one) => one.place === place);
		const lost = mine.filter(({ text }) => !known.text.includes(text)).map(({ text }) => text);
		const now = typed.get(place) ?? NOTHING;
		// What stands there was sent; else it is older than what was typed.
		const was = isEdited(known)
			? { ...known, aside: undefined }
			: mine.length > 0
				? known
				: NOTHING;
		const draft = joined(joined({ ...NOTHING, text: lost.join('\n') }, was), now);
		await store.setDraft(me.id, place, isNothing(draft) && !draft.synced ? null : draft);
	}
}
