/**
 * A client of `hearth.v1` as a pure machine: what was heard and what time it is go in, steps come out.
 * `protocol::client` in TypeScript: its promises and its reasons stand there and in `docs/protocol.md`. It knows no
 * socket, no clock and no chance but what it is given.
 *
 * Call `start`, then carry out the steps of every call in their order. When a step says `connect`, open a socket and
 * report `opened`, each text by `heard`, and its end by `closed`; after `close` report nothing more of that socket. Call
 * `tick` at `deadline`.
 */

import { type Asker, Asks } from './asks';
import { Backoff, type Chance } from './backoff';
import { Outbox } from './outbox';
import { OwnList, own } from './own';
import {
	type Body,
	type ClientFrame,
	type DeviceId,
	type ErrorCode,
	type Event,
	type Own,
	PAGE_EVENTS_MAX,
	PING_INTERVAL_MS,
	type Position,
	REQUESTS_IN_FLIGHT_MAX,
	RETRY,
	ROOMS_PER_USER_MAX,
	type RoomId,
	type RoomSnapshot,
	type SendId,
	type Seq,
	type ServerFrame,
	type Status,
	THREADS_PAGE_MAX,
	TYPING_MS,
	type User,
	type UserId,
	WATCHED_USERS_MAX,
} from './protocol';
import { RoomLog, type Shown } from './room';
import {
	type Answer,
	type Ask,
	type End,
	type Ended,
	type NotTaken,
	ownWith,
	type Page,
	type Pending,
	type Refused,
	type Step,
} from './step';
import type { ThreadLog, Threads } from './threads';

/** A socket that is not open by then is given up. */
const CONNECT_MS = 15_000;
/** A server that has not said `welcome` by then is given up. */
const WELCOME_MS = 15_000;
/** After so much silence the machine asks whether anybody is there. */
const QUIET_MS = PING_INTERVAL_MS;
/** And after so much more it gives the connection up. */
const SILENT_MS = 10_000;
/** A connection that lived so long was a success: the next pause is a short one again. */
const SETTLED_MS = 5_000;
/** How long to wait for events that are known to exist before asking for them. */
const GRACE_MS = 3_000;
/** How long sends wait for the replay to be whole. Sending earlier is safe, but mostly a resend in vain. */
const REPLAY_MS = 6_000;
/** Requests under way at once: the server takes more, but sends need room beside them. */
const ASKS_IN_FLIGHT_MAX = REQUESTS_IN_FLIGHT_MAX / 2;
/** Read marks go out at most so often. */
const MARK_MS = 1_000;
/** Typing notices go out at most so often. */
const TYPED_MS = TYPING_MS - 1_000;
/** The longest pause that a `drain` may ask for. */
const DRAIN_MS_MAX = 60_000;
/** Rooms remembered that the server could not load. */
const UNLOADED_MAX = 4 * ROOMS_PER_USER_MAX;

/** What a machine is made with. */
export interface Settings {
	/** Whose outbox it is. */
	user: UserId;
	device: DeviceId;
	build: string;
	chance: Chance;
	/** Sends that may wait. */
	outboxMax: number;
	/** Whether to be told what is the person's own, and what changes of it. */
	followsOwn?: boolean;
	/** Whether to say what was delivered to this device, unless the person's own says not to. It goes with `followsOwn`. */
	tellsDelivered?: boolean;
}

/** How it stands with the connection. */
export type Link =
	| { is: 'idle' }
	| { is: 'waiting'; until: number }
	| { is: 'connecting'; since: number }
	| { is: 'greeting'; since: number }
	| { is: 'live'; since: number }
	| { is: 'ended'; ended: Ended };

export class Client {
	link: Link = { is: 'idle' };
	user: User | null = null;
	readonly rooms = new Map<RoomId, RoomLog>();
	/** What is the person's own; nothing before the server has told it. */
	readonly own = new OwnList();
	/** The threads that the person follows; null: nobody has asked to be told. */
	threads: Threads | null = null;
	private readonly settings: Settings;
	private readonly outbox: Outbox;
	private readonly asks = new Asks();
	private readonly backoff = new Backoff();
	/** What a `drain` frame told this connection. */
	private drainMs: number | null = null;
	private lastHeard = 0;
	private pinged = false;
	/** Rooms that the server could not load yet: they may be ours, though the welcome does not name them. */
	private unloaded = new Set<RoomId>();
	/** `read`: what is to be said before it is set back. */
	private marks = new Map<RoomId, { seq: Seq; back: boolean; read?: Seq | undefined }>();
	private marksAt = 0;
	/** Up to where events have come that were not said to be delivered yet. */
	private delivered = new Map<RoomId, Seq>();
	private typed: { room: RoomId; at: number } | null = null;
	private presence: { status: Status; watch: UserId[] } | null = null;
	private out: Step[] = [];

	constructor(
		settings: Settings,
		counters: ReadonlyMap<RoomId, number> = new Map(),
		pending: readonly Pending[] = [],
		remembered: readonly RoomSnapshot[] = [],
	) {
		this.settings = settings;
		// As they stood when they were last seen: what came since is asked for by that.
		for (const snapshot of remembered) {
			const log = new RoomLog(snapshot.head);
			log.describe(snapshot);
			this.rooms.set(snapshot.id, log);
		}
		this.outbox = new Outbox(settings.device, settings.outboxMax);
		this.outbox.restore(counters, pending);
	}

	/** What is not settled, room by room in order. */
	pending(): Pending[] {
		return this.outbox.pending();
	}

	get isLive(): boolean {
		return this.link.is === 'live';
	}

	/** Whether everything that is known to exist in a room is here. */
	isUpToDate(room: RoomId): boolean {
		const log = this.rooms.get(room);
		return this.isLive && log !== undefined && log.replayTo === null && !log.isBehind;
	}

	/** When to call `tick` next; null if nothing waits for time. */
	deadline(): number | null {
		const { link } = this;
		switch (link.is) {
			case 'idle':
			case 'ended':
				return null;
			case 'waiting':
				return link.until;
			case 'connecting':
				return link.since + CONNECT_MS;
			case 'greeting':
				return link.since + WELCOME_MS;
			case 'live': {
				const times = [this.lastHeard + QUIET_MS + (this.pinged ? SILENT_MS : 0)];
				const logs = [...this.rooms.values()];
				// Without a free place only an answer lets the next one go, not time.
				const places = this.inFlight < REQUESTS_IN_FLIGHT_MAX;
				if (
					places &&
					logs.some((log) => log.replayTo !== null) &&
					this.outbox.readyRooms().length > 0
				) {
					times.push(link.since + REPLAY_MS);
				}
				if (this.marks.size + this.delivered.size > 0) times.push(this.marksAt);
				times.push(this.outbox.deadline(), this.asks.deadline());
				for (const [room, log] of this.rooms) {
					if (log.askAt !== null && !this.asks.fills(room)) times.push(log.askAt);
				}
				return Math.min(...times);
			}
		}
	}

	// ---- What the person wants.

	/** Be connected. From a pause or an end it tries at once, and so do sends that were told to wait. */
	start(now: number): Step[] {
		if (this.link.is === 'idle' || this.link.is === 'waiting' || this.link.is === 'ended') {
			this.connect(now);
		}
		this.outbox.hurry();
		return this.pump(now);
	}

	/** Be not connected. Positions and the outbox stay. */
	stop(): Step[] {
		if (this.isConnected) this.out.push({ do: 'close' });
		this.link = { is: 'idle' };
		this.forgetConnection();
		return this.handOver();
	}

	/** The network is another one: what stands may be dead without a word, so ask at once whether anybody is there. */
	suspect(now: number): Step[] {
		if (this.isLive && !this.pinged) {
			this.ping();
			this.lastHeard = now - QUIET_MS;
		}
		return this.handOver();
	}

	/** Adds an event to a room, connected or not. It is recorded before it is anything else. */
	send(now: number, room: RoomId, id: SendId, body: Body): Step[] | NotTaken {
		if (!this.rooms.has(room)) return 'not member';
		const added = this.outbox.add(room, id, body);
		if (typeof added === 'string') return added;
		const steps = this.pump(now);
		const isRecorded = steps.some((step) => step.do === 'record' && step.pending.id === id);
		return isRecorded ? steps : [{ do: 'record', pending: added }, ...steps];
	}

	/** Takes in sends that another page left, of whatever device. */
	adopt(now: number, pending: readonly Pending[]): Step[] {
		for (const one of pending) this.outbox.adopt(one);
		return this.pump(now);
	}

	/** Asks the server something; null if too much waits. The number comes back with the answer. */
	ask(now: number, ask: Ask): { number: number; steps: Step[] } | null {
		const number = this.asks.add({ who: 'person' }, (ref) => frameOf(ask, ref));
		return number === null ? null : { number, steps: this.pump(now) };
	}

	/** The person has read up to `seq`. */
	read(now: number, room: RoomId, seq: Seq): Step[] {
		const log = this.rooms.get(room);
		if (log) {
			const before = unreadStep(room, log);
			if (log.markRead(seq)) {
				if (!this.marks.get(room)?.back) this.marks.set(room, { seq: log.mark.seq, back: false });
				this.tellUnread(room, log, before);
			}
		}
		return this.pump(now);
	}

	/** The person wants everything after `seq` to be unread again. */
	unreadFrom(now: number, room: RoomId, seq: Seq): Step[] {
		const waits = this.marks.get(room);
		// The server sets back what it knows to be read: that is said first, or nothing would come of it.
		const read = waits?.back ? waits.read : waits?.seq;
		if (this.rooms.has(room)) this.marks.set(room, { seq, back: true, read });
		return this.pump(now);
	}

	/** From now on the threads that the person follows are told, which goes with `followsOwn`. What was before is listed. */
	followThreads(now: number, threads: Threads): Step[] {
		this.threads = threads;
		if (this.isLive) this.askThreads();
		return this.pump(now);
	}

	/** The person is writing. */
	typing(now: number, room: RoomId): Step[] {
		const isDue = this.typed?.room !== room || now >= this.typed.at + TYPED_MS;
		if (isDue && this.isLive && this.rooms.has(room)) {
			this.typed = { room, at: now };
			this.write({ type: 'typing', room });
		}
		return this.handOver();
	}

	/** How the person is, and whose status they want to be told. Repeated on every connection. */
	watch(status: Status, watch: readonly UserId[]): Step[] {
		this.presence = { status, watch: watch.slice(0, WATCHED_USERS_MAX) };
		if (this.isLive) this.writePresence();
		return this.handOver();
	}

	// ---- What became of the socket.

	/** The socket stands. */
	opened(now: number): Step[] {
		if (this.link.is === 'connecting') {
			this.link = { is: 'greeting', since: now };
			this.heardSomething(now);
			const { device, build } = this.settings;
			this.write({ type: 'hello', device, build, rooms: this.positions() });
		}
		return this.handOver();
	}

	/** The socket is gone, or could not be had. */
	closed(now: number, end: End): Step[] {
		if (this.isConnected) this.lost(now, end);
		return this.handOver();
	}

	/** The server said something. */
	heard(now: number, text: string): Step[] {
		this.heardSomething(now);
		if (this.link.is === 'greeting' || this.link.is === 'live') {
			const frame = decoded(text);
			if (frame) this.frame(now, frame);
			else this.out.push({ do: 'odd', text: text.slice(0, 200) });
		}
		return this.pump(now);
	}

	/** Time has passed. */
	tick(now: number): Step[] {
		const { link } = this;
		if (link.is === 'waiting' && now >= link.until) this.connect(now);
		else if (link.is === 'connecting' && now >= link.since + CONNECT_MS) this.dropSilent(now);
		else if (link.is === 'greeting' && now >= link.since + WELCOME_MS) this.dropSilent(now);
		else if (link.is === 'live') this.tickLive(now);
		return this.pump(now);
	}

	// ---- The connection.

	private get isConnected(): boolean {
		return this.link.is === 'connecting' || this.link.is === 'greeting' || this.link.is === 'live';
	}

	private get inFlight(): number {
		return this.outbox.inFlight() + this.asks.inFlight();
	}

	private heardSomething(now: number): void {
		this.lastHeard = now;
		this.pinged = false;
	}

	private positions(): Position[] {
		const rooms = [...this.rooms].slice(0, ROOMS_PER_USER_MAX);
		return rooms.map(([room, log]) => ({ room, seq: log.position }));
	}

	private connect(now: number): void {
		this.link = { is: 'connecting', since: now };
		this.out.push({ do: 'connect' });
	}

	private dropSilent(now: number): void {
		this.out.push({ do: 'close' });
		this.lost(now, { by: 'silence' });
	}

	private lost(now: number, end: End): void {
		if (this.link.is === 'live' && now >= this.link.since + SETTLED_MS) this.backoff.reset();
		const { drainMs } = this;
		this.forgetConnection();
		const ended = endedBy(end);
		if (ended) {
			this.link = { is: 'ended', ended };
			this.out.push({ do: 'ended', ended });
			return;
		}
		// The server's own time is jittered already, and coming back at it is no fault to be slower for.
		const ms = drainMs ?? this.backoff.pause(this.settings.chance);
		this.link = { is: 'waiting', until: now + ms };
		this.out.push({ do: 'wait', ms, why: end });
	}

	private forgetConnection(): void {
		this.drainMs = null;
		this.unloaded.clear();
		this.outbox.cut();
		this.asks.cut();
		for (const log of this.rooms.values()) {
			log.replayTo = null;
			log.askAt = null;
		}
	}

	private tickLive(now: number): void {
		if (this.pinged && now >= this.lastHeard + QUIET_MS + SILENT_MS) {
			this.dropSilent(now);
			return;
		}
		if (!this.pinged && now >= this.lastHeard + QUIET_MS) this.ping();
		this.outbox.tick(now);
		this.asks.tick(now);
		for (const [room, log] of this.rooms) {
			if (log.askAt !== null && now >= log.askAt) this.fill(room);
		}
	}

	private ping(): void {
		this.pinged = true;
		this.write({ type: 'ping', ref: this.asks.number() });
	}

	// ---- What goes out.

	private write(frame: ClientFrame): void {
		this.out.push({ do: 'write', frame });
	}

	private handOver(): Step[] {
		const { out } = this;
		this.out = [];
		return out;
	}

	/** Puts on the wire what may go, and hands the steps over. The end of every input. */
	private pump(now: number): Step[] {
		if (this.link.is === 'live') {
			const patienceIsOver = now >= this.link.since + REPLAY_MS;
			for (const room of this.outbox.readyRooms()) {
				const log = this.rooms.get(room);
				const waits = log !== undefined && log.replayTo !== null && !patienceIsOver;
				if (!waits && this.inFlight < REQUESTS_IN_FLIGHT_MAX) this.launch(room, log?.position, now);
			}
			while (this.asks.inFlight() < ASKS_IN_FLIGHT_MAX) {
				const frame = this.asks.launch(now);
				if (!frame) break;
				this.write(frame);
			}
			if (now >= this.marksAt && this.marks.size + this.delivered.size > 0) this.writeMarks(now);
		}
		return this.handOver();
	}

	private writeMarks(now: number): void {
		this.marksAt = now + MARK_MS;
		const tells = !this.own.has(own.receipts);
		for (const [room, seq] of this.delivered) {
			// What is read was delivered.
			const isRead = (this.rooms.get(room)?.mark.seq ?? seq) >= seq;
			if (tells && !isRead) this.write({ type: 'delivered', room, seq });
		}
		this.delivered.clear();
		for (const [room, { seq, back, read }] of this.marks) {
			const isFirst = read !== undefined;
			this.write({ type: 'mark', room, seq: read ?? seq, ...(back && !isFirst ? { back } : {}) });
			// One after the other: of two at once either may be the first there.
			if (isFirst) this.marks.set(room, { seq, back });
			else this.marks.delete(room);
		}
	}

	private launch(room: RoomId, position: Seq | undefined, now: number): void {
		const launched = this.outbox.launch(room, position, now);
		if (!launched) return;
		const { pending, isNew } = launched;
		if (isNew) this.out.push({ do: 'record', pending });
		const { id, device, n, body } = pending;
		this.write({ type: 'send', room, id, after: pending.after ?? 0, device, n, body });
	}

	private writePresence(): void {
		if (this.presence) this.write({ type: 'presence', ...this.presence });
	}

	/** Asks for what a room lacks, unless that is under way. */
	private fill(room: RoomId): void {
		const log = this.rooms.get(room);
		if (!log) return;
		log.askAt = null;
		if (!log.isBehind || this.asks.fills(room)) return;
		const after = log.position;
		this.asks.add({ who: 'hole', room }, (ref) => ({
			type: 'history',
			ref,
			room,
			after,
			limit: PAGE_EVENTS_MAX,
		}));
	}

	// ---- What the server says.

	private frame(now: number, frame: ServerFrame): void {
		switch (frame.type) {
			case 'welcome': {
				const { user, node, build, now_ms } = frame;
				if (user.id !== this.settings.user) {
					this.out.push({ do: 'close' }, { do: 'ended', ended: 'somebody else' });
					this.link = { is: 'ended', ended: 'somebody else' };
					this.forgetConnection();
					break;
				}
				this.user = user;
				this.link = { is: 'live', since: now };
				this.out.push({ do: 'welcome', user, node, build, now_ms });
				this.welcomed(now, frame.rooms);
				this.askOwn();
				this.askThreads();
				break;
			}
			case 'room': {
				const isNew = !this.rooms.has(frame.room.id);
				this.roomSaid(now, frame.room);
				if (isNew) this.askThreads();
				if (this.unloaded.delete(frame.room.id)) this.replayFollows(frame.room.id, frame.room.head);
				if (frame.ref !== undefined) this.answer(frame.ref, { is: 'room', room: frame.room });
				break;
			}
			case 'ack': {
				const pending = this.outbox.settle(frame.room, frame.id);
				if (pending) {
					const outcome = { is: 'stored', seq: frame.seq } as const;
					this.out.push({ do: 'settled', pending, outcome });
				}
				// It exists; its event is on the way, or must be asked for.
				const log = this.rooms.get(frame.room);
				if (log) {
					log.saw(frame.seq);
					expectMore(log, now);
				}
				break;
			}
			case 'events': {
				this.take(now, frame.room, (log, me) => log.take(frame.events, me));
				// A hole is asked for at once, unless asking has just not helped: then its pause is kept.
				const log = this.rooms.get(frame.room);
				if (log?.hasHole && log.backoff.tries === 0) this.fill(frame.room);
				break;
			}
			case 'gap':
				this.take(now, frame.room, (log, me) => log.skipTo(frame.to, me));
				break;
			case 'reset':
				this.reset(frame.room, frame.head);
				break;
			case 'left':
				this.left(frame.room);
				if (frame.ref !== undefined) this.answer(frame.ref, { is: 'done' });
				break;
			case 'history': {
				const { ref, room, events, states = [], head, more_before, more_after } = frame;
				this.page(now, ref, { room, events, states, head, more_before, more_after });
				break;
			}
			case 'members':
				this.answer(frame.ref, { is: 'members', members: frame.members, next: frame.next });
				break;
			case 'pins':
				this.answer(frame.ref, { is: 'pins', pins: frame.pins, states: frame.states ?? [] });
				break;
			case 'edits':
				this.answer(frame.ref, { is: 'edits', events: frame.events });
				break;
			case 'thread': {
				const page = { ...frame, states: frame.states ?? [] };
				this.answer(frame.ref, { is: 'thread', page });
				break;
			}
			case 'threads':
				this.threadsSaid(frame);
				break;
			case 'receipts':
				if (frame.ref !== undefined) {
					this.answer(frame.ref, { is: 'receipts', receipts: frame.receipts });
				} else {
					this.out.push({ do: 'receipts', room: frame.room, receipts: frame.receipts });
				}
				break;
			case 'own':
				this.ownSaid(frame.ref, frame.version, frame.own);
				break;
			case 'done':
				this.answer(frame.ref, { is: 'done' });
				break;
			case 'mark': {
				const log = this.rooms.get(frame.room);
				if (log?.markSaid(frame.seq, frame.revision, frame.unread, frame.mentioned ?? [])) {
					this.out.push(unreadStep(frame.room, log));
				}
				break;
			}
			case 'typing':
				this.out.push({ do: 'typing', room: frame.room, user: frame.user, name: frame.name });
				break;
			case 'presence':
				this.out.push({ do: 'presence', users: frame.users });
				break;
			case 'drain':
				this.drainMs = Math.min(frame.after_ms, DRAIN_MS_MAX);
				break;
			case 'error':
				this.refused(now, frame);
				break;
			// What this client never asks for, and what a newer server may say: it says nothing that could be done here.
			default:
				break;
		}
	}

	private refused(now: number, frame: Extract<ServerFrame, { type: 'error' }>): void {
		const { ref, room, id, message, retry_after_ms } = frame;
		const refused: Refused = { code: known(frame.code, retry_after_ms), message };
		if (ref !== undefined) {
			this.askRefused(now, ref, refused, retry_after_ms);
		} else if (room !== undefined && id !== undefined) {
			this.sendRefused(now, room, id, refused, retry_after_ms);
		} else {
			// Before the welcome: a room that it will not name, and that is not left for all that.
			if (room !== undefined && this.link.is === 'greeting' && this.unloaded.size < UNLOADED_MAX) {
				this.unloaded.add(room);
			}
			this.out.push({ do: 'notice', refused });
		}
	}

	private welcomed(now: number, snapshots: readonly RoomSnapshot[]): void {
		const ours = new Set(snapshots.map((snapshot) => snapshot.id));
		for (const room of [...this.rooms.keys()]) {
			if (!ours.has(room) && !this.unloaded.has(room)) this.left(room);
		}
		for (const snapshot of snapshots) {
			this.roomSaid(now, snapshot);
			this.replayFollows(snapshot.id, snapshot.head);
			// A mark that was lost with the connection.
			const log = this.rooms.get(snapshot.id);
			const isSame = log?.mark.revision === (snapshot.revision ?? 0);
			if (log && isSame && log.mark.seq > (snapshot.mark ?? 0) && !this.marks.has(snapshot.id)) {
				this.marks.set(snapshot.id, { seq: log.mark.seq, back: false });
			}
		}
		for (const room of this.unloaded) {
			const log = this.rooms.get(room);
			if (log) log.replayTo = Number.POSITIVE_INFINITY; // until the room is there
		}
		// Sends in rooms that are not ours any more and were never on the wire.
		for (const { room } of this.outbox.pending()) {
			if (!this.rooms.has(room) && !this.unloaded.has(room)) this.refuseUnsent(room);
		}
		this.writePresence();
	}

	private roomSaid(now: number, snapshot: RoomSnapshot): void {
		let log = this.rooms.get(snapshot.id);
		if (!log) {
			log = new RoomLog(snapshot.head);
			this.rooms.set(snapshot.id, log);
		}
		log.describe(snapshot);
		expectMore(log, now);
		this.out.push({ do: 'room', room: snapshot });
	}

	/** Lets a room take something in, and does what follows from what came out. */
	private take(
		now: number,
		room: RoomId,
		put: (log: RoomLog, me: UserId | undefined) => Shown[],
	): void {
		const log = this.rooms.get(room);
		if (!log) return;
		const before = unreadStep(room, log);
		const described = log.snapshot;
		const shown = put(log, this.user?.id);
		if (shown.length > 0) {
			log.askAt = null;
			log.backoff.reset();
		}
		expectMore(log, now);
		for (const one of shown) {
			if ('event' in one) this.show(room, one.event);
			else {
				this.out.push({ do: 'missed', room, ...one.missed });
				this.askThreads();
			}
		}
		if (log.snapshot && log.snapshot !== described)
			this.out.push({ do: 'room', room: log.snapshot });
		this.tellUnread(room, log, before);
		if (log.replayTo !== null && log.position >= log.replayTo) this.replayed(room);
	}

	private show(room: RoomId, event: Event): void {
		const mine = event.by === this.user?.id ? this.outbox.settle(room, event.id) : null;
		const thread = this.user && this.threads?.take(room, event, this.user.id);
		if (thread) this.threadStep(thread);
		if (this.settings.tellsDelivered && event.by !== this.user?.id) {
			this.delivered.set(room, event.seq);
		}
		this.out.push({ do: 'show', room, event });
		if (mine) {
			this.out.push({ do: 'settled', pending: mine, outcome: { is: 'stored', seq: event.seq } });
		}
	}

	/** What was missed up to `head` follows now, if there is any. */
	private replayFollows(room: RoomId, head: Seq): void {
		const log = this.rooms.get(room);
		if (!log) return;
		log.replayTo = log.position < head ? head : null;
		if (log.replayTo === null) this.replayed(room);
	}

	/** The replay has reached the `head` of the welcome. */
	private replayed(room: RoomId): void {
		const log = this.rooms.get(room);
		if (!log) return;
		log.replayTo = null;
		for (const pending of this.outbox.raise(room, log.wholeFrom, log.position)) {
			this.out.push({ do: 'record', pending });
		}
	}

	private reset(room: RoomId, head: Seq): void {
		const log = this.rooms.get(room);
		if (!log) return;
		log.reset(head);
		this.asks.forget(room);
		this.threads?.forget(room);
		this.askThreads();
		this.out.push({ do: 'reset', room, head });
		for (const pending of this.outbox.takeSent(room)) {
			const outcome = { is: 'doubtful', refused: ownWith('too_old') } as const;
			this.out.push({ do: 'settled', pending, outcome });
		}
	}

	private left(room: RoomId): void {
		this.unloaded.delete(room);
		if (this.rooms.delete(room)) {
			this.asks.forget(room);
			this.threads?.forget(room);
			this.delivered.delete(room);
			this.marks.delete(room);
			this.out.push({ do: 'left', room });
		}
		this.refuseUnsent(room);
	}

	private refuseUnsent(room: RoomId): void {
		for (const pending of this.outbox.takeUnsent(room)) {
			const outcome = { is: 'refused', refused: ownWith('not_member') } as const;
			this.out.push({ do: 'settled', pending, outcome });
		}
	}

	private page(now: number, number: number, page: Page): void {
		const settled = this.asks.settle(number);
		if (!settled) return;
		const { asker, frame } = settled;
		if (asker.who === 'person') {
			this.rooms.get(page.room)?.learn(page.events);
			this.out.push({ do: 'answer', number, answer: { is: 'page', page } });
			return;
		}
		const after = frame.type === 'history' ? frame.after : undefined;
		if (after === undefined || asker.who !== 'hole') return;
		const before = this.rooms.get(asker.room)?.position ?? 0;
		this.take(now, asker.room, (log, me) => {
			// What lies between where we asked and where the page begins is not kept any more.
			const first = page.events[0];
			const skipped = first && first.seq > after + 1 ? log.skipTo(first.seq - 1, me) : [];
			log.saw(page.head);
			return [...skipped, ...log.take(page.events, me)];
		});
		const log = this.rooms.get(asker.room);
		if (!log?.isBehind) return;
		if (log.position > before) this.fill(asker.room);
		// A short read is not skipped over: again, after a pause.
		else log.askAt = now + log.backoff.pauseAfter(500, this.settings.chance);
	}

	// ---- What is the person's own.

	/** Asks for all of it, unless that is under way. */
	private askOwn(): void {
		if (!this.settings.followsOwn || this.asks.asksFor('own')) return;
		this.asks.add({ who: 'own' }, (ref) => ({ type: 'own', ref }));
	}

	private ownSaid(number: number | undefined, version: number, things: readonly Own[]): void {
		if (number !== undefined && this.asks.settle(number)?.asker.who !== 'own') return;
		const taken =
			number === undefined ? this.own.take(version, things) : this.own.whole(version, things);
		if (taken === 'new' || number !== undefined) {
			this.threadsOwn(things);
			this.out.push({ do: 'own', own: things });
		}
		if (taken === 'hole') this.askOwn();
	}

	/** Marks of threads, and which of them are followed. */
	private threadsOwn(things: readonly Own[]): void {
		const { threads } = this;
		if (!threads) return;
		let isStale = false;
		for (const one of things) {
			// What it comes to by itself only the server can tell, and what is unread then.
			if (one.kind === 'follow') isStale ||= threads.followSaid(one.room, one.root, one.on);
			if (one.kind !== 'read') continue;
			const said = threads.readSaid(one.room, one.root);
			if (said) isStale ||= said.isStale;
			if (said?.thread.following) this.threadStep(said.thread);
		}
		if (isStale) this.askThreads();
	}

	/** Asks for the list of threads, from its first page on. */
	private askThreads(): void {
		if (!this.threads) return;
		if (this.asks.asksFor('threads')) {
			this.threads.isStale = true;
			return;
		}
		this.threads.begin();
		this.askThreadsPage(undefined);
	}

	private askThreadsPage(after: string | undefined): void {
		this.asks.add({ who: 'threads' }, (ref) => ({
			type: 'threads',
			ref,
			after,
			limit: THREADS_PAGE_MAX,
		}));
	}

	private threadsSaid(said: Extract<ServerFrame, { type: 'threads' }>): void {
		const { ref, threads, unread, next } = said;
		const who = this.asks.settle(ref)?.asker.who;
		if (who === 'person') {
			const answer: Answer = { is: 'threads', threads, unread, next };
			this.out.push({ do: 'answer', number: ref, answer });
		}
		if (who !== 'threads' || !this.threads) return;
		for (const thread of threads) this.threadStep(this.threads.said(thread));
		const page = this.threads.pageSaid(next);
		if (page) {
			this.askThreadsPage(page.after);
			return;
		}
		this.out.push({ do: 'threads' });
		if (this.threads.isStale) this.askThreads();
	}

	private threadStep({ room, root, unread }: ThreadLog): void {
		this.out.push({ do: 'thread', room, root, unread: unread.size });
	}

	private answer(number: number, answer: Answer): void {
		if (this.asks.settle(number)?.asker.who === 'person') {
			this.out.push({ do: 'answer', number, answer });
		}
	}

	private askRefused(
		now: number,
		number: number,
		refused: Refused,
		after: number | undefined,
	): void {
		const again = RETRY[refused.code] === 'same';
		if (again && this.asks.hold(number, after, now, this.settings.chance)) return;
		const asker: Asker | undefined = this.asks.settle(number)?.asker;
		if (asker?.who === 'person') {
			this.out.push({ do: 'answer', number, answer: { is: 'refused', refused } });
		} else if (asker?.who === 'hole') {
			// We may not read it: what comes next will say why.
			const log = this.rooms.get(asker.room);
			if (log) log.askAt = now + log.backoff.pauseAfter(after ?? 1_000, this.settings.chance);
		}
	}

	private sendRefused(
		now: number,
		room: RoomId,
		id: SendId,
		refused: Refused,
		after: number | undefined,
	): void {
		const retry = RETRY[refused.code];
		// Signing in comes with the close code; until then the send waits like any other.
		if (retry === 'same' || retry === 'sign_in') {
			const ms = this.outbox.hold(room, id, after, now, this.settings.chance);
			if (ms !== null) this.out.push({ do: 'held', room, id, ...refused, ms });
			return;
		}
		const pending = this.outbox.settle(room, id);
		if (!pending) return;
		const is = retry === 'ask' ? 'doubtful' : 'refused';
		this.out.push({ do: 'settled', pending, outcome: { is, refused } });
	}

	private tellUnread(room: RoomId, log: RoomLog, before: ReturnType<typeof unreadStep>): void {
		const now = unreadStep(room, log);
		if (now.unread !== before.unread || now.mentions !== before.mentions) this.out.push(now);
	}
}

function unreadStep(room: RoomId, log: RoomLog) {
	return { do: 'unread', room, unread: log.unread, mentions: log.mentions } as const;
}

/** Sets the time at which to ask for what is known to exist, if it does not come by itself. */
function expectMore(log: RoomLog, now: number): void {
	if (!log.isBehind) log.askAt = null;
	else log.askAt ??= now + GRACE_MS;
}

/** An unknown code is to be treated as `internal` if it says when to come back, and as `bad_request` if not. */
function known(code: string, retryAfter: number | undefined): ErrorCode {
	if (Object.hasOwn(RETRY, code)) return code as ErrorCode;
	return retryAfter === undefined ? 'bad_request' : 'internal';
}

/** A frame, of whatever type; null for what is none. An event of an unknown kind keeps its place and shows nothing. */
function decoded(text: string): ServerFrame | null {
	try {
		const frame: unknown = JSON.parse(text);
		const isFrame = typeof frame === 'object' && frame !== null && 'type' in frame;
		return isFrame && typeof frame.type === 'string' ? (frame as ServerFrame) : null;
	} catch {
		return null;
	}
}

/** Whether an end is one after which the machine does not come back by itself. */
function endedBy(end: End): Ended | null {
	if (end.by === 'status') {
		if (end.status === 401) return 'sign in';
		// Answers that the same request will get again; anything else is a server or a proxy in trouble.
		return [400, 403, 404, 405, 421, 426].includes(end.status) ? 'stopped' : null;
	}
	if (end.by !== 'code' || mayReconnect(end.code)) return null;
	return end.code >= 4100 && end.code < 4200 ? 'sign in' : 'stopped';
}

/** Whether a client comes back by itself, for any number from a close frame (standard ones included). */
export function mayReconnect(code: number): boolean {
	const never = code === 1000 || code === 1002 || code === 1003 || (code >= 1007 && code <= 1010);
	return !never && !(code >= 4100 && code <= 4999);
}

/** What is asked has the fields of its frame. */
function frameOf({ ask: type, ...fields }: Ask, ref: number): ClientFrame {
	return { type, ref, ...fields } as ClientFrame;
}
