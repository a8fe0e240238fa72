/**
 * The shell around the machine: one socket, one timer, the store. It carries out steps in their order and decides
 * nothing; all that it touches is given to it.
 */

import { Client, type Settings } from './client';
import type {
	Body,
	ClientFrame,
	RoomId,
	RoomSnapshot,
	SendId,
	Seq,
	Status,
	UserId,
} from './protocol';
import {
	type Answer,
	type Ask,
	type End,
	keptOf,
	type NotTaken,
	ownWith,
	type Pending,
	type Step,
} from './step';
import { type Kept, keyOf, type Store } from './store';
import type { Threads } from './threads';

/** A store that has not answered by then is taken for broken. */
const STORE_MS = 5_000;

/** As much of a WebSocket as is needed. */
export interface Socket {
	onopen: ((event: never) => void) | null;
	onmessage: ((event: never) => void) | null;
	onclose: ((event: never) => void) | null;
	send(text: string): void;
	close(code?: number): void;
}

/** The world outside. */
export interface World {
	/** A monotonic clock of any origin, and the wall's. */
	now(): number;
	wall(): number;
	setTimer(run: () => void, ms: number): number;
	clearTimer(timer: number): void;
	connect(): Socket;
	/** Why a socket could not be had, which a browser does not say: the status of a call with the same credential. */
	probe(): Promise<number>;
	newId(): string;
	/** A step was carried out, or is to be shown. */
	onStep(step: Step): void;
	/** The store failed: from now on nothing is kept, and the person is to be told. */
	onUnkept(): void;
}

/** What a session's machine is made with, whoever it is for. */
export type SessionSettings = Omit<Settings, 'device' | 'user'>;

export class Session {
	readonly client: Client;
	private socket: Socket | null = null;
	private timer: number | null = null;
	private steps: Step[] = [];
	/** Records that are being kept, and the last of them: the store takes them in their order. */
	private records = new WeakMap<Step, Promise<void>>();
	private last: Promise<void> = Promise.resolve();
	private isWorking = false;
	private waiting = new Map<number, (answer: Answer) => void>();
	/** When and in which order sends were composed. */
	private composed = new Map<SendId, { order: number; at_ms: number }>();
	private order = 0;
	private isKept = true;
	/** When the server was heard last. */
	private heard_ms = 0;

	constructor(
		private readonly world: World,
		settings: SessionSettings,
		private readonly user: UserId,
		private readonly store: Store | null,
		kept: readonly Kept[] = [],
		remembered: readonly RoomSnapshot[] = [],
	) {
		const waiting = kept.filter((one) => one.failed === null).map((one) => one.pending);
		const device = store?.device ?? world.newId();
		this.client = new Client({ ...settings, user, device }, store?.counters, waiting, remembered);
		this.remember(kept);
	}

	/** Be connected; also: try now. */
	start(): void {
		this.carryOut(this.client.start(this.world.now()));
	}

	stop(): void {
		this.carryOut(this.client.stop());
	}

	/** The network or the page came back: a socket that stands may be dead. */
	wake(): void {
		const { now } = this.world;
		this.carryOut(this.client.isLive ? this.client.suspect(now()) : this.client.start(now()));
	}

	/** Sends, or says why it was not taken. */
	send(
		room: RoomId,
		body: Body,
		id: SendId = this.world.newId(),
	): { id: SendId } | { not: NotTaken } {
		const steps = this.client.send(this.world.now(), room, id, body);
		if (typeof steps === 'string') return { not: steps };
		this.carryOut(steps);
		return { id };
	}

	/** Takes over what pages that are gone have left. */
	adopt(kept: readonly Kept[]): void {
		this.remember(kept);
		const waiting = kept.filter((one) => one.failed === null).map((one) => one.pending);
		this.carryOut(this.client.adopt(this.world.now(), waiting));
	}

	ask(ask: Ask): Promise<Answer> {
		const asked = this.client.ask(this.world.now(), ask);
		if (!asked) {
			return Promise.resolve({ is: 'refused', refused: ownWith('busy') });
		}
		return new Promise((resolve) => {
			this.waiting.set(asked.number, resolve);
			this.carryOut(asked.steps);
		});
	}

	read(room: RoomId, seq: Seq): void {
		this.carryOut(this.client.read(this.world.now(), room, seq));
	}

	/** Everything after `seq` is to be unread again. */
	unreadFrom(room: RoomId, seq: Seq): void {
		this.carryOut(this.client.unreadFrom(this.world.now(), room, seq));
	}

	/** From now on the threads that the person follows are told. */
	followThreads(threads: Threads): void {
		this.carryOut(this.client.followThreads(this.world.now(), threads));
	}

	typing(room: RoomId): void {
		this.carryOut(this.client.typing(this.world.now(), room));
	}

	watch(status: Status, users: readonly UserId[]): void {
		this.carryOut(this.client.watch(status, users));
	}

	/** Keeps a send that could not be taken in, as one that failed. */
	fail(pending: Pending, why: string): void {
		const kept = this.asKept(pending, why);
		void this.keeping(() => this.store?.keep(kept));
	}

	/** The person has decided about a send that failed, or it is settled: it need not be kept any more. */
	async forget(id: SendId): Promise<void> {
		this.composed.delete(id);
		await this.keeping(() => this.store?.drop(this.user, id));
	}

	/** Done when all that was sent is kept, as far as this browser keeps anything. */
	async kept(): Promise<void> {
		await this.last;
	}

	// ---- Carrying out.

	private carryOut(steps: readonly Step[]): void {
		for (const step of steps) {
			// At once, whatever stands before it in the line: a page may end at any moment.
			if (step.do !== 'record') continue;
			this.last = this.record(step.pending);
			this.records.set(step, this.last);
		}
		this.steps.push(...steps);
		this.setTimer();
		if (!this.isWorking) void this.work();
	}

	/** One after the other: what follows a record waits until it is kept. */
	private async work(): Promise<void> {
		this.isWorking = true;
		for (let step = this.steps.shift(); step; step = this.steps.shift()) {
			switch (step.do) {
				case 'record':
					this.world.onStep(step);
					await this.records.get(step);
					this.world.onStep({ do: 'kept', id: step.pending.id });
					break;
				case 'settled':
					this.world.onStep(step);
					// Nothing waits for it: what comes back of it is recognised.
					void this.settled(step);
					break;
				case 'connect':
					this.connect();
					break;
				case 'close':
					this.drop();
					break;
				case 'write':
					this.write(step.frame);
					break;
				case 'wait':
					this.world.onStep({ ...step, heard_ms: this.heard_ms });
					break;
				case 'answer':
					this.waiting.get(step.number)?.(step.answer);
					this.waiting.delete(step.number);
					break;
				default:
					this.world.onStep(step);
			}
		}
		this.isWorking = false;
	}

	private async record(pending: Pending): Promise<void> {
		const kept = this.asKept(pending, null);
		await this.keeping(() => this.store?.keep(kept));
	}

	private async settled({ pending, outcome }: Extract<Step, { do: 'settled' }>): Promise<void> {
		const isWord = pending.body.kind === 'message' || pending.body.kind === 'edit';
		if (isWord && (outcome.is === 'refused' || outcome.is === 'doubtful')) {
			const kept = this.asKept(pending, keptOf(outcome.refused));
			await this.keeping(() => this.store?.keep(kept));
		} else {
			await this.forget(pending.id);
		}
	}

	/** A send as it is kept. */
	asKept(pending: Pending, failed: string | null): Kept {
		const { user } = this;
		let composed = this.composed.get(pending.id);
		if (!composed) {
			this.order += 1;
			composed = { order: this.order, at_ms: this.world.wall() };
			this.composed.set(pending.id, composed);
		}
		const slot = this.store?.slot ?? 0;
		return { key: keyOf(user, pending.id), user, slot, ...composed, pending, failed };
	}

	private remember(kept: readonly Kept[]): void {
		for (const { pending, order, at_ms } of kept) {
			this.composed.set(pending.id, { order, at_ms });
			this.order = Math.max(this.order, order);
		}
	}

	/** A store that does not answer must not hold up what can still be sent. */
	private async keeping(run: () => Promise<void> | undefined): Promise<void> {
		if (!this.isKept) return;
		let timer = 0;
		const late = new Promise<never>((_, reject) => {
			timer = this.world.setTimer(() => reject(new Error('the store does not answer')), STORE_MS);
		});
		try {
			await Promise.race([run(), late]);
		} catch {
			this.isKept = false;
			this.world.onUnkept();
		}
		this.world.clearTimer(timer);
	}

	private connect(): void {
		this.drop();
		const socket = this.world.connect();
		this.socket = socket;
		let wasOpen = false;
		const { now } = this.world;
		// Of a socket that was dropped nothing is reported any more.
		const isOurs = () => this.socket === socket;
		socket.onopen = () => {
			wasOpen = true;
			if (isOurs()) this.carryOut(this.client.opened(now()));
		};
		socket.onmessage = ({ data }: { data: unknown }) => {
			if (!isOurs()) return;
			this.heard_ms = this.world.wall();
			this.carryOut(this.client.heard(now(), String(data)));
		};
		socket.onclose = ({ code }: { code: number }) => {
			if (!isOurs()) return;
			if (wasOpen) {
				this.socket = null;
				this.carryOut(this.client.closed(now(), { by: 'code', code }));
				return;
			}
			void this.world.probe().then((status) => {
				if (!isOurs()) return;
				this.socket = null;
				const refused = status >= 400 && status < 500;
				const end: End = refused ? { by: 'status', status } : { by: 'cut' };
				this.carryOut(this.client.closed(now(), end));
			});
		};
	}

	private drop(): void {
		const { socket } = this;
		this.socket = null;
		socket?.close(1000);
	}

	private write(frame: ClientFrame): void {
		try {
			this.socket?.send(JSON.stringify(frame));
		} catch {
			// It is closing: its end is reported, and then all that matters goes again.
		}
	}

	private setTimer(): void {
		if (this.timer !== null) this.world.clearTimer(this.timer);
		this.timer = null;
		const deadline = this.client.deadline();
		if (deadline === null || !Number.isFinite(deadline)) return;
		const ms = Math.max(0, deadline - this.world.now());
		this.timer = this.world.setTimer(() => {
			this.timer = null;
			this.carryOut(this.client.tick(this.world.now()));
		}, ms);
	}
}
