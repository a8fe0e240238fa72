/** Up to where others have a room: asked for where it is shown, and told from then on until the connection ends. */

import type { App, Part } from '../app.svelte';
import type { Receipt, RoomId } from '../core/protocol';
import type { Refused, Step } from '../core/step';

class Receipts implements Part {
	private asked = new Set<RoomId>();

	constructor(private readonly app: App) {}

	/** Asks, unless it is told already. Why it is not told, if it is not. */
	async ask(room: RoomId): Promise<Refused | null> {
		if (this.asked.has(room)) return null;
		this.asked.add(room);
		const answer = await this.app.ask({ ask: 'receipts', room });
		if (answer.is === 'receipts') this.take(room, answer.receipts);
		if (answer.is !== 'refused') return null;
		this.asked.delete(room);
		return answer.refused;
	}

	step(step: Step): void {
		if (step.do === 'receipts') this.take(step.room, step.receipts);
		if (step.do === 'left') this.app.receipts.delete(step.room);
		if (step.do !== 'welcome') return;
		// The server tells it on the connection on which it was asked.
		const rooms = [...this.asked];
		this.asked.clear();
		for (const room of rooms) {
			if (this.app.receipts.has(room)) void this.ask(room);
		}
	}

	private take(room: RoomId, receipts: readonly Receipt[]): void {
		const known = new Map(this.app.receipts.get(room));
		for (const receipt of receipts) known.set(receipt.user, receipt);
		this.app.receipts.set(room, known);
	}
}

const made = new WeakMap<App, Receipts>();
export function receiptsOf(app: App): Receipts {
	let receipts = made.get(app);
	if (!receipts) {
		receipts = new Receipts(app);
		made.set(app, receipts);
		app.parts.push(receipts);
	}
	return receipts;
}
