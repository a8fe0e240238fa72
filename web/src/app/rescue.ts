/**
 * Words of which it is not known whether a worker that is dead has kept them are written again, to be sent by hand; and so
 * are those that were typed since, which wait until what was sent is kept.
 */

import type { App } from '../app.svelte';
import type { Body, RoomId } from '../core/protocol';
import { type Draft, isNothing, joined, keyOf, NOTHING, placeOf } from '../core/store';

/** More pages than that are not there at once. */
const TRIES_MAX = 5;

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
		const mine = sent.filter((one) => one.place === place);
		const now = typed.get(place) ?? NOTHING;
		// Another page that rescues its own may be between.
		for (let tries = 0; tries < TRIES_MAX; tries += 1) {
			const seen = store.seen.get(keyOf(me.id, place));
			const known = (await store.draft(me.id, place)) ?? NOTHING;
			const lost = mine.filter(({ text }) => !known.text.includes(text)).map(({ text }) => text);
			// What stands there was sent, or is another page's; else it is older than what was typed.
			const isOther = mine.length > 0 || known.stamp !== seen?.stamp;
			const was = isEdited(known) ? { ...known, aside: undefined } : isOther ? known : NOTHING;
			const draft = joined(joined({ ...NOTHING, text: lost.join('\n') }, was), now);
			const isGone = isNothing(draft) && !draft.synced;
			if ((await store.setDraft(me.id, place, isGone ? null : draft)) !== false) break;
		}
	}
}
