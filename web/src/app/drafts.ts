/**
 * What is being written, in rooms and in threads: kept in the store as one types, and found there when the room is opened
 * again. That it is the same on all devices is the work of `shared-drafts.ts`.
 */

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { App } from '../app.svelte';
import type { RoomId, Seq } from '../core/protocol';
import type { MessageRow, Row } from '../core/rows';
import {
	type Draft,
	isNothing,
	joined,
	NOTHING,
	type Place,
	placeOf,
	type Words,
} from '../core/store';
import { w } from '../words';
import type { RoomView } from './view.svelte';

export class Drafts {
	/** Rooms in which something is being written. */
	readonly rooms = new SvelteSet<RoomId>();
	/** What was written on another device while something was written here. */
	readonly offers = new SvelteMap<Place, Words>();
	/** What is still to be kept. */
	readonly saving = new Map<Place, Draft | null>();
	/** What was sent, here or in another page, of places of which the store may still have it. */
	readonly sent = new Map<Place, Draft>();
	/** Tells the other pages of this browser, once there is somebody who does. */
	saved: ((place: Place) => void) | null = null;
	/** And what was sent, at once. */
	left: ((place: Place, draft: Draft) => void) | null = null;
	/** Sees when a page ends that has left something for a place, once there is somebody who does. */
	watch: ((place: Place) => void) | null = null;
	private isSaving = false;

	constructor(private readonly app: App) {}

	of(view: RoomView, root: Seq | null = null): Draft {
		return (root === null ? view.draft : view.inThreads.get(root)) ?? NOTHING;
	}

	/** What is being written is this now. An edit's interrupted message stays with it. */
	set(view: RoomView, draft: Draft, root: Seq | null = null): void {
		const { synced, aside, ...was } = this.of(view, root);
		const isInterrupted = draft.edits !== null && was.edits === null && !isNothing(was);
		// Who answers another message while editing one goes on with what that had interrupted.
		const isBack = draft.edits === null && was.edits !== null && draft.text === was.text;
		const own = isBack && aside ? { ...aside, reply_to: draft.reply_to } : draft;
		const now = { synced, aside: isInterrupted ? was : aside, ...own };
		if (own.edits === null) delete now.aside;
		this.put(view, now, root);
	}

	/** The next message answers this one: in the room's composer, or in that of the thread in which it is shown. */
	reply({ id, root }: RoomView, row: MessageRow): void {
		const view = this.app.reading.viewOf(id);
		if (!view) return;
		this.set(view, { ...this.of(view, root), reply_to: row.seq, edits: null }, root);
	}

	edit({ id, root }: RoomView, row: MessageRow): void {
		const view = this.app.reading.viewOf(id);
		if (!view || this.isAtAnEdit(view, root)) return;
		this.set(view, { text: row.text, reply_to: null, edits: row.seq }, root);
	}

	/** Whether an edit is being written that is not saved, which nothing takes the place of; then it is said. */
	isAtAnEdit(view: RoomView, root: Seq | null): boolean {
		const { edits, text } = this.of(view, root);
		const isOne = (row: Row) => row.is === 'message' && row.seq === edits && row.text === text;
		if (edits === null || this.app.reading.rowsOf(view, root).some(isOne)) return false;
		this.app.notice = w.compose.atAnEdit;
		return true;
	}

	/** It was sent, with this text. */
	empty(view: RoomView, root: Seq | null, text: string): void {
		const place = placeOf(view.id, root);
		const sent = { ...this.of(view, root), text };
		this.sent.set(place, sent);
		this.left?.(place, sent);
		this.set(view, NOTHING, root);
	}

	/** An edit has ended: what it interrupted goes on. */
	stopEditing(view: RoomView, root: Seq | null = null): void {
		this.set(view, this.of(view, root).aside ?? NOTHING, root);
	}

	/** Keeps a draft as it is said. */
	put(view: RoomView, draft: Draft, root: Seq | null = null): void {
		// What the store has is to be here before anything takes its place.
		void this.load(view, root);
		if (root === null) view.draft = draft;
		else view.inThreads.set(root, draft);
		const all = [view.draft, ...view.inThreads.values()];
		if (all.every(isNothing)) this.rooms.delete(view.id);
		else this.rooms.add(view.id);
		if (!view.here.has(root)) return;
		const isGone = isNothing(draft) && draft.synced === undefined;
		this.saving.set(placeOf(view.id, root), isGone ? null : draft);
		if (!this.isSaving) void this.save();
	}

	/** One write at a time; what was typed meanwhile goes with the next. */
	private async save(): Promise<void> {
		const { app } = this;
		this.isSaving = true;
		for (const place of this.saving.keys()) {
			// What was sent goes when whoever sends it has kept it, not before; and nothing else takes its place till then.
			await app.session?.kept();
			await app.attaching?.kept();
			// Meanwhile it may have met another page's.
			const draft = this.saving.get(place) ?? null;
			let hasMet = false;
			let isLost = !app.store;
			try {
				const isKept = app.me && (await app.store?.setDraft(app.me.id, place, draft));
				if (isKept === false) {
					await (await import('./shared-drafts')).meet(app, place, draft);
					hasMet = true;
				} else if (this.saving.get(place) === draft) this.sent.delete(place);
				this.saved?.(place);
			} catch {
				app.unkept = true;
				isLost = true;
			}
			// Until it was kept, whoever opened the room again found it here; what cannot be kept stays here.
			const next = this.saving.get(place);
			if (isLost && next) continue;
			this.saving.delete(place);
			// What has met another page's is still to be kept, also if it is as it was before: nothing, most of all.
			if (next !== undefined && (hasMet || next !== draft)) this.saving.set(place, next);
		}
		this.isSaving = false;
	}

	/** What was being written there when the page ended, once; what is written before it is here follows it. */
	load(view: RoomView, root: Seq | null = null): Promise<void> {
		const loading = view.asked.get(root) ?? this.recall(view, root);
		view.asked.set(root, loading);
		return loading;
	}

	private async recall(view: RoomView, root: Seq | null): Promise<void> {
		const { saving, app } = this;
		const { me, store } = app;
		const place = placeOf(view.id, root);
		const nothing = () => null;
		const [draft, parcels] = await Promise.all([
			saving.has(place) ? saving.get(place) : me && store?.draft(me.id, place).catch(nothing),
			me && store?.parcels(me.id).catch(nothing),
		]);
		view.here.add(root);
		const typed = this.of(view, root);
		if (!isNothing(typed)) this.put(view, draft ? joined(draft, typed) : typed, root);
		else if (draft && root === null) view.draft = draft;
		else if (draft && root !== null) view.inThreads.set(root, draft);
		if (draft && !isNothing(draft)) this.rooms.add(view.id);
		const left = (parcels ?? []).filter((parcel) => parcel.place === place);
		this.watch?.(place);
		if (!draft?.files?.length && left.length === 0) return;
		void app.attach().then(
			(attaching) => attaching.found(view, root, left),
			() => {},
		);
	}
}
