/**
 * One session for all tabs of a browser: it lives in a worker that they share (`Host`), and each tab holds what looks to
 * it like a session of its own (`Shared`). What a tab asks goes over its port as a `Call`, what the session says comes
 * back as `Told`, in one order for all tabs.
 *
 * A tab reads of the session how its rooms stand. That is sent along with each step, as it was when the step came out, so
 * that a tab never sees a step without its room, and never less than the step says.
 */

import { OwnList } from './own';
import type { Body, Own, RoomId, RoomSnapshot, SendId, Seq, Status, UserId } from './protocol';
import { WATCHED_USERS_MAX } from './protocol';
import { Session, type SessionSettings, type World } from './session';
import { type Answer, type Ask, keptOf, type NotTaken, ownWith, type Step } from './step';
import type { Kept, Store } from './store';
import type { ThreadLog, Threads } from './threads';

/** A worker that has not answered by then is done without. */
const ANSWER_MS = 3_000;
/** So often a tab asks whether the worker lives, and so often in vain until it is taken for dead. */
const PING_MS = 5_000;
const PINGS_MAX = 3;
/** So often the worker looks for what pages that are gone have left. */
const ADOPT_MS = 3_000;

/** How a room stands, as far as a page reads it. */
export interface Standing {
	readonly snapshot: RoomSnapshot | null;
	readonly position: Seq;
	readonly ordinal: number;
	readonly unread: number;
	readonly mentions: number;
	readonly mark: { readonly seq: Seq };
}

/** What a page does with a session, whether it is its own or shared. */
export interface Talk {
	readonly client: {
		readonly rooms: ReadonlyMap<RoomId, Standing>;
		isUpToDate(room: RoomId): boolean;
		readonly own: Pick<OwnList, 'of' | 'has' | 'all'>;
		readonly threads: Pick<Threads, 'get' | 'followed'> | null;
	};
	/** Be connected; also: try now. */
	start(): void;
	/** The page needs it no more. */
	stop(): void;
	wake(): void;
	send(room: RoomId, body: Body, id?: SendId): { id: SendId } | { not: NotTaken };
	ask(ask: Ask): Promise<Answer>;
	read(room: RoomId, seq: Seq): void;
	unreadFrom(room: RoomId, seq: Seq): void;
	typing(room: RoomId): void;
	watch(status: Status, users: readonly UserId[]): void;
	forget(id: SendId): Promise<void>;
	/** Done when all that was sent is kept, as far as this browser keeps anything. */
	kept(): Promise<void>;
}

/** What a tab says. */
export type Call =
	/** The first: whose tab it is, the lock that it holds for as long as it lives, and what it remembers of the rooms. */
	| { do: 'enter'; user: UserId; lock: string; remembered: readonly RoomSnapshot[] }
	| { do: 'start' | 'wake' | 'leave' | 'ping' | 'follow threads' }
	| { do: 'send'; room: RoomId; id: SendId; body: Body }
	| { do: 'ask'; number: number; ask: Ask }
	| { do: 'read' | 'unread from'; room: RoomId; seq: Seq }
	| { do: 'typing'; room: RoomId }
	| { do: 'watch'; status: Status; users: readonly UserId[] }
	| { do: 'forget'; id: SendId };

interface Shown extends Standing {
	isUpToDate: boolean;
}

/** What stands otherwise than was told before. */
interface Changes {
	/** Null: it is there no more. */
	rooms: [RoomId, Shown | null][];
	/** What is the person's own: all of it, if any has changed. */
	own?: Own[];
	/** Threads that are known; `all`: no others. */
	threads?: { all: boolean; of: ThreadLog[] };
}

/** What a tab is told. */
export type Told =
	| { is: 'entered'; changes: Changes; kept: Kept[]; link: Step | null; isUnkept: boolean }
	| { is: 'step'; step: Step; changes: Changes }
	| { is: 'changes'; changes: Changes }
	| { is: 'answer'; number: number; answer: Answer }
	| { is: 'unkept' }
	| { is: 'pong' };

/** As much of a `MessagePort` as is needed. */
export interface Port {
	onmessage: ((event: { data: never }) => void) | null;
	postMessage(message: Call | Told): void;
}

/** What the worker makes a user's session of. */
export interface Making {
	settings: SessionSettings;
	world: Omit<World, 'onStep' | 'onUnkept'>;
	/** What follows threads, which is not part of the first load. */
	threads(): Promise<{ Threads: new (own: OwnList) => Threads }>;
	/** The store, with its slot; it fails where the browser keeps nothing. */
	open(): Promise<Store>;
	/** Runs when the page that holds the lock is gone. */
	whenFree(lock: string, run: () => void): void;
}

// ---- In the worker.

/** The sessions of a browser: one for each user who is signed in by it, which is one, for as long as there are tabs. */
export class Hosts {
	private readonly hosts = new Map<UserId, Host>();

	constructor(private readonly making: Making) {}

	/** A tab has come. */
	connect(port: Port): void {
		let host: Host | null = null;
		port.onmessage = ({ data }: { data: Call }) => {
			if (data.do !== 'enter') {
				host?.called(port, data);
				return;
			}
			const { user, lock, remembered } = data;
			host = this.hosts.get(user) ?? this.begun(user, remembered);
			const mine = host;
			mine.enter(port);
			this.making.whenFree(lock, () => mine.leave(port));
		};
	}

	private begun(user: UserId, remembered: readonly RoomSnapshot[]): Host {
		const host = new Host(this.making, user, remembered, () => this.hosts.delete(user));
		this.hosts.set(user, host);
		return host;
	}
}

/** A session, and the tabs that share it. */
class Host {
	private session: Session | null = null;
	private readonly tabs = new Map<Port, { status: Status; users: readonly UserId[] }>();
	private readonly told = new Map<RoomId, Shown>();
	/** What waits or failed, as a tab that comes later is to show it. */
	private readonly kept = new Map<SendId, Kept>();
	private readonly presence = new Map<UserId, Status>();
	/** The last that was said of the connection. */
	private link: Step | null = null;
	private isUnkept = false;
	private isOver = false;
	private store: Store | null = null;
	/** What came before there was a session. */
	private early: (() => void)[] = [];

	constructor(
		private readonly making: Making,
		private readonly user: UserId,
		remembered: readonly RoomSnapshot[],
		private readonly onEnd: () => void,
	) {
		void this.begin(remembered);
	}

	private async begin(remembered: readonly RoomSnapshot[]): Promise<void> {
		const { world, settings } = this.making;
		const kept: Kept[] = [];
		const store = await this.making.open().catch(() => null);
		this.isUnkept = store === null;
		for (const read of [() => store?.kept(this.user), () => store?.adopt(this.user)]) {
			try {
				kept.push(...((await read()) ?? []));
			} catch {
				this.isUnkept = true;
			}
		}
		// The tab has not waited: whoever comes now is to find what is kept.
		if (this.isOver) {
			store?.release();
			return;
		}
		this.store = store;
		for (const one of kept) this.kept.set(one.pending.id, one);
		const onStep = (step: Step) => this.step(step);
		const onUnkept = () => {
			this.isUnkept = true;
			this.tell({ is: 'unkept' });
		};
		const given = { ...world, onStep, onUnkept };
		this.session = new Session(given, settings, this.user, store, kept, remembered);
		for (const run of this.early.splice(0)) run();
		if (store) this.adopt(store, this.session);
	}

	enter(port: Port): void {
		this.tabs.set(port, { status: 'offline', users: [] });
		this.once(() => {
			this.changes();
			const { link, isUnkept } = this;
			const changes = { rooms: [...this.told], ...this.all() };
			port.postMessage({ is: 'entered', changes, kept: [...this.kept.values()], link, isUnkept });
		});
	}

	/** The tab is gone. With the last the session ends, and what it keeps is left for others to send. */
	leave(port: Port): void {
		if (!this.tabs.delete(port)) return;
		if (this.tabs.size > 0) {
			this.watch();
			return;
		}
		this.isOver = true;
		this.session?.stop();
		this.store?.release();
		this.onEnd();
	}

	called(port: Port, call: Exclude<Call, { do: 'enter' }>): void {
		if (call.do === 'ping') port.postMessage({ is: 'pong' });
		else if (call.do === 'leave') this.leave(port);
		else if (this.tabs.has(port)) this.once((session) => this.run(port, session, call));
	}

	private run(port: Port, session: Session, call: Exclude<Call, { do: 'enter' }>): void {
		switch (call.do) {
			case 'start':
				session.start();
				break;
			case 'wake':
				session.wake();
				break;
			case 'send': {
				const { room, id, body } = call;
				const sent = session.send(room, body, id);
				// The words have left the tab: they come back as a send that failed.
				if ('not' in sent) {
					const pending = { room, id, body, after: null, device: '', n: 0 };
					// Without words of its own it is said to be for a full outbox.
					const full = { code: 'busy', message: '' } as const;
					const refused = sent.not === 'full' ? full : ownWith('not_member');
					session.fail(pending, keptOf(refused));
					this.step({ do: 'settled', pending, outcome: { is: 'refused', refused } });
				}
				break;
			}
			case 'ask': {
				const { number, ask } = call;
				void session.ask(ask).then((answer) => {
					this.tellChanges();
					port.postMessage({ is: 'answer', number, answer });
				});
				break;
			}
			case 'read':
				session.read(call.room, call.seq);
				break;
			case 'unread from':
				session.unreadFrom(call.room, call.seq);
				break;
			case 'follow threads':
				void this.followThreads(session);
				break;
			case 'typing':
				session.typing(call.room);
				break;
			case 'watch': {
				this.tabs.set(port, { status: call.status, users: call.users });
				this.watch();
				const known = call.users.flatMap((user) => {
					const status = this.presence.get(user);
					return status ? [{ user, status }] : [];
				});
				const step: Step = { do: 'presence', users: known };
				if (known.length > 0) port.postMessage({ is: 'step', step, changes: NONE });
				break;
			}
			case 'forget': {
				const known = this.kept.get(call.id);
				this.kept.delete(call.id);
				void session.forget(call.id);
				if (known) this.tell({ is: 'step', step: { do: 'forgotten', kept: known }, changes: NONE });
				break;
			}
			default:
				break;
		}
		this.tellChanges();
	}

	private tellChanges(): void {
		const rooms = this.changes();
		if (rooms.length > 0) this.tell({ is: 'changes', changes: { rooms } });
	}

	/** When there is a session. */
	private once(run: (session: Session) => void): void {
		if (this.session) run(this.session);
		else this.early.push(() => this.session && run(this.session));
	}

	/** One is as the most present of one's tabs says, and sees whom any of them sees. */
	private watch(): void {
		const tabs = [...this.tabs.values()];
		const isAny = (status: Status) => tabs.some((tab) => tab.status === status);
		const order: Status[] = ['do_not_disturb', 'online', 'away'];
		const users = [...new Set(tabs.flatMap((tab) => tab.users))].slice(0, WATCHED_USERS_MAX);
		for (const user of this.presence.keys()) {
			if (!users.includes(user)) this.presence.delete(user);
		}
		this.session?.watch(order.find(isAny) ?? 'away', users);
	}

	private step(step: Step): void {
		switch (step.do) {
			case 'welcome':
			case 'wait':
			case 'ended':
				this.link = step;
				if (step.do !== 'welcome') this.presence.clear();
				break;
			case 'presence':
				for (const { user, status } of step.users) this.presence.set(user, status);
				break;
			case 'record':
				this.keep(step.pending, null);
				break;
			case 'settled': {
				const { pending, outcome } = step;
				const isWord = pending.body.kind === 'message' || pending.body.kind === 'edit';
				if (outcome.is !== 'stored' && isWord) this.keep(pending, keptOf(outcome.refused));
				else this.kept.delete(pending.id);
				break;
			}
			default:
				break;
		}
		this.tell({ is: 'step', step, changes: { rooms: this.changes(), ...this.changedBy(step) } });
	}

	/** What a step has changed beside the rooms. */
	private changedBy(step: Step): Omit<Changes, 'rooms'> {
		if (step.do === 'own' || step.do === 'threads' || step.do === 'left') return this.all();
		if (step.do !== 'thread') return {};
		const thread = this.session?.client.threads?.get(step.room, step.root);
		return thread ? { threads: { all: false, of: [thread] } } : {};
	}

	/** All that there is beside the rooms. */
	private all(): Omit<Changes, 'rooms'> {
		const { own, threads } = this.session?.client ?? {};
		const followed = threads && { threads: { all: true, of: threads.followed() } };
		return { own: own?.all() ?? [], ...followed };
	}

	/** Once, for whichever tab asks first. */
	private async followThreads(session: Session): Promise<void> {
		if (session.client.threads) return;
		const { Threads } = await this.making.threads();
		if (!session.client.threads) session.followThreads(new Threads(session.client.own));
	}

	private keep(pending: Kept['pending'], failed: string | null): void {
		const kept = this.session?.asKept(pending, failed);
		if (kept) this.kept.set(pending.id, kept);
	}

	private tell(told: Told): void {
		for (const port of this.tabs.keys()) port.postMessage(told);
	}

	/** What is to be told of the rooms, and is told now. */
	private changes(): Changes['rooms'] {
		const { client } = this.session ?? {};
		if (!client) return [];
		const changes: Changes['rooms'] = [];
		for (const [id, log] of client.rooms) {
			const { snapshot, position, ordinal, unread, mentions, mark } = log;
			const isUpToDate = client.isUpToDate(id);
			const is: Shown = { snapshot, position, ordinal, unread, mentions, mark, isUpToDate };
			const was = this.told.get(id);
			if (was && isSame(was, is)) continue;
			this.told.set(id, is);
			changes.push([id, is]);
		}
		for (const id of this.told.keys()) {
			if (client.rooms.has(id)) continue;
			this.told.delete(id);
			changes.push([id, null]);
		}
		return changes;
	}

	/** Now and then, while it is connected: what pages that are gone have left. */
	private adopt(store: Store, session: Session): void {
		this.making.world.setTimer(async () => {
			if (this.isOver) return;
			const isLive = this.link?.do === 'welcome';
			const left = isLive ? await store.adopt(this.user).catch(() => []) : [];
			for (const one of left) this.kept.set(one.pending.id, one);
			if (left.length > 0) {
				this.tell({ is: 'step', step: { do: 'adopted', kept: left }, changes: NONE });
				session.adopt(left);
			}
			this.adopt(store, session);
		}, ADOPT_MS);
	}
}

const NONE: Changes = { rooms: [] };

function isSame(was: Shown, is: Shown): boolean {
	return (
		was.snapshot === is.snapshot &&
		was.position === is.position &&
		was.ordinal === is.ordinal &&
		was.unread === is.unread &&
		was.mentions === is.mentions &&
		was.mark.seq === is.mark.seq &&
		was.isUpToDate === is.isUpToDate
	);
}

// ---- In a tab.

/** What a tab is made of. */
export interface Tab {
	user: UserId;
	/** Held by the tab for as long as it lives. */
	lock: string;
	remembered: readonly RoomSnapshot[];
	newId(): string;
	setTimer(run: () => void, ms: number): number;
	clearTimer(timer: number): void;
	onStep(step: Step): void;
	onUnkept(): void;
	/** The worker answers no more; these words it may not have kept. */
	onDead(words: { room: RoomId; body: Body }[]): void;
}

export class Shared implements Talk {
	private readonly rooms = new Map<RoomId, Shown>();
	private readonly own = new OwnList();
	private readonly known = new Map<string, ThreadLog>();
	private readonly waiting = new Map<number, (answer: Answer) => void>();
	/** What was handed to the worker, and is not kept there yet. */
	private readonly flying = new Map<SendId, { room: RoomId; body: Body }>();
	private landed: (() => void)[] = [];
	private asked = 0;
	private unanswered = 0;
	private pinging = 0;

	readonly client: {
		rooms: ReadonlyMap<RoomId, Standing>;
		isUpToDate(room: RoomId): boolean;
		own: OwnList;
		threads: Pick<Threads, 'get' | 'followed'> | null;
	} = {
		rooms: this.rooms,
		isUpToDate: (room) => this.rooms.get(room)?.isUpToDate === true,
		own: this.own,
		threads: null,
	};

	private constructor(
		private readonly port: Port,
		private readonly tab: Tab,
	) {}

	/** Comes in by the worker: with what waits or failed, and what was last said of the connection. Null: do without it. */
	static enter(
		port: Port,
		tab: Tab,
	): Promise<{ shared: Shared; kept: Kept[]; link: Step | null } | null> {
		return new Promise((resolve) => {
			const shared = new Shared(port, tab);
			const late = tab.setTimer(() => {
				port.onmessage = null;
				port.postMessage({ do: 'leave' });
				resolve(null);
			}, ANSWER_MS);
			port.onmessage = ({ data }: { data: Told }) => {
				if (data.is !== 'entered') {
					shared.told(data);
					return;
				}
				tab.clearTimer(late);
				shared.changed(data.changes);
				if (data.isUnkept) tab.onUnkept();
				shared.ping();
				resolve({ shared, kept: data.kept, link: data.link });
			};
			const { user, lock, remembered } = tab;
			port.postMessage({ do: 'enter', user, lock, remembered });
		});
	}

	private told(told: Told): void {
		switch (told.is) {
			case 'step':
				this.changed(told.changes);
				this.land(told.step);
				this.tab.onStep(told.step);
				break;
			case 'changes':
				this.changed(told.changes);
				break;
			case 'answer':
				this.waiting.get(told.number)?.(told.answer);
				this.waiting.delete(told.number);
				break;
			case 'unkept':
				this.tab.onUnkept();
				break;
			case 'pong':
				this.unanswered = 0;
				break;
			default:
				break;
		}
	}

	async kept(): Promise<void> {
		if (this.flying.size > 0) await new Promise<void>((resolve) => this.landed.push(resolve));
	}

	private land(step: Step): void {
		if (step.do === 'kept') this.flying.delete(step.id);
		else if (step.do === 'settled') this.flying.delete(step.pending.id);
		if (this.flying.size === 0) for (const landed of this.landed.splice(0)) landed();
	}

	private changed({ rooms, own, threads }: Changes): void {
		for (const [id, room] of rooms) {
			if (room) this.rooms.set(id, room);
			else this.rooms.delete(id);
		}
		if (own) this.own.whole(0, own);
		if (!threads) return;
		if (threads.all) this.known.clear();
		for (const one of threads.of) this.known.set(`${one.room}/${one.root}`, one);
		this.client.threads = {
			get: (room, root) => this.known.get(`${room}/${root}`),
			followed: () => [...this.known.values()].filter((one) => one.following),
		};
	}

	/** Counted by what this tab asked itself, for both sleep when the machine does. */
	private ping(): void {
		this.pinging = this.tab.setTimer(() => {
			if (this.unanswered >= PINGS_MAX) {
				this.tab.onDead([...this.flying.values()]);
				return;
			}
			this.unanswered += 1;
			this.port.postMessage({ do: 'ping' });
			this.ping();
		}, PING_MS);
	}

	start(): void {
		this.port.postMessage({ do: 'start' });
	}

	/** Of this tab; the others keep the session. */
	stop(): void {
		this.tab.clearTimer(this.pinging);
		this.port.postMessage({ do: 'leave' });
	}

	wake(): void {
		this.port.postMessage({ do: 'wake' });
	}

	send(
		room: RoomId,
		body: Body,
		id: SendId = this.tab.newId(),
	): { id: SendId } | { not: NotTaken } {
		if (!this.rooms.has(room)) return { not: 'not member' };
		this.flying.set(id, { room, body });
		this.port.postMessage({ do: 'send', room, id, body });
		return { id };
	}

	ask(ask: Ask): Promise<Answer> {
		this.asked += 1;
		const number = this.asked;
		return new Promise((resolve) => {
			this.waiting.set(number, resolve);
			this.port.postMessage({ do: 'ask', number, ask });
		});
	}

	read(room: RoomId, seq: Seq): void {
		this.port.postMessage({ do: 'read', room, seq });
	}

	unreadFrom(room: RoomId, seq: Seq): void {
		this.port.postMessage({ do: 'unread from', room, seq });
	}

	/** From now on the threads that the person follows are told. */
	followThreads(): void {
		this.port.postMessage({ do: 'follow threads' });
	}

	typing(room: RoomId): void {
		this.port.postMessage({ do: 'typing', room });
	}

	watch(status: Status, users: readonly UserId[]): void {
		this.port.postMessage({ do: 'watch', status, users });
	}

	async forget(id: SendId): Promise<void> {
		this.port.postMessage({ do: 'forget', id });
	}
}
