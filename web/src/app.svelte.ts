/**
 * What the components draw, and what a person can do: the one place where the core meets Svelte. Components read its
 * state and call its methods; they know no frame and no step. Where one is and what lies over it is here; the other
 * subjects have files of their own under `app/`.
 */

import { SvelteMap } from 'svelte/reactivity';
import type { Attaching } from './app/attaching.svelte';
import { Drafts } from './app/drafts';
import { begin, forget, roomCode } from './app/entering';
import { Link } from './app/link.svelte';
import { Presence } from './app/presence.svelte';
import { Reading } from './app/reading.svelte';
import { Sending } from './app/sending.svelte';
import type { Service } from './app/service';
import { Side } from './app/side.svelte';
import { Speech } from './app/speech.svelte';
import type { RoomView } from './app/view.svelte';
import { Http } from './core/http';
import type {
	Own,
	Receipt,
	Right,
	RoomId,
	RoomKind,
	RoomSnapshot,
	Seq,
	User,
	UserId,
} from './core/protocol';
import { has } from './core/right';
import type { MessageRow, Unsent } from './core/rows';
import type { Session } from './core/session';
import type { Shared, Talk } from './core/shared';
import { type Answer, ownWith, type Refused, type Step } from './core/step';
import type { Store } from './core/store';
import { reason, w } from './words';

/** A room in the list. */
export interface RoomItem {
	id: RoomId;
	name: string;
	kind: RoomKind;
	unread: number;
	mentions: number;
	snapshot: RoomSnapshot;
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
	/** What in it one begins with: the details' `add` or `topic`. */
	part?: string;
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
	rooms = $state.raw<RoomItem[]>([]);
	current = $state<RoomId | null>(null);
	view = $state.raw<RoomView | null>(null);
	notice = $state<string | null>(null);
	unkept = $state(false);
	newer = $state(false);
	/** One of the dialogs of `ui/parts.ts`. */
	dialog = $state<string | null>(null);
	/** One of the panels of `ui/parts.ts`. */
	panel = $state.raw<Panel | null>(null);
	/** One of the pages of `ui/parts.ts`. */
	page = $state.raw<Place | null>(null);
	/** What the dialog is about, if it is about a message. */
	about = $state.raw<About | null>(null);
	/** Who asked for an emoji, if the dialog is one that gives one. */
	picked: ((emoji: string) => void) | null = null;
	/** What was done last, while it can be undone (`app/undo.ts`). */
	undo = $state.raw<Undo | null>(null);
	/** The two reactions that one uses most. */
	quick = $state.raw<readonly string[]>([]);
	/** What is unread in the threads that one follows, by `ROOM/ROOT`. */
	threads = $state.raw<ReadonlyMap<string, number>>(new Map());
	/** Deletions that can still be undone: shown as done. */
	held = $state.raw<readonly Unsent[]>([]);
	/** Up to where others have direct rooms, and rooms of which it was asked. */
	receipts = new SvelteMap<RoomId, ReadonlyMap<UserId, Receipt>>();
	now = $state(Date.now());
	private owned = $state(0);

	readonly link = new Link(this);
	readonly side = new Side(this);
	readonly reading = new Reading(this);
	readonly drafts = new Drafts(this);
	readonly sending = new Sending(this);
	readonly presence = new Presence(this);
	readonly speech = new Speech();
	readonly parts: Part[] = [this.side];
	/** Once the first messages are there. */
	service: Service | null = null;
	/** Counts what is used, once the first messages are there. */
	used: ((emoji: string) => void) | null = null;
	/** Files on their way, once there are any. */
	attaching = $state.raw<Attaching | null>(null);

	readonly mode: 'open' | 'password';
	readonly signup: 'open' | 'invitation' | 'closed';
	readonly http = new Http(fetch.bind(window), reason);
	/** The pages of this browser: who signs in is said to the others. */
	readonly pages = new BroadcastChannel('hearth-signed-in');
	session: Talk | null = null;
	/** It is either this page's alone, or one that its tabs share. */
	own: Session | null = null;
	shared: Shared | null = null;
	store: Store | null = null;
	private build: string | null = null;

	constructor() {
		const { mode, signup } = document.documentElement.dataset;
		this.mode = mode === 'password' ? 'password' : 'open';
		this.signup = signup === 'invitation' || signup === 'closed' ? signup : 'open';
		this.pages.onmessage = ({ data }) => this.signedInElsewhere(data as UserId);
		addEventListener('online', () => this.session?.wake());
		// No socket tells that the network is gone: asked now, it is known in seconds.
		addEventListener('offline', () => this.link.is === 'live' && this.session?.wake());
		addEventListener('hashchange', () => this.follow());
		document.addEventListener('visibilitychange', () => this.presence.looked());
		setInterval(() => this.beat(), 1_000);
		void begin(this);
	}

	/** Another page of this browser has signed in: what this one calls goes in that name by now. */
	private signedInElsewhere(user: UserId): void {
		if (!this.me || this.me.id === user) return;
		this.me = null;
		location.reload();
	}

	// ---- Where one is.

	get room(): RoomItem | null {
		return this.rooms.find((room) => room.id === this.current) ?? null;
	}

	/** Goes to a room; null: to the list. */
	go(room: RoomId | null): void {
		const hash = room ? `#/${room}` : '#/';
		if (location.hash !== hash) location.hash = hash;
		else this.follow();
	}

	/** Goes to a message from another one: a step in the history, so that Back leads to where one was reading. */
	jump(view: RoomView, from: Seq | null, to: Seq): void {
		const hash = `#/${view.id}/${to}`;
		if (location.hash === hash) {
			void this.reading.goTo(view, to, true);
			return;
		}
		history.replaceState({ ...history.state, from }, '');
		location.hash = hash;
	}

	/** Shows what the address names: a room, a message in it, or a page. */
	follow(): void {
		if (roomCode(location.hash)) {
			this.dialog = 'invited';
			return;
		}
		const [first = '', second = ''] = location.hash.replace(/^#\/?/, '').split('/');
		const room = /^[0-9a-f-]{36}$/.test(first) ? first : null;
		this.page = room || first === '' ? null : { is: first, tab: second };
		if (this.page) return;
		this.enterRoom(room);
		const from = (history.state as { from?: Seq } | null)?.from;
		const seq = from ?? (/^\d{1,15}$/.test(second) ? Number(second) : 0);
		if (this.view && seq > 0) void this.reading.goTo(this.view, seq, true);
	}

	private enterRoom(room: RoomId | null): void {
		if (this.current === room && (room === null || this.view)) return;
		this.current = room;
		this.link.back = null;
		this.panel = null;
		if (room && this.session?.client.rooms.has(room)) this.reading.open(room);
		else this.view = null;
	}

	/** Opens a panel, or what it is about anew. */
	openPanel(panel: Panel): void {
		if (this.page) this.go(this.current);
		this.panel = panel;
	}

	closePanel(): void {
		this.panel = null;
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

	// ---- What is asked, and what is one's own.

	async ask(ask: Parameters<Session['ask']>[0]): Promise<Answer> {
		const none: Answer = { is: 'refused', refused: ownWith('busy') };
		const answer = (await this.session?.ask(ask)) ?? none;
		if (answer.is !== 'refused') return answer;
		const { code, message } = answer.refused;
		return { is: 'refused', refused: { code, message: await reason(message, code) } };
	}

	/** Says a refusal; of what could not be done, if it is known. */
	async say({ message, code }: Refused, what?: string): Promise<void> {
		const why = await reason(message, code);
		this.notice = what ? w.couldNot(what, why) : why;
	}

	/** Whether the person has a right in a room, and it takes what it is for. */
	may(right: Right, room = this.room): boolean {
		return !!room && !room.snapshot.archived && has(room.snapshot, right);
	}

	/** Whether a thing of one's own is set, by the names of `core/own`. */
	has(key: string): boolean {
		return this.owned >= 0 && this.session?.client.own.has(key) === true;
	}

	/** Whether it was taken; if not, that is said. */
	async set(own: Own): Promise<boolean> {
		const answer = await this.ask({ ask: 'set', own });
		if (answer.is !== 'refused') return true;
		this.notice = w.couldNot(w.do.other, answer.refused.message);
		return false;
	}

	/** What brings files up, loaded when it is first needed. */
	async attach(): Promise<Attaching> {
		const { Attaching } = await import('./app/attaching.svelte');
		this.attaching ??= new Attaching(this);
		return this.attaching;
	}

	// ---- What the core says.

	step(step: Step): void {
		for (const part of this.parts) part.step?.(step);
		switch (step.do) {
			case 'welcome':
				this.welcomed(step);
				break;
			case 'wait':
				this.link.lost(step);
				this.presence.of.clear();
				break;
			case 'ended':
				if (step.ended === 'somebody else') location.reload();
				if (step.ended === 'sign in') {
					this.again = true;
					void forget();
				}
				this.link.ended(step.ended === 'sign in');
				break;
			case 'room':
				this.listed();
				if (step.room.id === this.current && !this.view) this.reading.open(step.room.id);
				break;
			case 'left':
				this.reading.left(step.room);
				this.listed();
				if (this.current === step.room) this.go(null);
				break;
			case 'show':
				this.reading.show(step);
				break;
			case 'missed':
				this.reading.missed(step);
				break;
			case 'reset':
				this.reading.reset(step);
				break;
			case 'typing':
				this.reading.typing(step);
				break;
			case 'record':
				this.sending.recorded(step.pending);
				break;
			case 'settled':
				this.sending.settled(step);
				break;
			case 'adopted':
				this.sending.takeKept(step.kept);
				break;
			case 'forgotten': {
				const { room, id } = step.kept.pending;
				this.sending.gone(room, id);
				break;
			}
			case 'own':
				this.owned += 1;
				break;
			case 'unread':
			case 'thread':
			case 'threads':
				this.listed();
				break;
			case 'presence':
				for (const { user, status } of step.users)
					if (user !== this.me?.id) this.presence.of.set(user, status);
				break;
			case 'notice':
				void this.say(step.refused);
				break;
			default:
				break;
		}
	}

	private welcomed(step: Extract<Step, { do: 'welcome' }>): void {
		if (this.build !== null && this.build !== step.build) void this.service?.look();
		this.build = step.build;
		this.me = step.user;
		this.again = false;
		this.link.welcomed();
		this.listed();
		this.reading.welcomed();
		if (this.view) void this.reading.loadMembers(this.view);
		else queueMicrotask(() => this.follow());
	}

	/** The list of rooms, anew; once for all that happens in one turn. */
	private listed(): void {
		if (this.isListing) return;
		this.isListing = true;
		queueMicrotask(() => {
			this.isListing = false;
			this.rooms = this.list();
			const followed = this.session?.client.threads?.followed() ?? [];
			this.threads = new Map(
				followed.map(({ room, root, unread }) => [`${room}/${root}`, unread.size]),
			);
			const { alerts } = this.side;
			document.title = alerts > 0 ? `(${alerts}) ${w.app}` : w.app;
		});
	}
	private isListing = false;

	list(): RoomItem[] {
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
		this.now = Date.now();
		this.link.beat();
		this.reading.beat();
		for (const part of this.parts) part.beat?.();
	}
}
