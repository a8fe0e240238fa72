/**
 * Keeps drafts, of rooms and of threads, the same on all devices of a user and in all pages of a browser. The server is
 * asked when the page comes into sight, when a room or a thread is opened, when the connection is back, and before it is
 * told anything, so that what was written elsewhere is not lost. Between pages the store is what stands: a page says where
 * it has written, and one that was not heard is met by the next write, which takes no other's place.
 */

import type { App, Panel } from '../app.svelte';
import { fate, isSame, met, NO_WORDS, since, wordsOf } from '../core/drafts';
import { whenLeft } from '../core/parcels';
import {
	type Own,
	type OwnDraft,
	type OwnScheduled,
	type OwnThreadDraft,
	type RoomId,
	type Seq,
	TEXT_BYTES_MAX,
} from '../core/protocol';
import type { Step } from '../core/step';
import {
	type Draft,
	isNothing,
	keyOf,
	NOTHING,
	type Place,
	placeOf,
	type Store,
	type Words,
} from '../core/store';
import { w } from '../words/scheduled';
import type { RoomView } from './view.svelte';

/** A draft that has not changed for so long is told, in milliseconds. */
const REST_MS = 1_500;
/** What the server did not take is not told again for so long, unless it changes. */
const REFUSED_MS = 60_000;
/** So often it is asked anyway, in seconds: of what was scheduled nobody else says that it was not sent. */
const ASK_S = 120;
/** So long an answer counts as what stands, when a room is opened or the page is seen again. */
const FRESH_MS = 4_000;

/** What pages say to each other: where one has written, or what it has sent from there. */
interface Said {
	place: Place;
	sent?: Draft;
}

export class SharedDrafts {
	private asking: Promise<boolean> | null = null;
	private telling: Promise<void> = Promise.resolve();
	private askedAt = 0;
	private at: { view: RoomView | null; panel: Panel | null } = { view: null, panel: null };
	/** What was seen of the drafts that are open, and since when they are so. */
	private seen = new Map<Place, { words: Words; since: number }>();
	private isPushing = false;
	/** Scheduled messages of which it was said that they were not sent. */
	private readonly told = new Set<string>();

	constructor(
		private readonly app: App,
		private readonly store: Store,
	) {
		document.addEventListener('visibilitychange', () => {
			if (document.visibilityState === 'hidden') {
				void this.push(0);
				return;
			}
			this.look();
			void this.refresh();
		});
		const pages = new BroadcastChannel('hearth-drafts');
		pages.onmessage = ({ data }) => {
			const { place, sent } = data as Said;
			if (sent) this.gone(place, sent);
			else this.heard(place);
		};
		const say = (said: Said) => pages.postMessage(said);
		app.drafts.saved = (place) => say({ place });
		app.drafts.left = (place, sent) => say({ place, sent });
		app.drafts.watch = (place) => this.watch(place);
		// What was written before there was somebody to say it, here and there.
		for (const { place } of this.open()) app.drafts.saved(place);
		this.look();
		void this.refresh();
	}

	/** Looks at what other pages have written. */
	private look(): void {
		for (const { place } of this.open()) this.heard(place);
	}

	/** Another page has written there, or may have: also a message that waits for its files. */
	private heard(place: Place): void {
		void meet(this.app, place).catch(() => {});
		if (this.open().some((one) => one.place === place)) this.watch(place);
	}

	/** Another page has sent that, and will say when it is gone from the store: it is not to be sent from here as well. */
	private gone(place: Place, sent: Draft): void {
		const { app, store } = this;
		const { drafts, me } = app;
		const here = this.open().filter((one) => one.place === place);
		// Who opens it later reads what the store has then.
		if (here.length > 0) drafts.sent.set(place, sent);
		for (const { view, root } of here) {
			const draft = drafts.of(view, root);
			const left = since(sent, draft, store.texts.get(keyOf(me?.id ?? '', place)));
			if (!isNothing(left)) drafts.put(view, left, root);
			else if (root === null) view.draft = left;
			else view.inThreads.set(root, left);
		}
	}

	private watch(place: Place): void {
		const { app, store } = this;
		const left = async () => (await app.attach()).lookAgain(...roomAndRoot(place));
		const run = () => void left().catch(() => {});
		if (app.me) whenLeft(store, app.me.id, place, run).catch(() => {});
	}

	private beats = 0;

	step(step: Step): void {
		if (step.do === 'welcome') void this.ask();
	}

	beat(): void {
		this.beats += 1;
		if (this.beats % ASK_S === 0) void this.ask();
		const { view, panel } = this.app;
		if (view && (view !== this.at.view || panel !== this.at.panel)) void this.refresh();
		this.at = { view, panel };
		void this.push(REST_MS);
	}

	/** The person has decided about what was written elsewhere: it is part of what stands here, or is not. */
	static settle(app: App, view: RoomView, root: Seq | null, isUsed: boolean): void {
		const place = placeOf(view.id, root);
		const theirs = app.drafts.offers.get(place);
		if (!theirs) return;
		app.drafts.offers.delete(place);
		const draft = app.drafts.of(view, root);
		const text = isUsed
			? [draft.text, theirs.text].filter((one) => one.trim()).join('\n')
			: draft.text;
		const reply_to = draft.reply_to ?? (isUsed ? theirs.reply_to : null);
		app.drafts.put(view, { ...draft, text, reply_to, synced: theirs }, root);
	}

	/** Drafts that are in this page. */
	private open(): { place: Place; view: RoomView; root: Seq | null }[] {
		return this.app.reading.openViews().flatMap((view) => {
			return [...view.here].map((root) => ({ place: placeOf(view.id, root), view, root }));
		});
	}

	private async refresh(): Promise<void> {
		if (Date.now() - this.askedAt > FRESH_MS) await this.ask();
	}

	/** Asks how drafts stand, and takes what is newer. Whether that is known now. */
	private ask(): Promise<boolean> {
		this.asking ??= this.compare().finally(() => {
			this.asking = null;
		});
		return this.asking;
	}

	private async compare(): Promise<boolean> {
		const { me, http } = this.app;
		// What is being told would come back as it was before.
		await this.telling;
		if (!me || this.app.link.is !== 'live') return false;
		const before = await this.standing(me.id);
		const kinds = '/api/v1/own?kinds=draft,thread_draft,scheduled';
		const said = await http.call<{ own: Own[] }>('GET', kinds);
		if (!said.ok) return false;
		this.askedAt = Date.now();
		const theirs = new Map<Place, Words>();
		for (const own of said.value.own) {
			if (own.kind === 'scheduled') this.tellOf(own);
			if (own.kind !== 'draft' && own.kind !== 'thread_draft') continue;
			const place = placeOf(own.room, own.kind === 'draft' ? null : own.root);
			theirs.set(place, { text: own.text ?? '', reply_to: own.reply_to ?? null });
		}
		const now = await this.standing(me.id);
		const mine = new Set(this.app.rooms.map(({ id }) => id));
		for (const place of new Set([...theirs.keys(), ...now.keys()])) {
			const [room, root] = roomAndRoot(place);
			if (!mine.has(room)) continue;
			const view = await this.loaded(room, root);
			const draft = (view ? this.app.drafts.of(view, root) : now.get(place)) ?? null;
			// Another page has told the server since it was asked: what it said may be older than that.
			const agreed = before.get(place)?.synced ?? NO_WORDS;
			if (!isSame(agreed, draft?.synced ?? NO_WORDS)) continue;
			await this.reconcile(place, view, draft, theirs.get(place) ?? NO_WORDS);
		}
		return true;
	}

	/** All drafts that there are: of rooms that are open as they are in this page. */
	private async standing(user: string): Promise<Map<Place, Draft>> {
		const all = new Map(await this.store.allDrafts(user).catch(() => []));
		for (const { place, view, root } of this.open()) all.set(place, this.app.drafts.of(view, root));
		return all;
	}

	/** One that was not sent is told once, wherever the person is: the list has it, and what can be done. */
	private tellOf({ id, state, reason }: OwnScheduled): void {
		if ((state !== 'failed' && state !== 'doubtful') || this.told.has(id)) return;
		this.told.add(id);
		this.app.notice = state === 'failed' ? w.told(reason ?? '') : w.doubtful;
	}

	private async reconcile(
		place: Place,
		view: RoomView | undefined,
		known: Draft | null,
		theirs: Words,
	): Promise<void> {
		const draft = known ?? NOTHING;
		const mine = wordsOf(draft);
		const what = fate(draft.synced ?? NO_WORDS, mine, theirs);
		if (what !== 'offer') this.app.drafts.offers.delete(place);
		if (what === 'offer' && view) this.app.drafts.offers.set(place, theirs);
		// What waits to be told is told when it rests; of a room that is not open it rests.
		if (what === 'push' && !view) await this.tell(place, mine);
		if (what === 'same' && !isSame(draft.synced ?? NO_WORDS, theirs)) {
			await this.keep(place, view, { ...draft, synced: theirs }, known);
		}
		if (what !== 'take') return;
		const taken = draft.edits === null ? { ...draft, ...theirs } : draft;
		const aside = { ...(draft.aside ?? { edits: null }), ...theirs };
		const now = draft.edits === null ? taken : { ...draft, aside };
		await this.keep(place, view, { ...now, synced: theirs }, known);
	}

	/** `was`: as it was read, where the room is not open. What another page has written meanwhile stays. */
	private async keep(
		place: Place,
		view: RoomView | undefined,
		draft: Draft,
		was: Draft | null,
	): Promise<void> {
		const synced = draft.synced && !isSame(draft.synced, NO_WORDS) ? draft.synced : undefined;
		const now = { ...draft, synced };
		const [room, root] = roomAndRoot(place);
		if (view) {
			this.app.drafts.put(view, now, root);
			return;
		}
		const { me } = this.app;
		if (!me) return;
		const kept = isNothing(now) && !synced ? null : now;
		await this.store.setDraft(me.id, place, kept, was).catch(() => {});
		await mark(this.app, room);
		this.app.drafts.saved?.(place);
	}

	/** Tells the server of drafts that are open and have come to rest. */
	private async push(rest_ms: number): Promise<void> {
		if (this.isPushing || this.app.link.is !== 'live') return;
		this.isPushing = true;
		for (const { place, view, root } of this.open()) {
			const draft = () => this.app.drafts.of(view, root);
			const mine = wordsOf(draft());
			const known = this.seen.get(place);
			const now = performance.now();
			if (!known || !isSame(known.words, mine)) this.seen.set(place, { words: mine, since: now });
			if (isSame(mine, draft().synced ?? NO_WORDS)) continue;
			const since = this.seen.get(place)?.since ?? now;
			const isOver = mine.text === '' && since <= now;
			if (!isOver && now - since < rest_ms) continue;
			if (!(await this.ask())) break;
			const isOffered = this.app.drafts.offers.has(place);
			const isStill = isSame(wordsOf(draft()), mine) && !isSame(mine, draft().synced ?? NO_WORDS);
			if (!isOffered && isStill) await this.tell(place, mine);
		}
		this.isPushing = false;
	}

	private tell(place: Place, words: Words): Promise<void> {
		this.telling = this.put(place, words);
		return this.telling;
	}

	private async put(place: Place, words: Words): Promise<void> {
		const { text, reply_to } = words;
		if (new TextEncoder().encode(text).length > TEXT_BYTES_MAX) return;
		const [room, root] = roomAndRoot(place);
		const own: OwnDraft | OwnThreadDraft =
			root === null ? { kind: 'draft', room } : { kind: 'thread_draft', room, root };
		if (text !== '') own.text = text;
		if (text !== '' && reply_to !== null) own.reply_to = reply_to;
		const said = await this.app.http.call('PUT', '/api/v1/own', own);
		if (!said.ok) {
			this.seen.set(place, { words, since: performance.now() + REFUSED_MS });
			return;
		}
		const view = await this.loaded(room, root);
		const draft = view ? this.app.drafts.of(view, root) : await this.kept(place);
		await this.keep(place, view, { ...(draft ?? NOTHING), synced: words }, draft);
	}

	/** A room that is open, with the draft of it or of one of its threads. */
	private async loaded(room: RoomId, root: Seq | null): Promise<RoomView | undefined> {
		const view = this.app.reading.viewOf(room);
		if (view) await this.app.drafts.load(view, root);
		return view;
	}

	private async kept(place: Place): Promise<Draft | null> {
		const { me } = this.app;
		return me && this.store.readDraft(me.id, place).catch(() => null);
	}
}

/**
 * Takes in what another page of this browser has written into a draft since this one has seen it, with what was written
 * here. `mine`: what was to be kept, where its room is not open any more.
 */
export async function meet(app: App, place: Place, mine?: Draft | null): Promise<void> {
	const { me, store } = app;
	if (!me || !store) return;
	const [room, root] = roomAndRoot(place);
	const opened = async () => {
		const view = app.reading.viewOf(room);
		if (view?.asked.has(root)) await app.drafts.load(view, root);
		return view?.here.has(root) ? view : undefined;
	};
	const view = await opened();
	if (!view && mine === undefined) {
		await mark(app, room);
		return;
	}
	let now = await store.readDraft(me.id, place);
	if (now?.files?.length && !app.attaching && (await app.attach().catch(() => null))) {
		now = await store.readDraft(me.id, place);
	}
	// Who has opened it meanwhile is shown what was to be kept, and then both.
	if ((await opened()) !== view) return meet(app, place, mine);
	const seen = store.seen.get(keyOf(me.id, place));
	const was = store.texts.get(keyOf(me.id, place));
	store.saw(keyOf(me.id, place), now);
	// What was sent is not what was there before.
	const sent = app.drafts.sent.get(place);
	const { synced } = seen ?? NOTHING;
	const before = sent ? { ...NOTHING, synced } : (seen ?? NOTHING);
	const theirs = sent ? met({ ...sent, synced }, before, now ?? NOTHING, was) : (now ?? NOTHING);
	if (!view) {
		app.drafts.saving.set(place, met(before, mine ?? NOTHING, theirs));
	} else if (seen?.stamp !== now?.stamp) {
		const all = met(before, app.drafts.of(view, root), theirs);
		app.drafts.sent.delete(place);
		// What is still to be kept would take the place of what is taken.
		if (theirs !== (now ?? NOTHING) || all !== theirs || app.drafts.saving.has(place))
			app.drafts.put(view, all, root);
		else if (root === null) view.draft = all;
		else view.inThreads.set(root, all);
		if (isSame(all.synced ?? NO_WORDS, app.drafts.offers.get(place) ?? NO_WORDS))
			app.drafts.offers.delete(place);
		if ([view.draft, ...view.inThreads.values()].every(isNothing)) app.drafts.rooms.delete(room);
		else app.drafts.rooms.add(room);
	}
	// It is gone from the store: whatever stands there from now on is another.
	if (!now) app.drafts.sent.delete(place);
}

/** Whether something is being written in a room, as the store has it: in one of its threads as well. */
async function mark(app: App, room: RoomId): Promise<void> {
	const { me, store } = app;
	const places = me && store && (await store.drafts(me.id).catch(() => null));
	if (!places) return;
	if (places.some((place) => roomAndRoot(place)[0] === room)) app.drafts.rooms.add(room);
	else app.drafts.rooms.delete(room);
}

function roomAndRoot(place: Place): [RoomId, Seq | null] {
	const [room = place, root] = place.split('/');
	return [room, root === undefined ? null : Number(root)];
}
