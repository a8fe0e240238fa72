/**
 * Deletions that can still be undone. One that was decided is kept in the browser at once, and goes to the server when the
 * time to undo it has run out, or the page is left. It goes by HTTP, for that outlives a page, and each time the same:
 * with the id and the position of when it was decided, by which the server knows it again. So it is neither lost by a
 * reload, nor done twice, whichever page comes to send it.
 */

import type { App, Part } from '../app.svelte';
import type { RoomId, Seq } from '../core/protocol';
import type { MessageRow, Unsent } from '../core/rows';
import type { Step } from '../core/step';
import { w as words } from '../words';
import { w } from '../words/message';
import { DELETIONS } from './entering';
import { offer } from './undo';
import type { RoomView } from './view.svelte';

interface Deletion {
	user: string;
	room: RoomId;
	target: Seq;
	id: string;
	after: Seq;
	/** When a page said last that it can still be undone there; 0: it is to be sent. */
	held_ms: number;
}

/** A page that says nothing for so long is gone, or asleep. */
const GONE_MS = 15_000;
/** Pauses between tries. */
const AGAIN_MS = 3_000;

class Deletions implements Part {
	/** The one that can be undone here. */
	private held: Deletion | null = null;
	private sending = new Set<string>();

	constructor(private readonly app: App) {
		this.show();
		window.addEventListener('pagehide', () => this.leave());
	}

	/** Deletes a message, unless it is undone in time. */
	begin(view: RoomView, row: MessageRow): void {
		const log = this.app.session?.client.rooms.get(view.id);
		if (row.seq === null || !log || !this.app.me) return;
		const deletion = {
			user: this.app.me.id,
			room: view.id,
			target: row.seq,
			id: crypto.randomUUID(),
			after: log.position,
			held_ms: Date.now(),
		};
		offer(this.app, {
			said: w.deleted,
			undo: () => this.undo(deletion),
			over: () => void this.release(deletion),
		});
		this.held = deletion;
		this.write([...this.read(), deletion]);
		this.show();
	}

	step(step: Step): void {
		if (step.do !== 'show' || step.event.body.kind !== 'delete') return;
		const { target } = step.event.body;
		this.drop((one) => one.room === step.room && one.target === target);
	}

	beat(): void {
		const { held } = this;
		const now = Date.now();
		if (held) this.hold(held, now);
		for (const one of this.read()) {
			const isDue = now - one.held_ms > GONE_MS;
			if (isDue && one.id !== held?.id) void this.send(one, false);
		}
	}

	/** What was decided is done before the session ends. */
	async end(): Promise<void> {
		if (!this.held) return;
		this.app.undo = null;
		await this.release(this.held);
	}

	private undo(deletion: Deletion): void {
		if (this.held?.id !== deletion.id) return;
		this.held = null;
		this.drop((one) => one.id === deletion.id);
	}

	/** The time to undo it has run out, or with `isLast` the page goes. */
	private async release(deletion: Deletion, isLast = false): Promise<void> {
		if (this.held?.id !== deletion.id) return;
		this.held = null;
		this.hold(deletion, 0);
		await this.send(deletion, isLast);
	}

	private leave(): void {
		if (!this.held) return;
		this.app.undo = null;
		void this.release(this.held, true);
	}

	/** Says until when it is not to be sent by others. */
	private hold(deletion: Deletion, held_ms: number): void {
		this.write(this.read().map((one) => (one.id === deletion.id ? { ...one, held_ms } : one)));
	}

	private async send(one: Deletion, isLast: boolean): Promise<void> {
		// In nobody else's name; without a connection, or a session that lasts, it waits.
		const isMine = one.user === this.app.me?.id && this.app.link.is === 'live';
		if (!isMine || this.sending.has(one.id)) return;
		this.sending.add(one.id);
		const { room, id, after, target } = one;
		const path = `/api/v1/rooms/${room}/events`;
		const send = { body: { kind: 'delete', target }, after };
		const sent = await this.app.http.call('POST', path, send, id, isLast);
		// What may be tried again is, by the next beat after the pause.
		const again = !sent.ok && [0, 401, 429, 500, 502, 503, 504].includes(sent.status);
		if (again) {
			setTimeout(() => this.sending.delete(id), AGAIN_MS);
			return;
		}
		this.sending.delete(id);
		if (!sent.ok && sent.status !== 404) {
			this.app.notice = words.couldNot(words.do.delete, sent.message);
		}
		if (sent.ok) this.write(this.read().filter((kept) => kept.id !== id));
		else this.drop((kept) => kept.id === id);
	}

	private read(): Deletion[] {
		try {
			return JSON.parse(localStorage.getItem(DELETIONS) ?? '[]') as Deletion[];
		} catch {
			return this.held ? [this.held] : [];
		}
	}

	private write(all: readonly Deletion[]): void {
		try {
			if (all.length > 0) localStorage.setItem(DELETIONS, JSON.stringify(all));
			else localStorage.removeItem(DELETIONS);
		} catch {
			this.app.unkept = true;
		}
	}

	private drop(which: (one: Deletion) => boolean): void {
		this.write(this.read().filter((one) => !which(one)));
		const ids = new Set(this.read().map((one) => one.id));
		this.app.held = this.app.held.filter((one) => ids.has(one.pending.id));
	}

	/** Draws as done what is decided. */
	private show(): void {
		const mine = this.read().filter((one) => one.user === this.app.me?.id);
		this.app.held = mine.map(({ room, id, target }): Unsent => {
			const body = { kind: 'delete', target } as const;
			const pending = { room, id, after: null, device: '', n: 0, body };
			return { pending, at_ms: 0, failed: null, late: false, stored: true };
		});
	}
}

const made = new WeakMap<App, Deletions>();
export function deletionsOf(app: App): Deletions {
	let deletions = made.get(app);
	if (!deletions) {
		deletions = new Deletions(app);
		made.set(app, deletions);
		app.parts.push(deletions);
	}
	return deletions;
}
