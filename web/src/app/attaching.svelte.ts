/**
 * Files of drafts on their way to the server, and the messages that wait for them. What of it outlives the page stands
 * in the draft; what does not (the bytes, and how far they are) is here.
 */

import { SvelteMap } from 'svelte/reactivity';
import type { App } from '../app.svelte';
import { hold, unpack } from '../core/parcels';
import {
	ATTACHMENTS_MAX,
	type Body,
	FILE_NAME_CHARS_MAX,
	type RoomId,
	type SendId,
	type Seq,
} from '../core/protocol';
import type { Unsent } from '../core/rows';
import { type DraftFile, keyOf, type Parcel, placeOf } from '../core/store';
import { Upload, type UploadState, type UploadWorld } from '../core/uploads';
import { sizeOf } from '../words';
import { w } from '../words/files';
import { randomId } from '../world';
import { local } from './local';
import { meet } from './shared-drafts';
import type { RoomView } from './view.svelte';

/** Files on their way at a time: more would each be slower. */
const GOING_MAX = 2;
/** Files whose bytes are held, unless more are on their way. */
const LIVE_MAX = 60;
/** What a browser can show as a picture. */
const PICTURE = /^image\/(png|jpeg|gif|webp|avif|bmp)$/;

type Message = Extract<Body, { kind: 'message' }>;

/** A message of this page that waits for its files, and where it was written. */
interface Held {
	parcel: Parcel;
	view: RoomView;
	root: Seq | null;
}

/** A file whose bytes this page has. */
export class Attached {
	state = $state.raw<UploadState>({ is: 'waiting' });
	sent = $state(0);
	readonly upload: Upload;
	/** To be shown, if it is a picture. */
	readonly url: string | null;

	constructor(
		world: UploadWorld,
		readonly file: File,
		name: string,
		room: string,
		readonly key: string,
		onChange: (file: Attached) => void,
	) {
		const source = { name, size: file.size, slice: file.slice.bind(file) };
		this.upload = new Upload(world, source, room, key, () => {
			this.state = this.upload.state;
			this.sent = this.upload.sent;
			onChange(this);
		});
		this.url = PICTURE.test(file.type) ? URL.createObjectURL(file) : null;
	}
}

export class Attaching {
	/** Files whose bytes this page has, by their keys. */
	readonly live = new SvelteMap<string, Attached>();
	private readonly held = new Map<SendId, Held>();
	private keeping: Promise<void> = Promise.resolve();
	private readonly world: UploadWorld;
	/** The most bytes that the server takes; null: it is not known; undefined: not yet, so nothing goes before. */
	private most: number | null | undefined;

	constructor(private readonly app: App) {
		this.world = {
			fetch: window.fetch.bind(window),
			setTimer: (run, ms) => window.setTimeout(run, ms),
			clearTimer: (timer) => window.clearTimeout(timer),
			chance: Math.random,
		};
		window.addEventListener('online', () => this.hurry());
		app.parts.push({
			step: (step) => {
				if (step.do !== 'welcome') return;
				this.hurry();
				// It may be another server now, with other settings.
				void this.learn();
			},
		});
		void this.learn();
	}

	/** Asks how large a file may be: what is larger is refused here, before anything of it is sent. */
	private async learn(): Promise<void> {
		const answer = await this.app.http.me();
		if (answer.ok) this.most = answer.value.file_bytes_max ?? null;
		else this.most ??= null;
		this.pump();
	}

	/** Takes files into what is being written. What is wrong with it, if anything is. */
	add(view: RoomView, root: Seq | null, files: readonly File[]): string | null {
		const draft = this.app.drafts.of(view, root);
		const had = draft.files ?? [];
		const taken = files.slice(0, Math.max(0, ATTACHMENTS_MAX - had.length));
		const added = taken.map((file) => this.bring(view, root, file));
		this.app.drafts.set(view, { ...draft, files: [...had, ...added] }, root);
		this.pump();
		return taken.length < files.length ? w.tooMany(ATTACHMENTS_MAX) : null;
	}

	/** The same file once more, in the place of one that was lost with its page. */
	again(unsent: Unsent): boolean {
		const held = this.held.get(unsent.pending.id);
		if (!held) return false;
		this.fail(unsent, null);
		for (const { key } of held.parcel.files) this.retry(key);
		this.pump();
		this.look();
		return true;
	}

	pickAgain(view: RoomView, root: Seq | null, key: string, file: File): void {
		const draft = this.app.drafts.of(view, root);
		const files = (draft.files ?? []).map((one) => {
			return one.key === key ? { ...this.bring(view, root, file), alt: one.alt } : one;
		});
		this.app.drafts.set(view, { ...draft, files }, root);
		this.pump();
	}

	/** Takes a file out; what of it is at the server goes. */
	remove(view: RoomView, root: Seq | null, key: string): void {
		const draft = this.app.drafts.of(view, root);
		const gone = draft.files?.find((file) => file.key === key);
		const files = (draft.files ?? []).filter((file) => file.key !== key);
		this.app.drafts.set(view, { ...draft, files }, root);
		if (gone) this.forget(gone);
	}

	describe(view: RoomView, root: Seq | null, key: string, alt: string): void {
		this.change(view, root, key, { alt });
	}

	retry(key: string): void {
		const file = this.live.get(key);
		if (file?.state.is === 'failed') void file.upload.retry();
		else file?.upload.hurry();
	}

	/** What is wrong with a file, in words; null: nothing. */
	wrong(file: DraftFile): string | null {
		if (file.id !== null) return null;
		const state = this.live.get(file.key)?.state;
		if (!state) return w.pickAgain;
		if (state.is !== 'failed') return null;
		const { most } = this;
		if (state.status === 413 && most && file.size > most) return w.tooLarge(sizeOf(most));
		return state.message || w.noAnswer;
	}

	// ---- Messages that wait for their files.

	/** Keeps a message until its files are whole, and sends it then. What is wrong with it, if anything is. */
	hold(view: RoomView, root: Seq | null, body: Body): string | null {
		if (body.kind !== 'message') return null;
		const draft = this.app.drafts.of(view, root);
		const { reply_to, named, files = [] } = draft;
		const bad = files.find((file) => this.wrong(file) !== null);
		if (bad) return w.first(bad.name);
		const id = randomId(crypto);
		const { me, store } = this.app;
		const key = keyOf(me?.id ?? '', id);
		const place = placeOf(view.id, root);
		const [lock, at_ms] = [store?.lock ?? '', Date.now()];
		const parcel: Parcel = { key, id, place, lock, at_ms, text: body.text, reply_to, files };
		if (named) parcel.named = named;
		this.keep({ parcel, view, root });
		this.app.sending.setUnsent(view.id, (list) => [...list, unsentOf(view, parcel, body)]);
		return null;
	}

	/** What pages that are gone had held: it is in the composer again, for its files are not here. */
	async found(view: RoomView, root: Seq | null, parcels: readonly Parcel[]): Promise<void> {
		const { me, store, sending } = this.app;
		if (!me || !store) return;
		const isHere = (id: SendId) =>
			sending.unsent.get(view.id)?.some(({ pending }) => pending.id === id);
		const isStored = (id: SendId) => view.timeline.hasSend(me.id, id);
		const lost = parcels.filter(({ id }) => !isHere(id) && !isStored(id));
		// Of a store that failed in between.
		for (const { id } of parcels) if (isStored(id)) void store.drop(me.id, id).catch(() => {});
		const place = placeOf(view.id, root);
		const back = await unpack(store, me.id, place, lost).catch(() => []);
		if (back.length > 0) await meet(this.app, place);
	}

	/** A page has ended that held some there. */
	async lookAgain(room: RoomId, root: Seq | null): Promise<void> {
		const { me, store } = this.app;
		const view = this.app.reading.viewOf(room);
		const parcels = me && view && (await store?.parcels(me.id).catch(() => []));
		const place = placeOf(room, root);
		if (view && parcels)
			await this.found(
				view,
				root,
				parcels.filter((one) => one.place === place),
			);
	}

	/** The files of a message that is taken back into the composer; null if it is none of those that wait here. */
	takenBack(unsent: Unsent): DraftFile[] | null {
		return this.held.get(unsent.pending.id)?.parcel.files ?? null;
	}

	/** A message that waits is given up, or back in the composer. Whether it was one. */
	drop(unsent: Unsent): boolean {
		const held = this.held.get(unsent.pending.id);
		if (!held) return false;
		const { parcel } = held;
		this.held.delete(parcel.id);
		const { me, store } = this.app;
		if (me) void store?.drop(me.id, parcel.id).catch(() => {});
		const view = this.app.reading.viewOf(held.view.id) ?? held.view;
		const kept = [view.draft, ...view.inThreads.values()].flatMap(({ files }) => files ?? []);
		const isKept = (file: DraftFile) => kept.some(({ key }) => key === file.key);
		for (const file of parcel.files) if (!isKept(file)) this.forget(file);
		return true;
	}

	// ---- On the way.

	/** Of files that are long gone nothing is held: whoever looks at them has the server's. */
	private bound(): void {
		for (const [key, { url, state }] of this.live) {
			if (this.live.size <= LIVE_MAX) return;
			if (state.is !== 'whole') continue;
			if (url) URL.revokeObjectURL(url);
			this.live.delete(key);
			local.delete(key);
			local.delete(state.id);
		}
	}

	private bring(view: RoomView, root: Seq | null, file: File): DraftFile {
		this.bound();
		const key = randomId(crypto);
		const name = named(file);
		const attached = new Attached(this.world, file, name, view.id, key, (one) => {
			this.moved(view, root, one);
		});
		this.live.set(key, attached);
		local.set(key, { url: attached.url, progress: 0 });
		if (attached.url) void this.measure(view, root, key, attached.url);
		return { key, id: null, name, size: file.size, type: file.type, alt: '' };
	}

	/** How large a picture is, so that its place is kept from the first moment. */
	private async measure(view: RoomView, root: Seq | null, key: string, url: string): Promise<void> {
		const image = new Image();
		image.src = url;
		await image.decode().catch(() => {});
		const { naturalWidth: width, naturalHeight: height } = image;
		if (width > 0) this.change(view, root, key, { width, height });
	}

	/** The next that may go, goes. */
	private pump(): void {
		const { most } = this;
		if (most === undefined) return;
		const all = [...this.live.values()];
		let going = all.filter(({ state: { is } }) => is === 'going' || is === 'pausing').length;
		for (const { state, upload, file } of all) {
			if (going >= GOING_MAX) return;
			if (state.is !== 'waiting') continue;
			if (most !== null && file.size > most) {
				upload.refuse();
				continue;
			}
			going += 1;
			void upload.run();
		}
	}

	private hurry(): void {
		for (const { upload } of this.live.values()) upload.hurry();
	}

	private moved(was: RoomView, root: Seq | null, one: Attached): void {
		// It may have been let go of and opened anew.
		const view = this.app.reading.viewOf(was.id) ?? was;
		const { key, state, file, sent, url } = one;
		local.set(key, { url, progress: state.is === 'whole' ? null : sent / file.size });
		if (state.is === 'whole') {
			local.set(state.id, { url, progress: null });
			this.change(view, root, key, { id: state.id });
		}
		if (state.is !== 'going') queueMicrotask(() => this.pump());
		if (state.is === 'whole' || state.is === 'failed') this.look();
	}

	/** Changes a file wherever it stands: in what is being written, or in a message that waits. */
	private change(view: RoomView, root: Seq | null, key: string, what: Partial<DraftFile>): void {
		const of = (files: DraftFile[]) =>
			files.map((file) => (file.key === key ? { ...file, ...what } : file));
		const isIn = (files: DraftFile[] = []) => files.some((file) => file.key === key);
		const draft = this.app.drafts.of(view, root);
		const { files, aside } = draft;
		if (files && isIn(files)) this.app.drafts.put(view, { ...draft, files: of(files) }, root);
		if (aside?.files && isIn(aside.files)) {
			this.app.drafts.put(view, { ...draft, aside: { ...aside, files: of(aside.files) } }, root);
		}
		for (const held of this.held.values()) {
			const { parcel } = held;
			if (isIn(parcel.files))
				this.keep({ ...held, parcel: { ...parcel, files: of(parcel.files) } });
		}
	}

	/** Done when the store has all that waits here, or has failed to take it. */
	async kept(): Promise<void> {
		await this.keeping;
	}

	private keep(held: Held): void {
		this.held.set(held.parcel.id, held);
		const { store } = this.app;
		if (!store) return;
		// The store takes them in this order, so that the last stands for all.
		this.keeping = hold(store, held.parcel).catch(() => {
			this.app.unkept = true;
		});
	}

	/** Sends the messages whose files are whole, and says of which one is not taken. */
	private look(): void {
		for (const { parcel, view, root } of this.held.values()) {
			const unsent = this.app.sending.unsent
				.get(view.id)
				?.find((one) => one.pending.id === parcel.id);
			if (!unsent || unsent.failed !== null) continue;
			const bad = parcel.files.find((file) => this.wrong(file) !== null);
			if (bad) {
				this.fail(unsent, `${bad.name}: ${this.wrong(bad)}`);
			} else if (parcel.files.every((file) => file.id !== null)) {
				const body = this.app.sending.message(
					this.app.reading.viewOf(view.id) ?? view,
					{ ...parcel, edits: null },
					root,
				);
				const why = this.app.sending.send(view.id, body, parcel.id);
				// In the store the send takes the parcel's place by itself.
				if (why === null) this.held.delete(parcel.id);
				else this.fail(unsent, why);
			}
		}
	}

	private fail(unsent: Unsent, failed: string | null): void {
		const { room, id } = unsent.pending;
		this.app.sending.setUnsent(room, (list) =>
			list.map((one) => (one.pending.id === id ? { ...one, failed } : one)),
		);
	}

	private forget(file: DraftFile): void {
		const attached = this.live.get(file.key);
		this.live.delete(file.key);
		if (attached?.url) URL.revokeObjectURL(attached.url);
		local.delete(file.key);
		if (attached && file.id === null) attached.upload.cancel();
		else if (file.id) {
			local.delete(file.id);
			void this.app.http.call('DELETE', `/api/v1/uploads/${encodeURIComponent(file.id)}`);
		}
		this.pump();
	}
}

/** A message that waits for its files, as the conversation shows it. */
function unsentOf(view: RoomView, parcel: Parcel, body: Message): Unsent {
	const pending = { room: view.id, id: parcel.id, after: null, device: '', n: 0, body };
	return { pending, at_ms: parcel.at_ms, failed: null, late: true, stored: false };
}

/** What a pasted picture is called is what the browser made up. */
function named(file: File): string {
	const name = file.name || w.unnamed;
	if (name.length <= FILE_NAME_CHARS_MAX) return name;
	const end = /\.\w{1,8}$/.exec(name)?.[0] ?? '';
	return name.slice(0, FILE_NAME_CHARS_MAX - end.length) + end;
}
