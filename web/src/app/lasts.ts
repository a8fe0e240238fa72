/** What was said last in rooms with something to read, for one line in the list on a phone: as it comes, or asked for. */

import type { App, Part } from '../app.svelte';
import { saidIn } from '../core/event';
import { oneLine } from '../core/markdown';
import type { Event, RoomId } from '../core/protocol';
import type { Step } from '../core/step';

/** Unread rooms of which the last message is asked for, and how far back it is looked for. */
const ROOMS_MAX = 15;
const LOOK_BACK = 10;
/** Of a text only its beginning is shown. */
const TEXT_MAX = 120;

export class Lasts implements Part {
	constructor(private readonly app: App) {}

	/** Where it is not known yet. */
	async fetch(): Promise<void> {
		const { side } = this.app;
		const asked = side.rooms.filter((room) => side.isNew(room) && !side.lasts.has(room.id));
		for (const { id } of asked.slice(0, ROOMS_MAX)) {
			const answer = await this.app.ask({ ask: 'history', room: id, limit: LOOK_BACK });
			if (answer.is !== 'page' || side.lasts.has(id)) continue;
			const { events, states } = answer.page;
			const last = events.findLast((event) => event.body.kind === 'message' && !event.body.thread);
			if (last) this.said(id, last, states.find((state) => state.seq === last.seq)?.text);
		}
	}

	step(step: Step): void {
		const { lasts } = this.app.side;
		if (step.do === 'left') lasts.delete(step.room);
		if (step.do !== 'show') return;
		const { room, event } = step;
		const { body } = event;
		const last = lasts.get(room);
		if (body.kind === 'message' && !body.thread) this.said(room, event);
		else if (body.kind === 'delete' && body.target === last?.seq) lasts.delete(room);
		else if (body.kind === 'edit' && body.target === last?.seq)
			lasts.set(room, { ...last, text: oneLine(body.text).slice(0, TEXT_MAX) });
	}

	private said(room: RoomId, { seq, by, name, at_ms, body }: Event, text?: string): void {
		if (body.kind !== 'message') return;
		const said = oneLine(saidIn(body, text ?? body.text)).slice(0, TEXT_MAX);
		this.app.side.lasts.set(room, { seq, by, name, at_ms, text: said });
	}
}
