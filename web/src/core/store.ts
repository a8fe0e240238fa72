/**
 * What the browser keeps for this page, in IndexedDB: the outbox, failed sends and drafts, so that no word is lost by a
 * reload, a crash or days without a network.
 *
 * Several pages of one browser may be open at once. Each holds a **slot**, by a lock that the browser frees when the
 * page ends however it ends; a slot has its device id and its counters, so no two pages ever count for the same device.
 * What a page that is gone has left is adopted by one that lives, with the device and numbers under which it was
 * composed; its slot then begins anew with another device.
 */

import type { DeviceId, FileId, RoomId, SendId, Seq, UserId } from './protocol';
import type { Pending } from './step';

/** A send that is kept. */
export interface Kept {
	/** `USER/ID`. */
	key: string;
	user: UserId;
	slot: number;
	/** In which order they were composed. */
	order: number;
	at_ms: number;
	pending: Pending;
	/** Why it failed; null while it waits. */
	failed: string | null;
}

/** What is being written in a room, or in a thread of it. */
export interface Draft {
	text: string;
	reply_to: Seq | null;
	/** The message that is being edited. */
	edits: Seq | null;
	/** The files that go with it. */
	files?: DraftFile[];
	/** Whom names in the text mean, where they were picked from many: by the name, in small letters. */
	named?: Record<string, UserId>;
	/** What was being written when an edit began, and is again when it ends. */
	aside?: Draft;
	/** How it stood at the server when the two were last the same. */
	synced?: Words;
	/** The write by which it stands in the store. */
	stamp?: string;
}

/** What of a draft all of a user's devices share. */
export interface Words {
	text: string;
	reply_to: Seq | null;
}

/** A file of a draft. What was not whole when its page ended has to be picked again. */
export interface DraftFile {
	/** The page's own name of it. */
	key: string;
	/** The upload, once it is whole. */
	id: FileId | null;
	name: string;
	size: number;
	type: string;
	/** What is to be seen, for who does not see it. */
	alt: string;
	/** Of a picture. */
	width?: number;
	height?: number;
}

/**
 * A message that goes out when all its files are whole. It is kept under the key of the send that it becomes, which
 * takes its place: it is one or the other, whenever a page ends.
 */
export interface Parcel extends Words {
	/** `USER/ID`. */
	key: string;
	id: SendId;
	place: Place;
	/** Held by the page that brings its files up. */
	lock: string;
	at_ms: number;
	named?: Record<string, UserId>;
	files: DraftFile[];
}

interface SlotState {
	slot: number;
	device: DeviceId;
	/** Of sends, per room. */
	counters: Record<RoomId, number>;
}

const NAME = 'hearth';
/** Of a draft so many texts are remembered: by one of them two that were made of it are compared. */
const TEXTS_MAX = 20;
/** Pages of one browser at a time; one more shares nothing and keeps nothing. */
const SLOTS_MAX = 32;
/** The browser's own lock table, or what stands in for it. */
export interface Locks {
	/** Takes a lock for as long as the page lives, if it is free. */
	hold(name: string): Promise<boolean>;
	/** Gives up one that was taken. */
	free(name: string): void;
	/** Runs while it holds a lock, if it is free; else does nothing. Who only looks holds it `shared`, as others may too. */
	within(name: string, run: () => Promise<void>, mode?: LockMode): Promise<void>;
	/** Runs once, when nobody holds a lock any more. */
	whenFree(name: string, run: () => void): void;
}

export class Store {
	/** Drafts as this page has read or written them last: another page may have written since. */
	readonly seen = new Map<string, Draft | null>();
	/** And what they said before, the last ones last. */
	readonly texts = new Map<string, readonly string[]>();
	/** Which pages' ends are awaited already, and where. */
	readonly awaited = new Set<string>();

	private constructor(
		readonly db: IDBDatabase,
		readonly locks: Locks,
		readonly slot: number,
		readonly device: DeviceId,
		readonly counters: Map<RoomId, number>,
		/** Held for as long as the page lives. */
		readonly lock: string,
		private readonly newId: () => string,
	) {}

	/** Opens the store and takes a slot. It fails where the browser keeps nothing. */
	static async open(factory: IDBFactory, locks: Locks, newId: () => string): Promise<Store> {
		const db = await opened(factory);
		for (let slot = 0; slot < SLOTS_MAX; slot += 1) {
			if (!(await locks.hold(lockOf(slot)))) continue;
			const states = transaction(db, 'slots', 'readwrite');
			const known = await answer<SlotState | undefined>(states.objectStore('slots').get(slot));
			const state = known ?? { slot, device: newId(), counters: {} };
			states.objectStore('slots').put(state);
			await finished(states);
			const counters = new Map(Object.entries(state.counters));
			return new Store(db, locks, slot, state.device, counters, lockOf(slot), newId);
		}
		throw new Error('too many pages of this server are open');
	}

	/** Opens it for drafts alone, in a page that holds a lock: whatever is sent, another keeps. */
	static async forDrafts(
		factory: IDBFactory,
		locks: Locks,
		lock: string,
		newId: () => string,
	): Promise<Store> {
		return new Store(await opened(factory), locks, -1, '', new Map(), lock, newId);
	}

	/** A draft as it is written this time. */
	stamped(draft: Draft): Draft {
		return { ...draft, stamp: this.newId() };
	}

	/** Everything of a user's that is this page's, in the order in which it was composed. */
	async kept(user: UserId): Promise<Kept[]> {
		const sends = transaction(this.db, 'sends', 'readonly').objectStore('sends');
		const all = await answer<Kept[]>(sends.index('user').getAll(user));
		return all.filter((kept) => kept.slot === this.slot).sort((a, b) => a.order - b.order);
	}

	/** Takes over what pages that are gone have left of this user's. */
	async adopt(user: UserId): Promise<Kept[]> {
		const sends = transaction(this.db, 'sends', 'readonly').objectStore('sends');
		const all = await answer<Kept[]>(sends.index('user').getAll(user));
		const slots = new Set(all.map((kept) => kept.slot).filter((slot) => slot !== this.slot));
		const adopted: Kept[] = [];
		for (const slot of slots) {
			// What cannot be moved now is still there the next time; what was moved must be told.
			await this.locks
				.within(lockOf(slot), async () => void adopted.push(...(await this.move(user, slot))))
				.catch(() => {});
		}
		return adopted.sort((a, b) => a.order - b.order);
	}

	private async move(user: UserId, slot: number): Promise<Kept[]> {
		const moving = transaction(this.db, ['sends', 'slots'], 'readwrite');
		const store = moving.objectStore('sends');
		const all = await answer<Kept[]>(store.index('user').getAll(user));
		const left = all.filter((kept) => kept.slot === slot);
		const mine = left.map((kept) => ({ ...kept, slot: this.slot }));
		for (const kept of mine) store.put(kept);
		moving.objectStore('slots').delete(slot);
		await finished(moving);
		return mine;
	}

	/** Whether the page that held a lock is gone: this one may have it now. */
	async isGone(lock: string): Promise<boolean> {
		let isGone = lock === this.lock;
		const look = async () => {
			isGone = true;
		};
		await this.locks.within(lock, look, 'shared');
		return isGone;
	}

	// ---- Messages that wait for their files.

	/** Those of a user that no other page brings up any more. */
	async parcels(user: UserId): Promise<Parcel[]> {
		const all = await this.allParcels(user);
		const gone = await Promise.all(all.map(({ lock }) => this.isGone(lock)));
		return all.filter((_, at) => gone[at]);
	}

	/** Also those of pages that live. */
	async allParcels(user: UserId): Promise<Parcel[]> {
		const sends = transaction(this.db, 'sends', 'readonly').objectStore('sends');
		const all = (await answer<(Kept | Parcel)[]>(sends.getAll())).filter(isParcel);
		return all.filter(({ key, id }) => key === keyOf(user, id));
	}

	// ---- Sends.

	/** Keeps a send, and that its number is used. It is durable when this is done. */
	async keep(kept: Kept): Promise<void> {
		const { room, n, device } = kept.pending;
		if (device === this.device) this.counters.set(room, Math.max(this.counters.get(room) ?? 0, n));
		const writing = transaction(this.db, ['sends', 'slots'], 'readwrite');
		writing.objectStore('sends').put(kept);
		const counters = Object.fromEntries(this.counters);
		const state: SlotState = { slot: this.slot, device: this.device, counters };
		writing.objectStore('slots').put(state);
		await finished(writing);
	}

	/** It is settled. */
	async drop(user: UserId, id: SendId): Promise<void> {
		const writing = transaction(this.db, 'sends', 'readwrite');
		writing.objectStore('sends').delete(keyOf(user, id));
		await finished(writing);
	}

	// ---- Drafts.

	async draft(user: UserId, place: Place): Promise<Draft | null> {
		const draft = await this.readDraft(user, place);
		this.saw(keyOf(user, place), draft);
		return draft;
	}

	/** It stands so now, as this page knows. */
	saw(key: string, draft: Draft | null): void {
		this.seen.set(key, draft);
		const texts = [...(this.texts.get(key) ?? []), draft?.text ?? ''];
		this.texts.set(key, texts.slice(-TEXTS_MAX));
	}

	/** How it stands, without having seen it. */
	async readDraft(user: UserId, place: Place): Promise<Draft | null> {
		const drafts = transaction(this.db, 'drafts', 'readonly').objectStore('drafts');
		return (await answer<Draft | undefined>(drafts.get(keyOf(user, place)))) ?? null;
	}

	/** Where something is being written, or will be found when one comes there. */
	async drafts(user: UserId): Promise<Place[]> {
		const all = await this.allDrafts(user);
		const places = all.flatMap(([place, draft]) => (isNothing(draft) ? [] : [place]));
		const parcels = await this.parcels(user);
		return [...new Set([...places, ...parcels.map(({ place }) => place)])];
	}

	/** All that is kept of drafts: also of one that is over, of which the server is to be told. */
	async allDrafts(user: UserId): Promise<[Place, Draft][]> {
		const drafts = transaction(this.db, 'drafts', 'readonly').objectStore('drafts');
		const [keys, all] = await Promise.all([
			answer<IDBValidKey[]>(drafts.getAllKeys()),
			answer<Draft[]>(drafts.getAll()),
		]);
		return keys.flatMap((key, at): [Place, Draft][] => {
			const draft = all[at];
			const isMine = String(key).startsWith(`${user}/`);
			return isMine && draft ? [[String(key).slice(user.length + 1), draft]] : [];
		});
	}

	/**
	 * Keeps a draft in the place of the one that was seen there, or of `was`, which is not seen by that; null: there is none
	 * any more. What another page has written there since is not written over: then nothing is done. Whether it was.
	 */
	async setDraft(
		user: UserId,
		place: Place,
		draft: Draft | null,
		was?: Draft | null,
	): Promise<boolean> {
		const key = keyOf(user, place);
		const before = was === undefined ? this.seen.get(key) : was;
		const writing = transaction(this.db, 'drafts', 'readwrite');
		const drafts = writing.objectStore('drafts');
		const there = await answer<Draft | undefined>(drafts.get(key));
		const isSeen = there?.stamp === before?.stamp;
		const now = draft && this.stamped(draft);
		if (isSeen && now) drafts.put(now, key);
		else if (isSeen) drafts.delete(key);
		await finished(writing);
		if (isSeen && was === undefined) this.saw(key, now);
		return isSeen;
	}

	close(): void {
		this.db.close();
	}

	/** Gives up the slot: what is kept in it is for others to take over. */
	release(): void {
		this.db.close();
		this.locks.free(lockOf(this.slot));
	}
}

/** Where something is written: a room, or a thread in it. */
export type Place = string;

export function placeOf(room: RoomId, root: Seq | null): Place {
	return root === null ? room : `${room}/${root}`;
}

/** Nothing is being written. */
export const NOTHING: Draft = { text: '', reply_to: null, edits: null };

/** Whether nothing of a draft is the person's: it is not being written. */
export function isNothing({ text, reply_to, edits, files, aside }: Draft): boolean {
	const isBare = !files?.length && aside === undefined;
	return text === '' && reply_to === null && edits === null && isBare;
}

/** Two drafts of one place in one, the earlier first: an edit goes on, and the rest is what it has interrupted. */
export function joined(earlier: Draft, later: Draft): Draft {
	const edit = [later, earlier].find(({ edits }) => edits !== null);
	const messages = [earlier, later].map((one) =>
		one.edits === null ? one : (one.aside ?? NOTHING),
	);
	const files = messages.flatMap((one) => one.files ?? []);
	const named: Draft['named'] = Object.assign({}, ...messages.map((one) => one.named));
	const message: Draft = {
		text: messages.flatMap(({ text }) => (text.trim() ? [text] : [])).join('\n'),
		reply_to: messages.reduce<Seq | null>((known, { reply_to }) => reply_to ?? known, null),
		edits: null,
		...(files.length > 0 && { files }),
		...(Object.keys(named ?? {}).length > 0 && { named }),
	};
	const { aside, ...bare } = edit ?? message;
	const rest = edit && !isNothing(message) ? { aside: message } : {};
	const synced = later.synced ?? earlier.synced;
	return { ...bare, ...rest, ...(synced && { synced }) };
}

/** Sends and what becomes one lie together. */
export function isParcel(one: Kept | Parcel): one is Parcel {
	return 'lock' in one;
}

export function keyOf(user: UserId, what: string): string {
	return `${user}/${what}`;
}

/** The browser's own locks. Where there are none (no TLS), there is no signing in either: one page is assumed. */
export function browserLocks(manager: LockManager | undefined): Locks {
	const held = new Map<string, () => void>();
	return {
		hold: (name) =>
			new Promise((resolve) => {
				if (!manager) {
					resolve(true);
					return;
				}
				const released = new Promise<void>((free) => held.set(name, free));
				void manager.request(name, { ifAvailable: true }, (lock) => {
					resolve(lock !== null);
					return lock === null ? undefined : released;
				});
			}),
		free: (name) => held.get(name)?.(),
		within: async (name, run, mode = 'exclusive') => {
			const taken = (lock: Lock | null) => (lock ? run() : undefined);
			await manager?.request(name, { ifAvailable: true, mode }, taken);
		},
		whenFree: (name, run) => void manager?.request(name, { mode: 'shared' }, async () => run()),
	};
}

function lockOf(slot: number): string {
	return `${NAME}-slot-${slot}`;
}

function opened(factory: IDBFactory): Promise<IDBDatabase> {
	const opening = factory.open(NAME, 1);
	opening.onupgradeneeded = () => {
		const db = opening.result;
		db.createObjectStore('slots', { keyPath: 'slot' });
		db.createObjectStore('sends', { keyPath: 'key' }).createIndex('user', 'user');
		db.createObjectStore('drafts');
	};
	return answer(opening);
}

/** Where `core/seen` remembers what was shown. */
export const SEEN = 'hearth-seen';

/** All of that goes, though the part that remembers it may not be here. Who still writes there holds nothing up. */
export function forgetSeen(factory: IDBFactory): Promise<void> {
	return new Promise((resolve) => {
		const gone = factory.deleteDatabase(SEEN);
		gone.onsuccess = gone.onerror = gone.onblocked = () => resolve();
	});
}

export function transaction(
	db: IDBDatabase,
	stores: string | string[],
	mode: IDBTransactionMode,
): IDBTransaction {
	return db.transaction(stores, mode, { durability: 'strict' });
}

export function answer<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

export function finished(writing: IDBTransaction): Promise<void> {
	return new Promise((resolve, reject) => {
		writing.oncomplete = () => resolve();
		writing.onabort = () => reject(writing.error);
	});
}
