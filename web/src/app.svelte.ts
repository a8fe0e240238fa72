/**
 * What the components draw, and what a person can do: the one place where the core meets Svelte. Components read its
 * state and call its methods; they know no frame and no step.
 */

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Attaching } from './app/attaching.svelte';
import { keep } from './app/kept';
import type { Service } from './app/service';
import { nameOf } from './app/shown.svelte';
import { Side } from './app/side.svelte';
import { counts, saidIn, threadOf } from './core/event';
import { Http } from './core/http';
import { called, mentionedNames } from './core/markdown';
import { own } from './core/own';
import {
	type Body,
	type Event,
	type Everyone,
	MENTIONED_USERS_MAX,
	type Mentions,
	type Own,
	PAGE_EVENTS_MAX,
	type Receipt,
	type Right,
	type RoomId,
	type RoomKind,
	type RoomSnapshot,
	type SendId,
	type Seq,
	type Status,
	TYPING_MS,
	type User,
	type UserId,
	WATCHED_USERS_MAX,
} from './core/protocol';
import { has } from './core/right';
import type { MessageRow, Row, Unsent } from './core/rows';
import { rows } from './core/rows';
import { forgetAll, recall, type Seen } from './core/seen';
import { Session } from './core/session';
import { Shared, type Standing, type Talk } from './core/shared';
import { type Answer, keptOf, ownWith, type Page, type Refused, type Step } from './core/step';
import {
	browserLocks,
	type Draft,
	type Place as DraftPlace,
	isNothing,
	joined,
	type Kept,
	NOTHING,
	placeOf,
	Store,
	type Words,
} from './core/store';
import { dayOf } from './core/time';
import { type Gap, type Keep, type Tail, Timeline } from './core/timeline';
import { reason, w } from './words';
import { doWithout, reach } from './worker';
import { browserWorld, settings } from './world';

/** So long nothing is said of a send that is not stored yet. */
const LATE_MS = 300;
/** A connection that is gone for less is only said beside one's name. */
const QUIET_MS = 2_000;
/** Somebody who does not look for so long is away. */
const AWAY_MS = 5 * 60_000;
/** Where deletions wait that can still be undone: if there are any, who looks after them is fetched at once. */
export const DELETIONS = 'hearth-deletions';
/** So often, in seconds, one looks for what pages that are gone have left. */
const ADOPT_S = 3;
/** A server that has not said by then who one is is away; the next time it may take longer. */
const PATIENCE_MS = 4_000;
/** So long something can be undone. */
const UNDO_MS = 8_000;
/** Rooms of which the messages are held. */
const VIEWS_MAX = 10;
/** The first page that is shown. */
export const PAGE = 50;
/** People of a room who are known by name: so many at first, and who comes in while one is there. */
const MEMBERS = PAGE_EVENTS_MAX;
const MEMBERS_MAX = 1_000;

export type LinkView =
	| { is: 'connecting' }
	| { is: 'live' }
	| { is: 'lost'; until: number | null; loud: boolean }
	| { is: 'stopped' };

/** A room in the list. */
export interface RoomItem {
	id: RoomId;
	name: string;
	kind: RoomKind;
	unread: number;
	mentions: number;
	snapshot: RoomSnapshot;
}

/** A conversation that was opened: a room, or a thread of it, which begins at the message `root`. */
export class RoomView {
	readonly timeline: Timeline;
	/** Up to where the log was told of, and how many messages that are: what of it is not here is a gap. */
	head: { seq: Seq; ordinal: number };
	/** Counts what is new in it, so that what is derived from it is derived again. */
	version = $state(0);
	lineAfter = $state<Seq | null>(null);
	/** Whether one reads at its end: then what comes is followed, else nothing moves. */
	pinned = $state(true);
	typing = new SvelteMap<UserId, { name: string; until: number }>();
	members = $state.raw<ReadonlyMap<UserId, string>>(new Map());
	loading = $state<'newest' | 'older' | 'gap' | 'around' | null>(null);
	failed = $state<string | null>(null);
	/** What is being written. */
	draft: Draft = $state(NOTHING);
	/** And in its threads, by their roots. */
	inThreads = new SvelteMap<Seq, Draft>();
	/** Which of them the store was asked for, and which are here. */
	readonly asked = new Map<Seq | null, Promise<void>>();
	readonly here = new Set<Seq | null>();
	/** A row to bring into sight. */
	goTo = $state.raw<{ seq: Seq; focus: boolean } | 'latest' | null>(null);
	/** Whether the person has set it back to unread: then it is not read by being looked at. */
	isSetBack = false;
	/** What stands at the top of the screen: if too much is held, what is furthest from it goes. */
	reading: Seq = 0;
	/** The names of its people, in small letters. */
	readonly called: ReadonlySet<string> = $derived(
		new Set([...this.members.values()].map((name) => name.toLowerCase())),
	);

	constructor(
		readonly id: RoomId,
		log: Standing,
		readonly root: Seq | null = null,
	) {
		const isInside = ({ seq, body }: Event) => seq === root || threadOf(body) === root;
		this.timeline = root === null ? new Timeline() : new Timeline(isInside);
		this.head = { seq: log.position, ordinal: log.ordinal };
	}

	get keep(): Keep {
		return this.pinned ? 'newest' : this.reading;
	}
}

/** The message that a dialog is about, and where it opens; null: as a sheet. */
export interface About {
	view: RoomView;
	row: MessageRow;
	at: { x: number; y: number } | null;
}

/** Something that was done and can be undone for a while. */
export interface Undo {
	said: string;
	undo: () => void;
	/** The time for it has run out. */
	over?: () => void;
	/** Until when; while somebody is at it, it does not run out. */
	until_ms: number;
}

/** A subject of its own, in a file of its own under `app/`: told all that the core says, and of every second. */
export interface Part {
	step?(step: Step): void;
	beat?(): void;
	/** The person signs out: what is still to be done in their name is done now. */
	end?(): Promise<void>;
}

/** What stands beside the conversation; `seq` is the message it is about, if it is about one. */
export interface Panel {
	is: string;
	seq?: Seq;
	/** A message in it to bring into sight. */
	at?: Seq;
}

/** What stands in the conversation's place: `#/settings/sessions` is the tab `sessions` of `settings`. */
export interface Place {
	is: string;
	tab: string;
}

export class App {
	screen = $state<'starting' | 'gate' | 'chat'>('starting');
	/** Whether a session has ended under an open page. */
	again = $state(false);
	me = $state.raw<User | null>(null);
	link = $state.raw<LinkView>({ is: 'connecting' });
	rooms = $state.raw<RoomItem[]>([]);
	current = $state<RoomId | null>(null);
	view = $state.raw<RoomView | null>(null);
	presence = new SvelteMap<UserId, Status>();
	drafts = new SvelteSet<RoomId>();
	/** What was written on another device while something was written here. */
	offers = new SvelteMap<DraftPlace, Words>();
	unsent = $state.raw<ReadonlyMap<RoomId, readonly Unsent[]>>(new Map());
	/** The last second of which it is known that everything was here. */
	asOf = $state(0);
	back = $state.raw<{ missed: number; sent: number } | null>(null);
	notice = $state<string | null>(null);
	unkept = $state(false);
	newer = $state(false);
	spoken = $state('');
	/** One of the dialogs of `ui/parts.ts`. */
	dialog = $state<string | null>(null);
	/** One of the panels of `ui/parts.ts`. */
	panel = $state.raw<Panel | null>(null);
	/** One of the pages of `ui/parts.ts`. */
	page = $state.raw<Place | null>(null);
	/** Once the first messages are there. */
	service: Service | null = null;
	/** The pages of this browser: who signs in is said to the others. */
	private readonly pages: BroadcastChannel;
	/** What the dialog is about, if it is about a message. */
	about = $state.raw<About | null>(null);
	/** Who asked for an emoji, if the dialog is one that gives one. */
	picked: ((emoji: string) => void) | null = null;
	undo = $state.raw<Undo | null>(null);
	/** The two reactions that one uses most. */
	quick = $state.raw<readonly string[]>([]);
	/** Counts what is used, once the first messages are there. */
	used: ((emoji: string) => void) | null = null;
	/** What is unread in the threads that one follows, by `ROOM/ROOT`. */
	threads = $state.raw<ReadonlyMap<string, number>>(new Map());
	/** Deletions that can still be undone: shown as done. */
	held = $state.raw<readonly Unsent[]>([]);
	/** Up to where others have direct rooms, and rooms of which it was asked. */
	receipts = new SvelteMap<RoomId, ReadonlyMap<UserId, Receipt>>();
	private owned = $state(0);
	readonly side = new Side(this);
	readonly parts: Part[] = [this.side];
	now = $state(Date.now());
	readonly http: Http;
	readonly mode: 'open' | 'password';
	readonly signup: 'open' | 'invitation' | 'closed';
	session: Talk | null = null;
	/** Whether this page has the session for itself. */
	private own: Session | null = null;
	private shared: Shared | null = null;
	store: Store | null = null;
	private views = new Map<RoomId, RoomView>();
	private build: string | null = null;
	private lostAt = 0;
	private counted = { missed: 0, sent: 0 };
	private toSpeak: string[] = [];
	private speaking = false;
	/** What is still to be kept of drafts. */
	readonly savingDrafts = new Map<DraftPlace, Draft | null>();
	/** Tells the other pages of this browser, once there is somebody who does. */
	saved: ((place: DraftPlace) => void) | null = null;
	private isSavingDraft = false;
	/** Files on their way, once there are any. */
	attaching: Attaching | null = null;

	constructor(private readonly window: Window & typeof globalThis) {
		const { mode, signup } = window.document.documentElement.dataset;
		this.mode = mode === 'password' ? 'password' : 'open';
		this.signup = signup === 'invitation' || signup === 'closed' ? signup : 'open';
		this.http = new Http(window.fetch.bind(window), reason);
		this.pages = new window.BroadcastChannel('hearth-signed-in');
		this.pages.onmessage = ({ data }) => this.signedInElsewhere(data as UserId);
		window.addEventListener('online', () => this.session?.wake());
		window.addEventListener('hashchange', () => this.follow());
		window.document.addEventListener('visibilitychange', () => this.looked());
		window.setInterval(() => this.beat(), 1_000);
		void this.begin();
	}

	// ---- Coming in and going out.

	/** Whoever is signed in comes in at once; with a link that lets in, or without a session, it is the gate. */
	async begin(patience = PATIENCE_MS): Promise<void> {
		const { hash } = this.window.location;
		if (/^#(invitation|first|reset|mail)=/.test(hash) && !roomCode(hash)) {
			this.screen = 'gate';
			return;
		}
		const known = await this.http.me(AbortSignal.timeout(patience));
		this.notice = null;
		// A server that is not there may have something before it that says so.
		const isAway = !known.ok && (known.status === 0 || known.status >= 500);
		const seen = isAway ? await recall(this.window.indexedDB) : null;
		if (known.ok) await this.enter(known.value, null);
		else if (known.status === 401 || known.status === 403) {
			this.screen = 'gate';
			await this.forget();
		} else if (seen) await this.enter(seen.me, seen);
		else {
			this.notice = w.noAnswer;
			this.window.setTimeout(() => void this.begin(2 * patience), 2_000);
		}
	}

	/** Somebody has signed in. Whether the browser kept the session. */
	async signedIn(): Promise<boolean> {
		const known = await this.http.me();
		if (!known.ok) return false;
		this.pages.postMessage(known.value.id);
		if (this.again && this.me && this.me.id !== known.value.id) {
			this.window.location.reload();
			return true;
		}
		if (this.again) {
			this.again = false;
			keep('in', 'yes');
			this.link = { is: 'connecting' };
			this.session?.start();
			return true;
		}
		const { hash } = this.window.location;
		if (/^#(invitation|first|reset|mail)=/.test(hash) && !roomCode(hash)) {
			this.window.history.replaceState(null, '', '/');
		}
		await this.enter(known.value, null);
		return true;
	}

	/** What this browser remembers of the person for themselves alone goes. */
	async forget(): Promise<void> {
		keep('in', null);
		keep('searches', null);
		keep('uses', null);
		await forgetAll(this.window.indexedDB);
	}

	/** Another page of this browser has signed in: what this one calls goes in that name by now. */
	private signedInElsewhere(user: UserId): void {
		if (!this.me || this.me.id === user) return;
		this.me = null;
		this.window.location.reload();
	}

	/** Comes in; without a network with what is remembered. */
	private async enter(me: User, seen: Seen | null): Promise<void> {
		this.me = me;
		// For the first paint of the next time (`early.ts`).
		keep('in', 'yes');
		const world = browserWorld(this.window);
		// What comes while one is still coming in is shown after it.
		let early: Step[] | null = [];
		const onStep = (step: Step) => (early ? void early.push(step) : this.step(step));
		const onUnkept = () => {
			this.unkept = true;
		};
		const way = await reach(this.window, world.newId());
		const onDead = (words: { room: RoomId; body: Body }[]) =>
			void import('./app/rescue')
				.then((it) => it.rescue(this, words))
				.finally(() => doWithout(this.window));
		const { newId, setTimer, clearTimer } = world;
		const remembered = seen?.rooms ?? [];
		const tab = { user: me.id, remembered, newId, setTimer, clearTimer, onStep, onUnkept, onDead };
		const entered = way && (await Shared.enter(way.port, { ...tab, lock: way.lock }));
		const locks = browserLocks(this.window.navigator.locks);
		let kept: Kept[] = entered?.kept ?? [];
		try {
			const { indexedDB } = this.window;
			if (way && entered) {
				this.store = await Store.forDrafts(indexedDB, locks, way.lock, newId);
			} else {
				this.store = await Store.open(indexedDB, locks, newId);
				kept = [...(await this.store.kept(me.id)), ...(await this.store.adopt(me.id))];
			}
			for (const place of await this.store.drafts(me.id)) this.drafts.add(place.slice(0, 36));
		} catch {
			this.store = null;
			this.unkept = true;
		}
		this.takeKept(kept);
		if (!entered) {
			const given = { ...world, onStep, onUnkept };
			this.own = new Session(given, settings, me.id, this.store, kept, remembered);
		}
		this.shared = entered?.shared ?? null;
		this.session = this.shared ?? this.own;
		for (const [room, tail] of seen?.tails ?? []) this.recalled(room, tail);
		this.screen = 'chat';
		if (this.remembered(DELETIONS))
			void import('./app/deletions').then((it) => it.deletionsOf(this));
		this.looked();
		if (entered?.link) early.unshift(entered.link);
		const before = early;
		early = null;
		for (const step of before) this.step(step);
		if (this.link.is !== 'live') this.session?.start();
		if (seen) this.rooms = this.list();
		this.follow();
	}

	/** What is remembered of a room is shown as it was. */
	private recalled(room: RoomId, tail: Tail): void {
		const log = this.session?.client.rooms.get(room);
		if (!log) return;
		const view = new RoomView(room, log);
		view.timeline.restore(tail);
		this.views.set(room, view);
		void this.loadDraft(view);
	}

	private takeKept(kept: readonly Kept[]): void {
		const unsent = new Map(this.unsent);
		for (const { pending, at_ms, failed } of kept) {
			const known = unsent.get(pending.room) ?? [];
			unsent.set(pending.room, [...known, { pending, at_ms, failed, late: true, stored: false }]);
		}
		this.unsent = unsent;
	}

	// ---- Rooms.

	/** Goes to a room; null: to the list. */
	go(room: RoomId | null): void {
		const hash = room ? `#/${room}` : '#/';
		if (this.window.location.hash !== hash) this.window.location.hash = hash;
		else this.follow();
	}

	/** Opens a panel, or what it is about anew. */
	openPanel(panel: Panel): void {
		if (this.page) this.go(this.current);
		this.panel = panel;
	}

	/** Opens a thread beside its room; `at`: a message in it. */
	openThread(room: RoomId, root: Seq, at?: Seq): void {
		if (this.current !== room || this.page) this.go(room);
		this.enterRoom(room);
		this.openPanel({ is: 'thread', seq: root, ...(at === undefined ? {} : { at }) });
	}

	/** Opens a dialog about a message. */
	openAbout(dialog: string, view: RoomView, row: MessageRow, at: About['at'] = null): void {
		this.about = { view, row, at };
		this.dialog = dialog;
	}

	/** Offers to undo what was just done; what was offered before cannot be undone any more. */
	offer(undo: Omit<Undo, 'until_ms'>): void {
		const before = this.undo;
		this.undo = { ...undo, until_ms: Date.now() + UNDO_MS };
		before?.over?.();
	}

	undoLast(): void {
		const { undo } = this;
		this.undo = null;
		undo?.undo();
	}

	/** Goes to a message from another one: a step in the history, so that Back leads to where one was reading. */
	jump(view: RoomView, from: Seq | null, to: Seq): void {
		const { history, location } = this.window;
		const hash = `#/${view.id}/${to}`;
		if (location.hash === hash) {
			void this.goTo(view, to, true);
			return;
		}
		history.replaceState({ from }, '');
		location.hash = hash;
	}

	closePanel(): void {
		this.panel = null;
	}

	/** Shows what the address names: a room, a message in it, or a page. */
	private follow(): void {
		if (roomCode(this.window.location.hash)) {
			this.dialog = 'invited';
			return;
		}
		const [first = '', second = ''] = this.window.location.hash.replace(/^#\/?/, '').split('/');
		const room = /^[0-9a-f-]{36}$/.test(first) ? first : null;
		this.page = room || first === '' ? null : { is: first, tab: second };
		if (this.page) return;
		this.enterRoom(room);
		const from = (this.window.history.state as { from?: Seq } | null)?.from;
		const seq = from ?? (/^\d{1,15}$/.test(second) ? Number(second) : 0);
		if (this.view && seq > 0) void this.goTo(this.view, seq, true);
	}

	private enterRoom(room: RoomId | null): void {
		if (this.current === room && (room === null || this.view)) return;
		this.current = room;
		this.back = null;
		this.panel = null;
		if (!room || !this.session?.client.rooms.has(room)) {
			this.view = null;
			return;
		}
		this.open(room);
	}

	private open(room: RoomId): void {
		const log = this.session?.client.rooms.get(room);
		if (!log) return;
		let view = this.views.get(room);
		if (!view) {
			view = new RoomView(room, log);
			void this.loadDraft(view);
		}
		this.views.delete(room);
		this.views.set(room, view);
		for (const oldest of this.views.keys()) {
			if (this.views.size <= VIEWS_MAX) break;
			this.views.delete(oldest);
		}
		this.arrived();
		view.lineAfter = log.unread > 0 ? log.mark.seq : null;
		view.isSetBack = false;
		view.goTo = 'latest';
		this.view = view;
		if (view.timeline.to < log.position) void this.loadNewest(view);
		void this.loadMembers(view);
		this.watch();
		if (log.snapshot?.kind === 'direct')
			void import('./app/receipts').then((it) => it.receiptsOf(this).ask(room));
	}

	/** A conversation that was opened and is still held. */
	viewOf(room: RoomId): RoomView | undefined {
		return this.views.get(room);
	}

	openViews(): RoomView[] {
		return [...this.views.values()];
	}

	get room(): RoomItem | null {
		return this.rooms.find((room) => room.id === this.current) ?? null;
	}

	/** What is drawn of a room, or of the thread `thread` in it. */
	rowsOf(view: RoomView, thread = view.root): Row[] {
		const { me } = this;
		if (!me || view.version < 0) return [];
		const held = this.held.filter((one) => one.pending.room === view.id);
		const unsent = [...(this.unsent.get(view.id) ?? []), ...held];
		const { timeline, head, lineAfter } = view;
		const headOrdinal = head.ordinal;
		const shown = { timeline, head: head.seq, headOrdinal, unsent, me, lineAfter, thread };
		return rows(shown, dayOf);
	}

	async ask(ask: Parameters<Session['ask']>[0]): Promise<Answer> {
		const none: Answer = { is: 'refused', refused: ownWith('busy') };
		const answer = (await this.session?.ask(ask)) ?? none;
		if (answer.is !== 'refused') return answer;
		const { code, message } = answer.refused;
		return { is: 'refused', refused: { code, message: await reason(message, code) } };
	}

	// ---- Writing.

	draftOf(view: RoomView, root: Seq | null = null): Draft {
		return (root === null ? view.draft : view.inThreads.get(root)) ?? NOTHING;
	}

	/** Sends what was written, in the thread `root` if there is one. Null if it was taken, else why not. */
	write(view: RoomView, text: string, root: Seq | null = null): string | null {
		const draft = this.draftOf(view, root);
		const { edits } = draft;
		const body: Body =
			edits !== null
				? { kind: 'edit', target: edits, text }
				: this.message(view, { ...draft, text }, root);
		const waits = edits === null && draft.files?.some((file) => file.id === null);
		const why = !waits
			? this.send(view.id, body)
			: this.attaching
				? this.attaching.hold(view, root, body)
				: w.noPart;
		if (why !== null) return why;
		if (edits !== null) this.stopEditing(view, root);
		else this.setDraft(view, NOTHING, root);
		if (edits === null && root === null) view.goTo = 'latest';
		return null;
	}

	/** The message that a draft is. */
	message(view: RoomView, draft: Draft, root: Seq | null): Extract<Body, { kind: 'message' }> {
		const { text, reply_to, files = [] } = draft;
		// Who answers what is in a thread writes into the thread.
		const answered = reply_to === null ? undefined : view.timeline.get(reply_to);
		const thread = root ?? (answered ? threadOf(answered.event.body) : null);
		// The server goes by the id and the description; the rest is for who looks at what waits here.
		const attachments = files.map(({ id, key, ...file }) => ({ ...file, id: id ?? key }));
		return {
			kind: 'message',
			text,
			...(reply_to !== null && { reply_to }),
			...(thread !== null && { thread: { root: thread } }),
			...(files.length > 0 && { attachments }),
			...this.mentions(view, draft),
		};
	}

	react(room: RoomId, target: Seq, emoji: string, on: boolean): void {
		this.notice = this.send(room, { kind: 'react', target, emoji, on });
		if (on) this.used?.(emoji);
	}

	/** A reaction is put on, or taken back if it is one's own. */
	toggle(view: RoomView, row: MessageRow, emoji: string): void {
		const isMine = row.reactions.some(
			(one) => one.emoji === emoji && one.users.includes(this.me?.id ?? ''),
		);
		if (row.seq !== null) this.react(view.id, row.seq, emoji, !isMine);
	}

	/** The next message answers this one: in the room's composer, or in that of the thread in which it is shown. */
	reply({ id, root }: RoomView, row: MessageRow): void {
		const view = this.views.get(id);
		if (!view) return;
		this.setDraft(view, { ...this.draftOf(view, root), reply_to: row.seq, edits: null }, root);
	}

	edit({ id, root }: RoomView, row: MessageRow): void {
		const view = this.views.get(id);
		if (!view || this.isAtAnEdit(view, root)) return;
		this.setDraft(view, { text: row.text, reply_to: null, edits: row.seq }, root);
	}

	/** Whether an edit is being written that is not saved, which nothing takes the place of; then it is said. */
	isAtAnEdit(view: RoomView, root: Seq | null): boolean {
		const { edits, text } = this.draftOf(view, root);
		const isOne = (row: Row) => row.is === 'message' && row.seq === edits && row.text === text;
		if (edits === null || this.rowsOf(view, root).some(isOne)) return false;
		this.notice = w.compose.atAnEdit;
		return true;
	}

	/** Whether the person has a right in a room, and it takes what it is for. */
	may(right: Right, room = this.room): boolean {
		return !!room && !room.snapshot.archived && has(room.snapshot, right);
	}

	// ---- What is one's own.

	/** Whether a thing of one's own is set, by the names of `core/own`. */
	has(key: string): boolean {
		return this.owned >= 0 && this.session?.client.own.has(key) === true;
	}

	async set(own: Own): Promise<void> {
		const answer = await this.ask({ ask: 'set', own });
		if (answer.is === 'refused') this.notice = w.couldNot(w.do.other, answer.refused.message);
	}

	/** What this browser remembers beside the store, where it remembers anything. */
	private remembered(key: string): string | null {
		try {
			return this.window.localStorage.getItem(key);
		} catch {
			return null;
		}
	}

	/** What is being written is this now. An edit's interrupted message stays with it. */
	setDraft(view: RoomView, draft: Draft, root: Seq | null = null): void {
		const { synced, aside, ...was } = this.draftOf(view, root);
		const isInterrupted = draft.edits !== null && was.edits === null && !isNothing(was);
		// Who answers another message while editing one goes on with what that had interrupted.
		const isBack = draft.edits === null && was.edits !== null && draft.text === was.text;
		const own = isBack && aside ? { ...aside, reply_to: draft.reply_to } : draft;
		const now = { synced, aside: isInterrupted ? was : aside, ...own };
		if (own.edits === null) delete now.aside;
		this.putDraft(view, now, root);
	}

	/** An edit has ended: what it interrupted goes on. */
	stopEditing(view: RoomView, root: Seq | null = null): void {
		this.setDraft(view, this.draftOf(view, root).aside ?? NOTHING, root);
	}

	/** Keeps a draft as it is said. */
	putDraft(view: RoomView, draft: Draft, root: Seq | null = null): void {
		// What the store has is to be here before anything takes its place.
		void this.loadDraft(view, root);
		if (root === null) view.draft = draft;
		else view.inThreads.set(root, draft);
		const all = [view.draft, ...view.inThreads.values()];
		if (all.every(isNothing)) this.drafts.delete(view.id);
		else this.drafts.add(view.id);
		if (!view.here.has(root)) return;
		const isGone = isNothing(draft) && draft.synced === undefined;
		this.savingDrafts.set(placeOf(view.id, root), isGone ? null : $state.snapshot(draft));
		if (!this.isSavingDraft) void this.saveDrafts();
	}

	typing(room: RoomId): void {
		this.session?.typing(room);
	}

	/** Sends anything. Null if it was taken, else why not. */
	send(room: RoomId, body: Body, id?: SendId): string | null {
		const sent = this.session?.send(room, body, id);
		if (!sent) return w.noAnswer;
		if ('id' in sent) return null;
		return sent.not === 'full' ? w.compose.full : w.side.none;
	}

	private mentions(view: RoomView, { text, named }: Draft): { mentions?: Mentions } {
		const byName = new Map([...view.members].map(([user, name]) => [name.toLowerCase(), user]));
		for (const [name, user] of Object.entries(named ?? {})) byName.set(name, user);
		const room = this.session?.client.rooms.get(view.id)?.snapshot;
		const mayAll = room && has(room, 'everyone');
		const isName = (name: string) => byName.has(name.toLowerCase());
		const users = new Set<UserId>();
		let everyone: Everyone | undefined;
		for (const word of mentionedNames(text)) {
			const user = byName.get(called(word, isName)?.toLowerCase() ?? '');
			if (user !== undefined) users.add(user);
			else if (mayAll && (word === 'here' || word === 'room')) everyone = word;
		}
		const mentions = {
			...(users.size > 0 && { users: [...users].slice(0, MENTIONED_USERS_MAX) }),
			...(everyone && { everyone }),
		};
		return users.size > 0 || everyone ? { mentions } : {};
	}

	/** One write at a time; what was typed meanwhile goes with the next. */
	private async saveDrafts(): Promise<void> {
		this.isSavingDraft = true;
		for (const [place, draft] of this.savingDrafts) {
			// What was written goes when whoever sends it has kept it, not before.
			if (draft === null || isNothing(draft)) {
				await this.shared?.kept();
				await this.attaching?.kept();
			}
			try {
				const isKept = this.me && (await this.store?.setDraft(this.me.id, place, draft));
				if (isKept === false) await (await import('./app/drafts')).meet(this, place, draft);
				this.saved?.(place);
			} catch {
				this.unkept = true;
			}
			// Until it was kept, whoever opened the room again found it here.
			const next = this.savingDrafts.get(place);
			this.savingDrafts.delete(place);
			if (next !== undefined && next !== draft) this.savingDrafts.set(place, next);
		}
		this.isSavingDraft = false;
	}

	/** What was being written there when the page ended, once; what is written before it is here follows it. */
	loadDraft(view: RoomView, root: Seq | null = null): Promise<void> {
		const loading = view.asked.get(root) ?? this.recallDraft(view, root);
		view.asked.set(root, loading);
		return loading;
	}

	private async recallDraft(view: RoomView, root: Seq | null): Promise<void> {
		const { me, store } = this;
		const place = placeOf(view.id, root);
		const { savingDrafts: waiting } = this;
		const nothing = () => null;
		const [draft, parcels] = await Promise.all([
			waiting.has(place) ? waiting.get(place) : me && store?.draft(me.id, place).catch(nothing),
			me && store?.parcels(me.id).catch(nothing),
		]);
		view.here.add(root);
		const typed = this.draftOf(view, root);
		if (!isNothing(typed)) this.putDraft(view, draft ? joined(draft, typed) : typed, root);
		else if (draft && root === null) view.draft = draft;
		else if (draft && root !== null) view.inThreads.set(root, draft);
		if (draft && !isNothing(draft)) this.drafts.add(view.id);
		const left = (parcels ?? []).filter((parcel) => parcel.place === place);
		if (me) {
			const look = () => void this.attach().then((it) => it.lookAgain(view.id, root), nothing);
			store?.whenLeft(me.id, place, look).catch(nothing);
		}
		if (!draft?.files?.length && left.length === 0) return;
		void this.attach().then(
			(attaching) => attaching.found(view, root, left),
			() => {},
		);
	}

	/** Drafts are the same on all devices from now on: no part of the first load. */
	private async shareDrafts(): Promise<void> {
		const part = await import('./app/drafts').catch(() => null);
		if (!part) this.beatsToShare = 5;
		else if (this.store) this.parts.push(new part.Drafts(this, this.store));
	}

	/** What brings files up, loaded when it is first needed. */
	async attach(): Promise<Attaching> {
		const { Attaching } = await import('./app/attaching.svelte');
		this.attaching ??= new Attaching(this);
		return this.attaching;
	}

	// ---- Reading.

	/** Everything up to the newest that is on the page has been seen. */
	read(view: RoomView): void {
		if (view.isSetBack || this.window.document.visibilityState !== 'visible') return;
		const log = this.session?.client.rooms.get(view.id);
		if (log && view.timeline.covers(log.position)) this.session?.read(view.id, log.position);
	}

	/** The person says that all is read; the line goes. */
	markRead(view: RoomView): void {
		view.isSetBack = false;
		this.read(view);
		view.lineAfter = null;
	}

	async loadNewest(view: RoomView): Promise<void> {
		await this.load(view, 'newest', { limit: PAGE }, 'newest');
	}

	/** What lies before the first that is here. */
	async loadOlder(view: RoomView): Promise<void> {
		if (view.loading || !view.timeline.hasMoreBefore || view.timeline.isEmpty) return;
		await this.load(view, 'older', { before: view.timeline.from, limit: 2 * PAGE }, view.keep);
	}

	/** A page of a gap, from the end of it that one comes to. */
	async loadInto(view: RoomView, gap: Gap, from: 'start' | 'end'): Promise<void> {
		if (view.loading) return;
		const where = from === 'start' ? { after: gap.from - 1 } : { before: gap.to + 1 };
		await this.load(view, 'gap', { ...where, limit: 2 * PAGE }, view.reading);
	}

	/** Brings a message into sight, from wherever it is. */
	async goTo(view: RoomView, seq: Seq, focus: boolean): Promise<void> {
		if (!view.timeline.covers(seq))
			await this.load(view, 'around', { around: seq, limit: PAGE }, seq);
		const entry = view.timeline.get(seq);
		const root = entry ? threadOf(entry.event.body) : null;
		if (root !== null && focus && view === this.view) this.openThread(view.id, root, seq);
		else view.goTo = { seq, focus };
	}

	/** To the newest message: reloaded first, if the end is not here. */
	async goToLatest(view: RoomView): Promise<void> {
		const log = this.session?.client.rooms.get(view.id);
		if (log && !view.timeline.covers(log.position)) await this.loadNewest(view);
		view.goTo = 'latest';
	}

	async load(
		view: RoomView,
		what: NonNullable<RoomView['loading']>,
		where: { before?: Seq; after?: Seq; around?: Seq; at_ms?: number; limit: number },
		keep: Keep | ((events: readonly Event[]) => Keep),
	): Promise<Page | null> {
		view.loading = what;
		const answer = await this.ask({ ask: 'history', room: view.id, ...where });
		view.loading = null;
		if (answer.is === 'page') {
			const { page } = answer;
			view.timeline.add(page, typeof keep === 'function' ? keep(page.events) : keep);
			view.failed = null;
			view.version += 1;
			this.arrived();
			this.meet();
			return page;
		}
		if (answer.is === 'refused') {
			view.failed = answer.refused.message;
			if (what !== 'newest') this.notice = w.couldNot(w.do.load, answer.refused.message);
		}
		return null;
	}

	private async loadMembers(view: RoomView): Promise<void> {
		const answer = await this.ask({ ask: 'members', room: view.id, limit: MEMBERS });
		if (answer.is !== 'members') return;
		view.members = new Map(answer.members.map((member) => [member.user, member.name]));
		this.watch();
	}

	// ---- What the core says.

	private step(step: Step): void {
		for (const part of this.parts) part.step?.(step);
		switch (step.do) {
			case 'welcome':
				this.welcomed(step);
				break;
			case 'wait':
				this.lost(step);
				break;
			case 'ended':
				if (step.ended === 'somebody else') this.window.location.reload();
				if (step.ended === 'sign in') {
					this.again = true;
					void this.forget();
				}
				this.link =
					step.ended === 'sign in' ? { is: 'lost', until: null, loud: false } : { is: 'stopped' };
				break;
			case 'room':
				this.listed();
				if (step.room.id === this.current && !this.view) this.open(step.room.id);
				break;
			case 'left':
				this.views.delete(step.room);
				this.arrived();
				this.listed();
				if (this.current === step.room) this.go(null);
				break;
			case 'show':
				this.show(step);
				break;
			case 'missed': {
				const view = this.views.get(step.room);
				if (!view) break;
				view.timeline.missed(step.from, step.to);
				// What follows it may come in the same turn: one stays before what was missed.
				if (view === this.view) view.pinned = false;
				view.head = {
					seq: step.to,
					ordinal: this.session?.client.rooms.get(step.room)?.ordinal ?? 0,
				};
				view.version += 1;
				this.arrived();
				// What was changed of the messages before it, meanwhile.
				void this.load(view, 'older', { before: step.from, limit: PAGE_EVENTS_MAX }, view.keep);
				break;
			}
			case 'reset': {
				const view = this.views.get(step.room);
				view?.timeline.reset();
				if (view) view.head = { seq: step.head, ordinal: 0 };
				for (const [id, of] of this.stored) {
					// Of the log in which it is stored nothing comes any more.
					if (of.view === view) this.stored.set(id, { view, seq: 0 });
				}
				this.arrived();
				if (view && view === this.view) void this.loadNewest(view);
				break;
			}
			case 'record':
				this.recorded(step.pending);
				break;
			case 'settled':
				this.settled(step);
				break;
			case 'own':
				this.owned += 1;
				break;
			case 'unread':
			case 'thread':
			case 'threads':
				this.listed();
				break;
			case 'typing': {
				const until = this.window.performance.now() + TYPING_MS;
				this.views.get(step.room)?.typing.set(step.user, { name: step.name, until });
				break;
			}
			case 'presence':
				for (const { user, status } of step.users)
					if (user !== this.me?.id) this.presence.set(user, status);
				break;
			case 'notice':
				void this.say(step.refused);
				break;
			case 'adopted':
				this.takeKept(step.kept);
				break;
			case 'forgotten': {
				const { room, id } = step.kept.pending;
				this.setUnsent(room, (list) => list.filter((one) => one.pending.id !== id));
				break;
			}
			default:
				break;
		}
	}

	private welcomed(step: Extract<Step, { do: 'welcome' }>): void {
		const wasLost = this.link.is === 'lost' && this.link.loud;
		if (this.build !== null && this.build !== step.build) void this.service?.look();
		this.build = step.build;
		this.me = step.user;
		this.link = { is: 'live' };
		this.again = false;
		this.listed();
		// What came while one was away is new, also in the room in which one is.
		for (const [room, view] of this.views) {
			const log = this.session?.client.rooms.get(room);
			if (view.lineAfter === null && log && log.unread > 0) view.lineAfter = log.mark.seq;
		}
		if (wasLost) {
			this.back = { ...this.counted };
			this.window.setTimeout(() => {
				this.back = this.counted.missed + this.counted.sent > 0 ? { ...this.counted } : this.back;
			}, 500);
			this.window.setTimeout(() => {
				this.back = null;
				this.counted = { missed: 0, sent: 0 };
			}, 2_500);
		} else {
			this.counted = { missed: 0, sent: 0 };
		}
		if (this.view) void this.loadMembers(this.view);
		else this.window.queueMicrotask(() => this.follow());
	}

	private lost({ ms, heard_ms = 0 }: Extract<Step, { do: 'wait' }>): void {
		const now = this.window.performance.now();
		if (this.link.is !== 'lost') {
			this.lostAt = now;
			this.counted = { missed: 0, sent: 0 };
		}
		this.link = { is: 'lost', until: now + ms, loud: now >= this.lostAt + QUIET_MS };
		// The server may have been gone for long before that was found, as when the machine has slept.
		this.asOf = Math.min(this.asOf, heard_ms);
		this.presence.clear();
	}

	private show({ room, event }: Extract<Step, { do: 'show' }>): void {
		const view = this.views.get(room);
		const isOthers = event.by !== this.me?.id;
		const isOfRoom = counts(event.body);
		if (isOfRoom && isOthers && this.link.is === 'live') this.counted.missed += 1;
		if (!view) return;
		view.typing.delete(event.by);
		view.timeline.take(event, view.keep);
		view.head = { seq: event.seq, ordinal: event.ordinal };
		if (isOfRoom && isOthers) {
			// While nobody looks, the line stands before the first that nobody saw.
			const isSeen = view === this.view && this.window.document.visibilityState === 'visible';
			const log = this.session?.client.rooms.get(room);
			if (!isSeen && log && log.mark.seq >= (view.lineAfter ?? 0)) view.lineAfter = log.mark.seq;
		}
		const { body, name } = event;
		const { panel } = this;
		const isRead = isOfRoom ? view.pinned : panel?.is === 'thread' && panel.seq === threadOf(body);
		const isHeard = isOthers && isRead && view === this.view && !this.has(own.blocked(event.by));
		if (body.kind === 'message' && isHeard)
			this.speak(nameOf(event.by, name), saidIn(body, body.text));
		this.cameOrWent(view, event);
		view.version += 1;
		this.arrived();
	}

	/** Who is in a room, by what happens in it. */
	private cameOrWent(view: RoomView, { by, name, body }: Event): void {
		const members = new Map(view.members);
		if (body.kind === 'join') members.set(by, name);
		else if (body.kind === 'invite') members.set(body.user, body.user_name ?? '');
		else if (body.kind === 'leave') members.delete(by);
		else if (body.kind === 'remove' || body.kind === 'ban') members.delete(body.user);
		if (members.size === view.members.size || members.size > MEMBERS_MAX) return;
		view.members = members;
		if (members.size <= WATCHED_USERS_MAX) this.watch();
	}

	private recorded(pending: { room: RoomId; id: SendId; body: Body } & Unsent['pending']): void {
		const { room, id } = pending;
		this.setUnsent(room, (list) => {
			const known = list.find((one) => one.pending.id === id);
			if (known) return list.map((one) => (one === known ? { ...one, pending } : one));
			this.window.setTimeout(() => this.late(room, id), LATE_MS);
			return [...list, { pending, at_ms: Date.now(), failed: null, late: false, stored: false }];
		});
	}

	/** Says a refusal; of what could not be done, if it is known. */
	private async say({ message, code }: Refused, what?: string): Promise<void> {
		const why = await reason(message, code);
		this.notice = what ? w.couldNot(what, why) : why;
	}

	private late(room: RoomId, id: SendId): void {
		this.setUnsent(room, (list) =>
			list.map((one) => (one.pending.id === id && !one.stored ? { ...one, late: true } : one)),
		);
	}

	private settled({ pending, outcome }: Extract<Step, { do: 'settled' }>): void {
		const { room, id, body } = pending;
		const isWord = body.kind === 'message' || body.kind === 'edit';
		if (outcome.is === 'stored' || !isWord) {
			if (outcome.is === 'stored' && body.kind === 'message') this.counted.sent += 1;
			if (outcome.is === 'refused' || outcome.is === 'doubtful') {
				void this.say(outcome.refused, what(body.kind));
			}
			// An acknowledged message stays on the page until its event is there, which may come a moment later.
			const view = this.views.get(room);
			if (outcome.is === 'stored' && view) this.acknowledged(view, id, outcome.seq);
			else this.setUnsent(room, (list) => list.filter((one) => one.pending.id !== id));
			return;
		}
		const failed = keptOf(outcome.refused);
		this.setUnsent(room, (list) => {
			const known = list.find((one) => one.pending.id === id);
			const at_ms = known?.at_ms ?? Date.now();
			const kept = { pending, at_ms, failed, late: true, stored: false };
			return [...list.filter((one) => one !== known), kept];
		});
	}

	/** It is stored: no more waits, and what was drawn at once stays until the event is there in its place. */
	private acknowledged(view: RoomView, id: SendId, seq: Seq): void {
		this.setUnsent(view.id, (list) =>
			list.map((one) => (one.pending.id === id ? { ...one, late: false, stored: true } : one)),
		);
		this.stored.set(id, { view, seq });
		this.arrived();
	}
	private stored = new Map<SendId, { view: RoomView; seq: Seq }>();

	/** What is stored goes where its event is there, or will not come: it was missed, or its room is not held any more. */
	private arrived(): void {
		for (const [id, { view, seq }] of this.stored) {
			const isHeld = this.views.get(view.id) === view;
			if (isHeld && seq > view.head.seq && !view.timeline.covers(seq)) continue;
			this.stored.delete(id);
			this.setUnsent(view.id, (list) => list.filter((one) => one.pending.id !== id));
		}
	}

	setUnsent(room: RoomId, change: (list: readonly Unsent[]) => readonly Unsent[]): void {
		const unsent = new Map(this.unsent);
		unsent.set(room, change(unsent.get(room) ?? []));
		this.unsent = unsent;
	}

	/** The list of rooms, anew; once for all that happens in one turn. */
	private listed(): void {
		if (this.isListing) return;
		this.isListing = true;
		this.window.queueMicrotask(() => {
			this.isListing = false;
			this.rooms = this.list();
			const followed = this.session?.client.threads?.followed() ?? [];
			this.threads = new Map(
				followed.map(({ room, root, unread }) => [`${room}/${root}`, unread.size]),
			);
			const { alerts: mentions } = this.side;
			this.window.document.title = mentions > 0 ? `(${mentions}) ${w.app}` : w.app;
		});
	}
	private isListing = false;

	private list(): RoomItem[] {
		const logs = [...(this.session?.client.rooms ?? [])];
		return logs.flatMap(([id, log]): RoomItem[] => {
			const { snapshot, unread, mentions } = log;
			if (!snapshot) return [];
			return [
				{ id, name: snapshot.name, kind: snapshot.kind ?? 'public', unread, mentions, snapshot },
			];
		});
	}

	/** Once a second: what time has made of things. */
	private beat(): void {
		const now = this.window.performance.now();
		this.now = Date.now();
		if (this.link.is === 'lost' && !this.link.loud && now >= this.lostAt + QUIET_MS) {
			this.link = { ...this.link, loud: true };
		}
		for (const { typing } of this.views.values()) {
			for (const [user, { until }] of typing) if (now >= until) typing.delete(user);
		}
		const { undo } = this;
		if (undo && this.now >= undo.until_ms) {
			this.undo = null;
			undo.over?.();
		}
		for (const part of this.parts) part.beat?.();
		if (this.link.is !== 'live') return;
		if (this.view && this.session?.client.isUpToDate(this.view.id)) this.asOf = this.now;
		this.beats += 1;
		if (this.beats > 1 && this.session?.client.threads === null) void this.followThreads();
		if (this.beats > 1) this.meet();
		if (this.beats % ADOPT_S === 1) void this.adopt();
		this.beatsToShare -= 1;
		if (this.beatsToShare === 0) void this.shareDrafts();
	}
	private beats = 0;
	/** Drafts are shared when the first messages are there. */
	private beatsToShare = 3;

	/** How people want to be shown is looked up once their messages are there; if that cannot be loaded, once more. */
	private meet(): void {
		const meet = async () => (await import('./app/profiles')).meet(this);
		this.met ??= meet().catch(() => {
			this.met = null;
		});
	}
	private met: Promise<void> | null = null;

	/** Which threads one follows is asked for when the first messages are there; if it cannot be loaded, once more. */
	private async followThreads(): Promise<void> {
		const { own } = this;
		this.shared?.followThreads();
		const { Threads } = await import('./core/threads').catch(() => ({ Threads: null }));
		if (Threads && own && !own.client.threads) own.followThreads(new Threads(own.client.own));
	}

	/** Takes over what pages that are gone have left. */
	private async adopt(): Promise<void> {
		if (!this.me || !this.store || !this.own) return;
		const kept = await this.store.adopt(this.me.id).catch(() => []);
		if (kept.length === 0) return;
		this.takeKept(kept);
		this.own.adopt(kept);
	}

	tryNow(): void {
		this.session?.start();
		if (this.link.is === 'lost') this.link = { ...this.link, until: null };
	}

	/** The page came into sight, or went out of it. */
	private looked(): void {
		const isSeen = this.window.document.visibilityState === 'visible';
		if (isSeen) this.session?.wake();
		this.window.clearTimeout(this.awayTimer);
		if (isSeen) this.setStatus('online');
		else this.awayTimer = this.window.setTimeout(() => this.setStatus('away'), AWAY_MS);
	}
	private awayTimer = 0;
	private status: Status = 'online';

	private setStatus(status: Status): void {
		this.status = status;
		this.watch();
	}

	/**
	 * Says how we are, and of whom we want to know the same: partners first, then the people of the room. And of ourselves,
	 * who may be shown otherwise by another device.
	 */
	watch(): void {
		const peers = this.rooms.flatMap((room) => room.snapshot.peer ?? []);
		const here = this.view ? [...this.view.members.keys()] : [];
		const users = [...new Set([this.me?.id ?? [], peers, here].flat())];
		const status = this.side.isBusy ? 'do_not_disturb' : this.status;
		this.session?.watch(status, users.slice(0, WATCHED_USERS_MAX));
	}

	/** Says a message to whoever listens rather than looks: at most once in two seconds, the rest as a number. */
	private speak(name: string, text: string): void {
		this.toSpeak.push(w.feed.says(name, text.slice(0, 200)));
		if (this.speaking) return;
		this.speaking = true;
		const say = () => {
			const [first, ...rest] = this.toSpeak.splice(0);
			this.speaking = first !== undefined;
			if (first === undefined) return;
			this.spoken = rest.length > 0 ? `${first}, ${w.feed.andMore(rest.length)}` : first;
			this.window.setTimeout(say, 2_000);
		};
		say();
	}
}

/** The code of an invitation link into a room; one into the server is longer. */
export function roomCode(hash: string): string | undefined {
	return /^#invitation=([0-9a-f]{40})$/.exec(hash)?.[1];
}

/** What of a room asks for attention: mentions, and everything that is said to one alone. */
export function alerts(room: RoomItem): number {
	return room.kind === 'direct' ? room.unread : room.mentions;
}

/** What was to be done, in words. */
function what(kind: Body['kind']): string {
	const words: Record<string, string> = w.do;
	return words[kind] ?? w.do.other;
}
