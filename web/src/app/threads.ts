/** Threads as they are shown: what of each is on the page, live, and up to where one has read it. */

import type { App, Part } from '../app.svelte';
import { threadOf } from '../core/event';
import type { Own, RoomId, Seq } from '../core/protocol';
import type { Step } from '../core/step';
import { w } from '../words';
import { RoomView } from './view.svelte';

/** Messages that come with one step. */
const PAGE = 50;
/** Threads of which the messages are held. */
const VIEWS_MAX = 10;

class Threads implements Part {
	private views = new Map<string, RoomView>();
	/** Up to where reading was said, so that it is said once. */
	private said = new WeakMap<RoomView, Seq>();

	constructor(private readonly app: App) {}

	/** A thread, with its newest messages or those around one of them on the way. */
	open(room: RoomId, root: Seq, at: Seq | undefined): RoomView | null {
		const log = this.app.session?.client.rooms.get(room);
		if (!log) return null;
		const key = `${room}/${root}`;
		let view = this.views.get(key);
		view ??= new RoomView(room, log, root);
		this.views.delete(key);
		this.views.set(key, view);
		for (const oldest of this.views.keys()) {
			if (this.views.size <= VIEWS_MAX) break;
			this.views.delete(oldest);
		}
		const known = this.app.session?.client.threads?.get(room, root);
		view.lineAfter = known && known.unread.size > 0 ? known.read : null;
		view.isSetBack = false;
		// It may have been set back since.
		this.said.delete(view);
		void this.bring(view, at);
		return view;
	}

	private async bring(view: RoomView, at: Seq | undefined): Promise<void> {
		if (at === undefined) {
			if (!view.timeline.covers(view.head.seq) || view.timeline.isEmpty) await this.load(view, {});
			view.goTo = 'latest';
			return;
		}
		if (!view.timeline.covers(at)) {
			await this.load(view, { before: at + 1 });
			await this.load(view, { after: at });
		}
		view.goTo = { seq: at, focus: true };
	}

	/** A page of it: the messages before or after a seq that are nearest to it, or the newest. */
	async load(view: RoomView, where: { before?: Seq; after?: Seq }): Promise<void> {
		const { id: room, root, timeline } = view;
		if (root === null) return;
		view.loading = 'older';
		const answer = await this.app.ask({ ask: 'thread', room, root, ...where, limit: PAGE });
		view.loading = null;
		view.failed = answer.is === 'refused' ? answer.refused.message : null;
		if (answer.is === 'refused' && !timeline.isEmpty) {
			this.app.notice = w.couldNot(w.do.load, answer.refused.message);
		}
		if (answer.is !== 'thread') return;
		const { thread, events, states, head, more_before, more_after } = answer.page;
		if (thread.message) {
			const page = { events: [thread.message], states: thread.state ? [thread.state] : [], head };
			timeline.add({ ...page, more_before: false }, 'newest', { from: root, to: root });
		}
		const first = events[0]?.seq ?? root + 1;
		const last = events.at(-1)?.seq ?? head;
		const from = where.after !== undefined ? where.after + 1 : more_before ? first : root + 1;
		const to = where.before !== undefined ? where.before - 1 : more_after ? last : head;
		// An empty thread whose root is the log's end covers nothing behind it.
		if (from <= to)
			timeline.add({ events, states, head, more_before: true }, 'newest', { from, to });
		if (head > view.head.seq) view.head = { seq: head, ordinal: 0 };
		view.version += 1;
	}

	/** What is missing between what is here, from its end on. */
	async loadGap(view: RoomView, from: Seq, to: Seq): Promise<void> {
		const isAtEnd = to >= view.head.seq;
		await this.load(view, isAtEnd ? { after: from - 1 } : { before: to + 1 });
	}

	/** Its end has been seen. */
	read(view: RoomView): void {
		const { id: room, root } = view;
		if (root === null || view.isSetBack || document.visibilityState !== 'visible') return;
		const known = this.app.session?.client.threads?.get(room, root);
		if (!known || known.unread.size === 0 || !view.timeline.covers(known.last)) return;
		if ((this.said.get(view) ?? 0) >= known.last) return;
		this.said.set(view, known.last);
		void this.say(view, { kind: 'read', room, root, seq: known.last });
	}

	private async say(view: RoomView, own: Own): Promise<void> {
		const answer = await this.app.ask({ ask: 'set', own });
		// It is read when it is seen again.
		if (answer.is === 'refused') this.said.delete(view);
	}

	follow(view: RoomView, on: boolean): void {
		if (view.root === null) return;
		void this.app.set({ kind: 'follow', room: view.id, root: view.root, on });
	}

	step(step: Step): void {
		if (!('room' in step) || typeof step.room !== 'string') return;
		for (const [key, view] of this.views) {
			if (view.id !== step.room) continue;
			if (step.do === 'show') this.show(view, step);
			else if (step.do === 'left') this.views.delete(key);
			else if (step.do === 'missed' || step.do === 'reset') this.lost(view, step);
		}
	}

	private show(view: RoomView, { event }: Extract<Step, { do: 'show' }>): void {
		view.timeline.take(event, view.pinned ? 'newest' : 'oldest');
		view.head = { seq: event.seq, ordinal: 0 };
		const isOthers = event.by !== this.app.me?.id && threadOf(event.body) === view.root;
		const isSeen = document.visibilityState === 'visible' && this.isOpen(view);
		if (isOthers && !isSeen && view.lineAfter === null) view.lineAfter = event.seq - 1;
		const isChange = 'target' in event.body;
		if (isChange || view.timeline.get(event.seq)) view.version += 1;
		else if (view.timeline.gaps(event.seq, 0).length > 0) view.version += 1;
	}

	/** What was missed, or is another log: read again where it is looked at, and else when it is opened. */
	private lost(view: RoomView, step: Extract<Step, { do: 'missed' | 'reset' }>): void {
		view.timeline.reset();
		view.head = { seq: step.do === 'missed' ? step.to : step.head, ordinal: 0 };
		view.version += 1;
		if (this.isOpen(view)) void this.load(view, {});
	}

	private isOpen(view: RoomView): boolean {
		const { panel, current } = this.app;
		return panel?.is === 'thread' && panel.seq === view.root && current === view.id;
	}
}

const made = new WeakMap<App, Threads>();
export function threadsOf(app: App): Threads {
	let threads = made.get(app);
	if (!threads) {
		threads = new Threads(app);
		made.set(app, threads);
		app.parts.push(threads);
	}
	return threads;
}
