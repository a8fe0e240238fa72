/**
 * Rooms in which one is not any more. What was written for one and is not sent stays in this browser, where no
 * conversation shows it: it is found here, after a reload as well, and said with what became of the room. Nothing of it
 * goes but by hand.
 */

import type { App, Part, RoomItem } from '../app.svelte';
import { saidIn } from '../core/event';
import type { Body, Event, RoomId } from '../core/protocol';
import { Rooms } from '../core/rooms';
import type { Step } from '../core/step';
import { type Draft, NOTHING, type Place } from '../core/store';
import { called } from '../words';
import { discard } from './again';
import { nameOf, titleOf } from './shown.svelte';

/** Something that was written for a room. */
export interface Written {
	key: string;
	text: string;
	isDraft: boolean;
	drop(): unknown;
}

/** A room in which one is not any more, with what was written for it. */
interface GoneRoom {
	id: RoomId;
	/** What has become of it. */
	why: string;
	words: readonly Written[];
}

/** How one came to be out, as far as that was seen. */
interface Left {
	/** As it is called in a sentence, if that is known. */
	name: string | null;
	/** The event that ended it; null: it ended while one was away. */
	by: Event | null;
	isTold: boolean;
}

class Gone implements Part {
	rooms = $state.raw<readonly GoneRoom[]>([]);
	private readonly left = new Map<RoomId, Left>();
	/** What rooms are called: when one is told that they are gone, they may be in no list any more. */
	private readonly names = new Map<RoomId, string>();
	private listed: readonly RoomItem[] = [];
	/** The event that puts one out comes just before one is told that the room is gone. */
	private last: { room: RoomId; event: Event } | null = null;
	/** Words that were shown: they are not shown again of themselves. */
	private readonly shown = new Set<string>();
	/** Whether there may be something else than was found last. */
	private isStale = true;
	private isLooking = false;

	constructor(private readonly app: App) {}

	step(step: Step): void {
		this.learn();
		if (step.do === 'show') {
			if (this.isEnd(step.event.body, step.event.by)) this.last = step;
			// Something else came after it: one is there again.
			else if (this.last?.room === step.room) this.last = null;
		} else if (step.do === 'wait') this.last = null;
		else if (step.do === 'left') {
			const { room } = step;
			const by = this.last?.room === room ? this.last.event : null;
			this.last = null;
			this.left.set(room, { name: this.names.get(room) ?? null, by, isTold: false });
			this.isStale = true;
		} else if (step.do === 'room') {
			const isBack =
				this.left.delete(step.room.id) || this.rooms.some(({ id }) => id === step.room.id);
			this.isStale ||= isBack;
		} else if (step.do === 'settled') this.isStale ||= step.outcome.is !== 'stored';
		else if (['welcome', 'adopted', 'forgotten'].includes(step.do)) this.isStale = true;
	}

	private learn(): void {
		const { rooms } = this.app;
		if (rooms === this.listed) return;
		this.listed = rooms;
		for (const room of rooms) this.names.set(room.id, titleOf(room));
	}

	/** Whether an event puts the person out of a room, or they leave it. */
	private isEnd(body: Body, by: string): boolean {
		const me = this.app.me?.id;
		if (body.kind === 'remove' || body.kind === 'ban') return body.user === me;
		return body.kind === 'leave' && by === me;
	}

	/** Once a second, if there may be something, and nothing else is in the way. */
	beat(): void {
		const { link, dialog } = this.app;
		// Who is typing is not to type into a dialog.
		const field = document.activeElement as Partial<HTMLTextAreaElement> | null;
		const isFree = (dialog === null && !field?.value) || dialog === 'gone';
		if (this.isStale && isFree && link.is === 'live' && !this.isLooking) void this.look();
	}

	private async look(): Promise<void> {
		this.isStale = false;
		this.isLooking = true;
		try {
			await this.find();
		} catch {
			// What is needed for it could not be had: again.
			this.isStale = true;
		}
		this.isLooking = false;
	}

	private async find(): Promise<void> {
		const { app, left } = this;
		const written = await this.written();
		const untold = [...left].filter(([room, { isTold }]) => !isTold && !written.has(room));
		if (written.size + untold.length === 0) {
			this.rooms = [];
			return;
		}
		const { w } = await import('../words/gone');
		const said = ({ name, by }: Left) => {
			const { body } = by ?? {};
			if (name === null) return w.unnamed;
			if (body?.kind === 'leave') return w.left(name);
			if (!by || (body?.kind !== 'remove' && body?.kind !== 'ban')) return w.away(name);
			const who = nameOf(by.by, by.name);
			const is = body.kind === 'ban' ? w.banned(who, name) : w.removed(who, name);
			return body.reason ? w.because(is, body.reason) : w.whole(is);
		};
		const rooms: GoneRoom[] = [];
		for (const [id, words] of written) {
			const known = left.get(id);
			if (!known && !(await this.isOut(id))) continue;
			const why = said(known ?? { name: await this.nameOf(id), by: null, isTold: true });
			rooms.push({ id, why, words });
		}
		// Who leaves a room knows that they do.
		const notices = untold.filter(([, { by }]) => by?.body.kind !== 'leave');
		if (notices.length > 0) app.notice = notices.map(([, one]) => said(one)).join(' ');
		this.rooms = rooms;
		const keys = rooms.flatMap(({ words }) => words.map(({ key }) => key));
		const isUntold = rooms.some(({ id }) => left.get(id)?.isTold === false);
		const isNew = isUntold || keys.some((key) => !this.shown.has(key));
		for (const [, one] of untold) one.isTold = true;
		for (const { id } of rooms) {
			const one = left.get(id);
			if (one) one.isTold = true;
		}
		for (const key of keys) this.shown.add(key);
		if (isNew && app.dialog === null) app.dialog = 'gone';
	}

	/** What was written for rooms that are not there: what could not be sent, what waits for its files, and drafts. */
	private async written(): Promise<Map<RoomId, Written[]>> {
		const { me, store, session, sending, drafts } = this.app;
		const all = new Map<RoomId, Written[]>();
		const add = (room: RoomId, one: Written) => {
			if (session?.client.rooms.has(room) || one.text.trim() === '') return;
			all.set(room, [...(all.get(room) ?? []), one]);
		};
		const unsents = [...sending.unsent.values()].flat();
		for (const unsent of unsents) {
			const { room, id, body } = unsent.pending;
			if (unsent.failed === null || (body.kind !== 'message' && body.kind !== 'edit')) continue;
			const drop = () => discard(this.app, room, unsent);
			add(room, { key: id, text: saidIn(body, body.text), isDraft: false, drop });
		}
		if (!me || !store) return all;
		for (const { id, place, text, files } of await store.parcels(me.id).catch(() => [])) {
			if (unsents.some(({ pending }) => pending.id === id)) continue;
			const drop = () => store.drop(me.id, id);
			add(roomOf(place), { key: id, text: text || (files[0]?.name ?? ''), isDraft: false, drop });
		}
		const kept = new Map<Place, Draft | null>(await store.allDrafts(me.id).catch(() => []));
		for (const [place, draft] of drafts.saving) kept.set(place, draft);
		for (const [place, draft] of kept) {
			if (!draft) continue;
			const { synced } = draft;
			// Where one comes back to, the server is told that it is over.
			const drop = () =>
				store.setDraft(me.id, place, synced ? { ...NOTHING, synced } : null, draft);
			add(roomOf(place), {
				key: `${place} ${draft.stamp}`,
				text: textOf(draft),
				isDraft: true,
				drop,
			});
		}
		return all;
	}

	/** Whether the server says so: a room that it could not load only now is not gone. */
	private async isOut(room: RoomId): Promise<boolean> {
		const answer = await this.app.ask({ ask: 'members', room, limit: 1 });
		if (answer.is !== 'refused') return false;
		const isOut = ['not_member', 'not_found'].includes(answer.refused.code);
		// It could not be said now.
		if (!isOut) this.isStale = true;
		return isOut;
	}

	/** Of one that everybody may see. */
	private async nameOf(room: RoomId): Promise<string | null> {
		const answer = await new Rooms(this.app.http).listed(room);
		const listed = answer.ok ? answer.value.rooms[0] : undefined;
		return listed ? called(listed.name, listed.kind) : null;
	}

	/** The person has decided about it. */
	async drop(one: Written): Promise<void> {
		const without = this.rooms.map(({ words, ...room }) => ({
			...room,
			words: words.filter(({ key }) => key !== one.key),
		}));
		this.rooms = without.filter(({ words }) => words.length > 0);
		try {
			await one.drop();
		} catch {
			this.app.unkept = true;
		}
		// Another page may have written on in it.
		this.isStale = true;
	}
}

function roomOf(place: Place): RoomId {
	return place.slice(0, 36);
}

/** With what an edit has interrupted. */
function textOf({ text, files, aside }: Draft): string {
	const all = [aside ? textOf(aside) : '', text || (files?.[0]?.name ?? '')];
	return all.filter((part) => part.trim() !== '').join('\n');
}

const made = new WeakMap<App, Gone>();
export function goneOf(app: App): Gone {
	let gone = made.get(app);
	if (!gone) {
		gone = new Gone(app);
		made.set(app, gone);
		app.parts.push(gone);
	}
	return gone;
}
