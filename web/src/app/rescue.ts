/** Words of which it is not known whether a worker that is dead has kept them are written again, to be sent by hand. */

import type { App } from '../app.svelte';
import type { Body, RoomId } from '../core/protocol';
import { NOTHING, placeOf } from '../core/store';

export async function rescue(app: App, words: { room: RoomId; body: Body }[]): Promise<void> {
	const { me, store } = app;
	if (!me || !store) return;
	for (const { room, body } of words) {
		if (body.kind !== 'message') continue;
		const place = placeOf(room, body.thread?.root ?? null);
		const known = (await store.draft(me.id, place)) ?? NOTHING;
		if (known.text.includes(body.text)) continue;
		const text = [body.text, known.text].filter((part) => part.trim()).join('\n');
		await store.setDraft(me.id, place, { ...known, text });
	}
}
