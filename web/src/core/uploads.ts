/**
 * One file on its way to the server, part by part, over connections that may end at any moment.
 *
 * Every call may be repeated: the upload begins under a key, so the same key is the same upload; a part that got no
 * answer is put again as it was; after anything else the server is asked where to go on. What can help is tried again
 * after growing pauses for as long as it takes; what cannot is told, and `retry` begins anew.
 */

import { Backoff, type Chance } from './backoff';
import type { FileId, RoomId } from './protocol';

/** What of a file is needed: a browser's `File` is one. */
export interface Source {
	readonly name: string;
	readonly size: number;
	slice(from: number, to: number): Blob;
}

/** The world outside. */
export interface UploadWorld {
	fetch: typeof globalThis.fetch;
	setTimer(run: () => void, ms: number): number;
	clearTimer(timer: number): void;
	chance: Chance;
}

/** Going: parts are on their way. Pausing: the server or the network is away. Failed: why, in the server's words. */
export type UploadState =
	| { is: 'waiting' }
	| { is: 'going' }
	| { is: 'pausing' }
	| { is: 'whole'; id: FileId }
	| { is: 'failed'; status: number; message: string }
	| { is: 'cancelled' };

interface Stands {
	id: FileId;
	offset: number;
	part_bytes: number;
	whole: boolean;
}

/** What a call came to; `status` 0: there was no answer. */
type Called =
	| { ok: true; stands: Stands }
	| { ok: false; status: number; message: string; ms: number };

/** Answers after which the same may well be taken later; 401: after signing in again, which this page asks for. */
const AGAIN: ReadonlySet<number> = new Set([0, 401, 408, 429, 500, 502, 503, 504]);

export class Upload {
	state: UploadState = { is: 'waiting' };
	/** Bytes that are there for certain. */
	sent = 0;
	/** The server's name of it, once it has one. */
	id: FileId | null = null;
	private part = 0;
	private backoff = new Backoff();
	private hurried: (() => void) | null = null;
	private aborted = new AbortController();
	/** How often it was begun anew: another upload has another key. */
	private begun = 0;

	constructor(
		private readonly world: UploadWorld,
		private readonly file: Source,
		private readonly room: RoomId,
		/** By chance: what makes a repeated beginning the same upload. */
		private readonly key: string,
		private readonly onChange: () => void = () => {},
	) {}

	/** Runs until it is whole, has failed or was cancelled. */
	async run(): Promise<void> {
		if (this.state.is !== 'waiting') return;
		this.become({ is: 'going' });
		while (this.isRunning) {
			const called = await this.next();
			if (!this.isRunning) break;
			if (called.ok) this.stands(called.stands);
			else if (called.status === 404 && this.id !== null) this.anew();
			else if (called.status === 409 && (await this.isElsewhere())) continue;
			else if (AGAIN.has(called.status)) await this.pause(called.ms, called.status !== 0);
			else this.become({ is: 'failed', status: called.status, message: called.message });
		}
	}

	/** It is larger than the server takes: nothing of it is sent. */
	refuse(): void {
		if (this.state.is === 'waiting') this.become({ is: 'failed', status: 413, message: '' });
	}

	/** After a failure, from the beginning. */
	retry(): Promise<void> {
		if (this.state.is !== 'failed') return Promise.resolve();
		this.anew();
		this.become({ is: 'waiting' });
		return this.run();
	}

	/** The network is back, or the person wants it tried now. */
	hurry(): void {
		this.hurried?.();
	}

	/** It is not wanted any more: what is at the server already goes. */
	cancel(): void {
		if (this.state.is === 'cancelled') return;
		const { id } = this;
		this.become({ is: 'cancelled' });
		this.aborted.abort();
		this.hurry();
		if (id !== null) void this.call('DELETE', `/api/v1/uploads/${encodeURIComponent(id)}`);
	}

	// ---- Step by step.

	private get isRunning(): boolean {
		return this.state.is === 'going' || this.state.is === 'pausing';
	}

	private become(state: UploadState): void {
		this.state = state;
		this.onChange();
	}

	private next(): Promise<Called> {
		if (this.id === null) return this.begin();
		const at = this.sent;
		const part = this.file.slice(at, Math.min(at + this.part, this.file.size));
		return this.call('PUT', `/api/v1/uploads/${encodeURIComponent(this.id)}?offset=${at}`, part);
	}

	private begin(): Promise<Called> {
		const { name, size } = this.file;
		const body = JSON.stringify({ room: this.room, name, size });
		const key = this.begun === 0 ? this.key : `${this.key}-${this.begun}`;
		const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key };
		return this.call('POST', '/api/v1/uploads', body, headers);
	}

	private stands({ id, offset, part_bytes, whole }: Stands): void {
		this.id = id;
		this.sent = offset;
		this.part = part_bytes;
		this.backoff.reset();
		this.become(whole ? { is: 'whole', id } : { is: 'going' });
	}

	/** Another part is the next one, says the server. If it is not, the refusal means something else. */
	private async isElsewhere(): Promise<boolean> {
		if (this.id === null) return false;
		const { id, sent } = this;
		await this.ask();
		return this.id !== id || this.sent !== sent || this.state.is !== 'going';
	}

	/** Where the server says that it goes on. */
	private async ask(): Promise<void> {
		const called = await this.call('GET', `/api/v1/uploads/${encodeURIComponent(this.id ?? '')}`);
		if (!this.isRunning) return;
		if (called.ok) this.stands(called.stands);
		else if (called.status === 404) this.anew();
		else await this.pause(called.ms, false);
	}

	/** The server has forgotten it, or it is to be tried from the beginning. */
	private anew(): void {
		this.begun += 1;
		this.id = null;
		this.sent = 0;
		this.backoff.reset();
	}

	private async pause(atLeast: number, ask: boolean): Promise<void> {
		this.become({ is: 'pausing' });
		const ms = this.backoff.pauseAfter(atLeast, this.world.chance);
		await new Promise<void>((resolve) => {
			const timer = this.world.setTimer(resolve, ms);
			this.hurried = () => {
				this.world.clearTimer(timer);
				resolve();
			};
		});
		this.hurried = null;
		if (ask && this.isRunning && this.id !== null) await this.ask();
	}

	private async call(
		method: string,
		path: string,
		body?: BodyInit,
		headers?: Record<string, string>,
	): Promise<Called> {
		try {
			const signal = method === 'DELETE' ? undefined : this.aborted.signal;
			const asked = { method, body, headers, signal, credentials: 'same-origin' } as const;
			const answer = await this.world.fetch(path, asked);
			const said = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
			if (answer.ok) return { ok: true, stands: said as Stands };
			const { message = '', retry_after_ms = 0 } = said as Partial<Record<string, never>>;
			return { ok: false, status: answer.status, message, ms: retry_after_ms };
		} catch {
			return { ok: false, status: 0, message: '', ms: 0 };
		}
	}
}
