/** Rooms that were opened: what of them is loaded and held, what comes into them, and what of it has been read. */

import type { App } from '../app.svelte';
import { counts, saidIn, threadOf } from '../core/event';
import { own } from '../core/own';
import {
	type Event,
	PAGE_EVENTS_MAX,
	type RoomId,
	type Seq,
	TYPING_MS,
	WATCHED_USERS_MAX,
} from '../core/protocol';
import { type Row, rows } from '../core/rows';
import type { Standing } from '../core/shared';
import type { Page, Step } from '../core/step';
import { dayOf } from '../core/time';
import type { Gap, Keep, Tail } from '../core/timeline';
import { w } from '../words';
import { nameOf } from './shown.svelte';
import { RoomView } from './view.svelte';

/** Rooms of which the messages are held. */
const VIEWS_MAX = 10;
/** The first page that is shown. */
export const PAGE = 50;
/** People of a room who are known by name: so many at first, and who comes in while one is there. */
const MEMBERS = PAGE_EVENTS_MAX;
const MEMBERS_MAX = 1_000;

export class Reading {
	private readonly views = new Map<RoomId, RoomView>();

	constructor(private readonly app: App) {}

	// ---- Which are held.

	/** A conversation that was opened and is still held. */
	viewOf(room: RoomId): RoomView | undefined {
		return this.views.get(room);
	}

	openViews(): RoomView[] {
		return [...this.views.values()];
	}

	/** The page shows this room from now on. */
	open(room: RoomId): void {
		const { app } = this;
		const log = this.logOf(room);
		if (!log) return;
		let view = this.views.get(room);
		if (!view) {
			view = new RoomView(room, log);
			void app.drafts.load(view);
		}
		this.views.delete(room);
		this.views.set(room, view);
		for (const oldest of this.views.keys()) {
			if (this.views.size <= VIEWS_MAX) break;
			this.views.delete(oldest);
		}
		app.sending.arrived();
		view.lineAfter = lineOf(log);
		view.fresh = { after: log.mark.seq, messages: log.unread };
		view.isSetBack = false;
		view.goTo = 'latest';
		app.view = view;
		if (view.timeline.to < log.position) void this.loadNewest(view);
		void this.loadMembers(view);
		app.presence.watch();
		if (log.snapshot?.kind === 'direct')
			void import('./receipts').then((it) => it.receiptsOf(app).ask(room));
	}

	/** What is remembered of a room is shown as it was. */
	recalled(room: RoomId, tail: Tail): void {
		const log = this.logOf(room);
		if (!log) return;
		const view = new RoomView(room, log);
		view.timeline.restore(tail);
		this.views.set(room, view);
		void this.app.drafts.load(view);
	}

	left(room: RoomId): void {
		this.views.delete(room);
		this.app.sending.arrived();
	}

	private logOf(room: RoomId) {
		return this.app.session?.client.rooms.get(room);
	}

	/** What is drawn of a room, or of the thread `thread` in it. */
	rowsOf(view: RoomView, thread = view.root): Row[] {
		const { me, held, sending } = this.app;
		if (!me || view.version < 0) return [];
		const { timeline, head, lineAfter } = view;
		const unsent = [
			...(sending.unsent.get(view.id) ?? []),
			...held.filter((one) => one.pending.room === view.id),
		];
		const headOrdinal = head.ordinal;
		const shown = { timeline, head: head.seq, headOrdinal, unsent, me, lineAfter, thread };
		return rows(shown, dayOf);
	}

	// ---- What has been read.

	/** Everything up to the newest that is on the page has been seen. */
	read(view: RoomView): void {
		if (view.isSetBack || document.visibilityState !== 'visible') return;
		const log = this.logOf(view.id);
		if (log && view.timeline.covers(log.position)) this.app.session?.read(view.id, log.position);
	}

	/** The person says that all is read; the line goes. It can be undone. */
	markRead(view: RoomView): void {
		const { id: room, lineAfter: line } = view;
		const before = { room, read: this.logOf(room)?.mark.seq ?? 0, line };
		view.isSetBack = false;
		const log = this.logOf(room);
		if (log) this.app.session?.read(room, log.position);
		view.lineAfter = null;
		void import('./rooms').then(
			(it) => it.offerBack(this.app, before),
			() => {},
		);
	}

	// ---- What is loaded.

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
		const { app } = this;
		const isHere = view.timeline.covers(seq);
		if (!isHere && !(await this.load(view, 'around', { around: seq, limit: PAGE }, seq))) return;
		const entry = view.timeline.get(seq);
		const root = entry ? threadOf(entry.event.body) : null;
		if (root !== null && focus && view === app.view) app.openThread(view.id, root, seq);
		else view.goTo = { seq, focus };
	}

	/** To the newest message: reloaded first, if the end is not here. */
	async goToLatest(view: RoomView): Promise<void> {
		const log = this.logOf(view.id);
		if (log && !view.timeline.covers(log.position)) await this.loadNewest(view);
		view.goTo = 'latest';
	}

	async load(
		view: RoomView,
		what: NonNullable<RoomView['loading']>,
		where: { before?: Seq; after?: Seq; around?: Seq; at_ms?: number; limit: number },
		keep: Keep | ((events: readonly Event[]) => Keep),
	): Promise<Page | null> {
		const { app } = this;
		view.loading = what;
		const answer = await app.ask({ ask: 'history', room: view.id, ...where });
		view.loading = null;
		if (answer.is === 'page') {
			const { page } = answer;
			view.timeline.add(page, typeof keep === 'function' ? keep(page.events) : keep);
			view.failed = null;
			view.version += 1;
			app.sending.arrived();
			return page;
		}
		if (answer.is === 'refused') {
			view.failed = answer.refused.message;
			if (what !== 'newest') app.notice = w.couldNot(w.do.load, answer.refused.message);
		}
		return null;
	}

	async loadMembers(view: RoomView): Promise<void> {
		const answer = await this.app.ask({ ask: 'members', room: view.id, limit: MEMBERS });
		if (answer.is !== 'members') return;
		view.members = new Map(answer.members.map((member) => [member.user, member.name]));
		this.app.presence.watch();
	}

	// ---- What comes.

	/** The connection is back: what came while one was away is new, also in the room in which one is. */
	welcomed(): void {
		for (const [room, view] of this.views) {
			const log = this.logOf(room);
			if (view.lineAfter !== null || !log) continue;
			view.lineAfter = lineOf(log);
			view.fresh = { after: log.mark.seq, messages: log.unread };
		}
	}

	show({ room, event }: Extract<Step, { do: 'show' }>): void {
		const { app } = this;
		const view = this.views.get(room);
		const isOthers = event.by !== app.me?.id;
		const isOfRoom = counts(event.body);
		if (isOfRoom && isOthers && app.link.is === 'live') app.link.counted.missed += 1;
		if (!view) return;
		view.typing.delete(event.by);
		view.timeline.take(event, view.keep);
		view.head = { seq: event.seq, ordinal: event.ordinal };
		if (isOfRoom && isOthers) {
			// While nobody looks, the line stands before the first that nobody saw.
			const isSeen = view === app.view && document.visibilityState === 'visible';
			const log = this.logOf(room);
			if (!isSeen && log && log.mark.seq > 0 && log.mark.seq >= (view.lineAfter ?? 0))
				view.lineAfter = log.mark.seq;
		}
		const { body, name } = event;
		const { panel } = app;
		const isRead = isOfRoom ? view.pinned : panel?.is === 'thread' && panel.seq === threadOf(body);
		const isHeard = isOthers && isRead && view === app.view && !app.has(own.blocked(event.by));
		if (body.kind === 'message' && isHeard)
			app.speech.says(nameOf(event.by, name), saidIn(body, body.text));
		this.cameOrWent(view, event);
		view.version += 1;
		app.sending.arrived();
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
		if (members.size <= WATCHED_USERS_MAX) this.app.presence.watch();
	}

	missed({ room, from, to }: Extract<Step, { do: 'missed' }>): void {
		const view = this.views.get(room);
		if (!view) return;
		view.timeline.missed(from, to);
		// What follows it may come in the same turn: one stays before what was missed.
		if (view === this.app.view) view.pinned = false;
		view.head = { seq: to, ordinal: this.logOf(room)?.ordinal ?? 0 };
		view.version += 1;
		this.app.sending.arrived();
		// What was changed of the messages before it, meanwhile.
		void this.load(view, 'older', { before: from, limit: PAGE_EVENTS_MAX }, view.keep);
	}

	reset({ room, head }: Extract<Step, { do: 'reset' }>): void {
		const view = this.views.get(room);
		view?.timeline.reset();
		if (view) view.head = { seq: head, ordinal: 0 };
		this.app.sending.reset(room);
		if (view && view === this.app.view) void this.loadNewest(view);
	}

	typing({ room, user, name }: Extract<Step, { do: 'typing' }>): void {
		this.views.get(room)?.typing.set(user, { name, until: performance.now() + TYPING_MS });
	}

	/** Once a second: who has stopped typing. */
	beat(): void {
		const now = performance.now();
		for (const { typing } of this.views.values()) {
			for (const [user, { until }] of typing) if (now >= until) typing.delete(user);
		}
	}
}

/** Where the line stands; to who has read nothing of a room all is new, and a line before all of it says nothing. */
const lineOf = ({ unread, mark }: Standing): Seq | null =>
	unread > 0 && mark.seq > 0 ? mark.seq : null;
