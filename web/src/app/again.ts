/** What can be done with a send that failed, and with messages that were missed: only where one asks for it. */

import type { App } from '../app.svelte';
import { type Body, PAGE_EVENTS_MAX, type RoomId, type Seq } from '../core/protocol';
import type { Unsent } from '../core/rows';
import type { DraftFile } from '../core/store';
import type { RoomView } from './view.svelte';

/** Whether it still stands there as failed: of a button that is pressed twice, the second press asks for what is done. */
function isThere(app: App, room: RoomId, { pending }: Unsent): boolean {
	const all = app.sending.unsent.get(room) ?? [];
	return all.some((one) => one.pending.id === pending.id && one.failed !== null);
}

/** A send that failed goes again: as a new one, for the first certainly is not there. */
export function sendAgain(app: App, room: RoomId, unsent: Unsent): void {
	if (!isThere(app, room, unsent) || app.attaching?.again(unsent)) return;
	const { body } = unsent.pending;
	if (app.sending.send(room, body) === null) discard(app, room, unsent);
}

/** A send that failed is taken back into the composer. */
export function takeBack(app: App, { id }: RoomView, unsent: Unsent): void {
	const { body } = unsent.pending;
	const view = app.reading.viewOf(id);
	if (!view || !isThere(app, id, unsent)) return;
	if (body.kind !== 'message' && body.kind !== 'edit') return;
	const root = body.kind === 'message' ? (body.thread?.root ?? null) : null;
	if (app.drafts.isAtAnEdit(view, root)) return;
	if (body.kind === 'edit') {
		app.drafts.set(view, { text: body.text, reply_to: null, edits: body.target });
	} else {
		if (app.drafts.of(view, root).edits !== null) app.drafts.stopEditing(view, root);
		const { aside, ...draft } = app.drafts.of(view, root);
		const now = aside ?? draft;
		const text = [now.text, body.text].filter((part) => part.trim()).join('\n');
		const files = [...(now.files ?? []), ...(app.attaching?.takenBack(unsent) ?? filesIn(body))];
		app.drafts.set(view, { ...now, text, reply_to: body.reply_to ?? now.reply_to, files }, root);
	}
	discard(app, view.id, unsent);
}

/** A send that failed is given up. */
export function discard(app: App, room: RoomId, unsent: Unsent): void {
	const { id } = unsent.pending;
	if (!app.attaching?.drop(unsent)) void app.session?.forget(id);
	app.sending.gone(room, id);
}

/** The files of a message that was not sent, as a draft has them: each is whole. */
function filesIn({ attachments = [] }: Extract<Body, { kind: 'message' }>): DraftFile[] {
	const defaults = { name: '', size: 0, type: '', alt: '' };
	return attachments.map((file) => ({ ...defaults, ...file, key: file.id }));
}

/** A gap, page by page, until it is closed or as much is here as is held. */
export async function loadGap(app: App, view: RoomView, from: Seq, to: Seq): Promise<void> {
	let next = from;
	while (next <= to) {
		const where = { after: next - 1, limit: PAGE_EVENTS_MAX };
		const page = await app.reading.load(view, 'gap', where, view.reading);
		const last = page?.events.at(-1);
		if (!last || last.seq < next || !view.timeline.covers(last.seq)) return;
		next = last.seq + 1;
	}
}
