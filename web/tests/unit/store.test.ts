import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it } from 'vitest';
import { hold, unpack, whenLeft } from '../../src/core/parcels';
import type { Pending } from '../../src/core/step';
import {
	type Draft,
	joined,
	type Kept,
	keyOf,
	type Locks,
	type Parcel,
	placeOf,
	Store,
} from '../../src/core/store';
import { ME, message, OTHER, ROOM } from './world';

/** The browser's lock table: a page's locks are free when it ends. */
class Table {
	private held = new Set<string>();
	/** By how many a lock is held who only look. */
	private looking = new Map<string, number>();
	private waiting: [string, () => void][] = [];

	page(): { locks: Locks; end: () => void } {
		const mine = new Set<string>();
		const take = (name: string) => {
			if (this.held.has(name) || this.looking.get(name)) return false;
			this.held.add(name);
			mine.add(name);
			return true;
		};
		const free = (name: string) => {
			this.held.delete(name);
			mine.delete(name);
			const runs = this.waiting.filter(([awaited]) => awaited === name);
			this.waiting = this.waiting.filter(([awaited]) => awaited !== name);
			for (const [, run] of runs) run();
		};
		const locks: Locks = {
			hold: async (name) => take(name),
			free,
			within: async (name, run, mode) => {
				if (mode !== 'shared') {
					if (take(name)) await run().finally(() => free(name));
					return;
				}
				if (this.held.has(name)) return;
				const count = (by: number) => this.looking.set(name, (this.looking.get(name) ?? 0) + by);
				count(1);
				// Whoever asks at the same time finds it held.
				await Promise.resolve()
					.then(run)
					.finally(() => count(-1));
			},
			whenFree: (name, run) => {
				if (this.held.has(name)) this.waiting.push([name, run]);
				else run();
			},
		};
		return { locks, end: () => [...mine].map(free) };
	}
}

let factory: IDBFactory;
let table: Table;
let ids = 0;
const open = (locks: Locks) => Store.open(factory, locks, () => `d-${++ids}`);

function pending(id: string, n: number, device: string): Pending {
	return { room: ROOM, id, after: 4, device, n, body: message(id) };
}
function kept(store: Store, one: Pending, order: number, user = ME): Kept {
	return {
		key: keyOf(user, one.id),
		user,
		slot: store.slot,
		order,
		at_ms: 0,
		pending: one,
		failed: null,
	};
}

beforeEach(() => {
	factory = new IDBFactory();
	table = new Table();
	ids = 0;
});

describe('the store', () => {
	it('has after a reload what was kept before it, in order, and goes on counting', async () => {
		const page = table.page();
		const store = await open(page.locks);
		await store.keep(kept(store, pending('b', 2, store.device), 2));
		await store.keep(kept(store, pending('a', 1, store.device), 1));
		await store.keep(kept(store, pending('x', 3, store.device), 3, OTHER));
		await store.drop(ME, 'nothing');
		store.close();
		page.end();
		const again = await open(table.page().locks);
		expect(again.device).toBe(store.device);
		expect((await again.kept(ME)).map((one) => one.pending.id)).toEqual(['a', 'b']);
		expect(again.counters.get(ROOM)).toBe(3);
		await again.drop(ME, 'a');
		expect((await again.kept(ME)).map((one) => one.pending.id)).toEqual(['b']);
	});

	it('gives pages that are open at once a device each', async () => {
		const [one, two] = [await open(table.page().locks), await open(table.page().locks)];
		expect(one.slot).not.toBe(two.slot);
		expect(one.device).not.toBe(two.device);
		await two.keep(kept(two, pending('a', 1, two.device), 1));
		expect(await one.kept(ME)).toEqual([]);
		// The other page lives: what it has is its own.
		expect(await one.adopt(ME)).toEqual([]);
	});

	it('hands over what a page that is gone has left, once and with its own device', async () => {
		const [first, second] = [table.page(), table.page()];
		const one = await open(first.locks);
		const two = await open(second.locks);
		await two.keep(kept(two, pending('a', 1, two.device), 1));
		second.end();
		const adopted = await one.adopt(ME);
		expect(adopted.map((left) => left.pending)).toEqual([pending('a', 1, two.device)]);
		expect(await one.adopt(ME)).toEqual([]);
		expect((await one.kept(ME)).map((left) => left.pending.id)).toEqual(['a']);
		// A page that takes the free slot counts for another device.
		const three = await open(table.page().locks);
		expect([three.slot, three.device === two.device]).toEqual([two.slot, false]);
	});

	it('tells what it has taken over also where the rest cannot be had', async () => {
		const [first, second, third] = [table.page(), table.page(), table.page()];
		let broken = '';
		const within: Locks['within'] = async (name, run, mode) => {
			if (name === broken) throw new Error('broken');
			await first.locks.within(name, run, mode);
		};
		const one = await open({ ...first.locks, within });
		const [two, three] = [await open(second.locks), await open(third.locks)];
		await two.keep(kept(two, pending('a', 1, two.device), 1));
		await three.keep(kept(three, pending('b', 1, three.device), 1));
		second.end();
		third.end();
		broken = `hearth-slot-${three.slot}`;
		expect((await one.adopt(ME)).map((left) => left.pending.id)).toEqual(['a']);
		broken = '';
		expect((await one.adopt(ME)).map((left) => left.pending.id)).toEqual(['b']);
	});

	it('knows whether the page that held a lock is gone', async () => {
		const [first, second] = [table.page(), table.page()];
		const one = await open(first.locks);
		const two = await open(second.locks);
		expect([await one.isGone(one.lock), await one.isGone(two.lock)]).toEqual([true, false]);
		second.end();
		expect(await one.isGone(two.lock)).toBe(true);
	});

	it('keeps of a draft that is over what the server is to be told, and names no room for it', async () => {
		const store = await open(table.page().locks);
		const draft = { text: '', reply_to: null, edits: null, synced: { text: 'x', reply_to: null } };
		await store.setDraft(ME, ROOM, draft);
		await store.setDraft(ME, placeOf(ROOM, 7), { ...draft, text: 'in a thread' });
		expect(await store.drafts(ME)).toEqual([`${ROOM}/7`]);
		expect((await store.allDrafts(ME)).map(([place]) => place)).toEqual([ROOM, `${ROOM}/7`]);
	});

	it('keeps what is being written, per user and room', async () => {
		const store = await open(table.page().locks);
		await store.setDraft(ME, ROOM, { text: 'half a', reply_to: 3, edits: null });
		expect(await store.draft(ME, ROOM)).toMatchObject({ text: 'half a', reply_to: 3 });
		expect(await store.draft(OTHER, ROOM)).toBeNull();
		expect(await store.drafts(ME)).toEqual([ROOM]);
		await store.setDraft(ME, ROOM, null);
		expect(await store.drafts(ME)).toEqual([]);
	});

	it('writes over no draft that another page has written since it was seen', async () => {
		const [one, two] = [await open(table.page().locks), await open(table.page().locks)];
		const draft = (text: string) => ({ text, reply_to: null, edits: null });
		const stands = async () => (await one.readDraft(ME, ROOM))?.text;
		expect(await one.setDraft(ME, ROOM, draft('a'))).toBe(true);
		// It has not seen that there is one.
		expect(await two.setDraft(ME, ROOM, draft('b'))).toBe(false);
		expect(await two.setDraft(ME, ROOM, null)).toBe(false);
		expect(await stands()).toBe('a');
		await two.draft(ME, ROOM);
		expect(await two.setDraft(ME, ROOM, draft('ab'))).toBe(true);
		expect(await two.setDraft(ME, ROOM, draft('abc'))).toBe(true);
		// The same words are another write.
		expect(await one.setDraft(ME, ROOM, draft('a'))).toBe(false);
		expect(await stands()).toBe('abc');
		await one.draft(ME, ROOM);
		expect(await one.setDraft(ME, ROOM, null)).toBe(true);
		expect(await two.setDraft(ME, ROOM, draft('d'))).toBe(false);
		expect(await stands()).toBeUndefined();
	});
});

describe('a message that waits for its files', () => {
	const file = { key: 'f', id: null, name: 'a.txt', size: 3, type: '', alt: '' };
	const parcel = (store: Store, id: string): Parcel => {
		const { lock } = store;
		const words = { text: `words of ${id}`, reply_to: null };
		return { key: keyOf(ME, id), id, place: ROOM, lock, at_ms: 0, ...words, files: [file] };
	};
	/** A page whose sends a worker keeps. */
	async function tab(id: string): Promise<{ store: Store; end: () => void }> {
		const { locks, end } = table.page();
		await locks.hold(`hearth-tab-${id}`);
		return {
			store: await Store.forDrafts(factory, locks, `hearth-tab-${id}`, () => `s-${++ids}`),
			end,
		};
	}

	it('is its page’s as long as that lives, whoever keeps the sends', async () => {
		const [one, two] = [await tab('1'), await tab('2')];
		await hold(one.store, parcel(one.store, 'p'));
		expect([await two.store.parcels(ME), await two.store.drafts(ME)]).toEqual([[], []]);
		const told: string[] = [];
		// It is asked again whenever something may have come; a page's end is told once.
		for (let times = 0; times < 3; times += 1)
			await whenLeft(two.store, ME, ROOM, () => told.push('left'));
		await whenLeft(two.store, OTHER, ROOM, () => told.push('of another'));
		await whenLeft(two.store, ME, 'elsewhere', () => told.push('elsewhere'));
		expect(told).toEqual([]);
		one.end();
		expect(told).toEqual(['left']);
		expect((await two.store.parcels(ME)).map(({ id }) => id)).toEqual(['p']);
		expect(await two.store.parcels(OTHER)).toEqual([]);
		expect(await two.store.drafts(ME)).toEqual([ROOM]);
	});

	it('is there again with all the others of its page, whoever else looks', async () => {
		const [one, two, three] = [await tab('1'), await tab('2'), await tab('3')];
		await hold(one.store, parcel(one.store, 'p'));
		await hold(one.store, parcel(one.store, 'q'));
		one.end();
		const found = await Promise.all([two, three].map(({ store }) => store.parcels(ME)));
		const ids = found.map((all) => all.map(({ id }) => id).sort());
		expect(ids).toEqual([
			['p', 'q'],
			['p', 'q'],
		]);
		await unpack(two.store, ME, ROOM, found[0] ?? []);
		const text = (await two.store.draft(ME, ROOM))?.text.split('\n').sort();
		expect(text).toEqual(['words of p', 'words of q']);
	});

	it('is not touched by what becomes of the draft of its place', async () => {
		const { store } = await tab('1');
		await hold(store, parcel(store, 'p'));
		await store.setDraft(ME, ROOM, { text: 'more', reply_to: null, edits: null });
		await store.setDraft(ME, ROOM, null);
		expect(await store.parcels(ME)).toHaveLength(1);
	});

	it('is the send as soon as that is kept, and no draft any more', async () => {
		const worker = await open(table.page().locks);
		const { store, end } = await tab('1');
		await hold(store, parcel(store, 'p'));
		await worker.keep(kept(worker, pending('p', 1, worker.device), 1));
		// What was still to be said of it comes too late.
		await hold(store, parcel(store, 'p'));
		end();
		expect(await store.parcels(ME)).toEqual([]);
		expect((await worker.kept(ME)).map((one) => one.pending.id)).toEqual(['p']);
		expect(await worker.adopt(ME)).toEqual([]);
		await worker.drop(ME, 'p');
		expect(await store.parcels(ME)).toEqual([]);
	});

	it('is in the draft again with its words, also where its files are there already, each once', async () => {
		const { store } = await tab('1');
		const whole = { ...file, id: 'upload' };
		const back = async (text: string, more: object = {}) => {
			await hold(store, parcel(store, 'p'));
			await store.draft(ME, ROOM);
			await store.setDraft(ME, ROOM, { text, reply_to: null, edits: null, ...more });
			await unpack(store, ME, ROOM, [parcel(store, 'p')]);
			return store.draft(ME, ROOM);
		};
		expect(await back('else', { files: [whole] })).toMatchObject({
			text: 'words of p\nelse',
			files: [whole],
		});
		expect(await back('words of p, and more', { files: [whole] })).toMatchObject({
			text: 'words of p, and more',
			files: [whole],
		});
		const aside = { text: 'else', reply_to: null, edits: null, files: [whole] };
		expect(await back('an edit', { edits: 3, aside })).toMatchObject({
			text: 'an edit',
			aside: { text: 'words of p\nelse', files: [whole] },
		});
	});

	it('of a page that is gone is in the draft again, once, however many find it', async () => {
		const [one, two, three] = [await tab('1'), await tab('2'), await tab('3')];
		await hold(one.store, parcel(one.store, 'p'));
		one.end();
		await two.store.setDraft(ME, ROOM, { text: 'and more', reply_to: 3, edits: null });
		expect((await three.store.draft(ME, ROOM))?.text).toBe('and more');
		const found = await two.store.parcels(ME);
		expect(await three.store.parcels(ME)).toEqual(found);
		const taken = await Promise.all([
			unpack(two.store, ME, ROOM, found),
			unpack(three.store, ME, ROOM, found),
		]);
		expect(taken.map((all) => all.length).sort()).toEqual([0, 1]);
		const draft = { text: 'words of p\nand more', reply_to: 3, edits: null, files: [file] };
		expect(await two.store.draft(ME, ROOM)).toMatchObject(draft);
		expect(await two.store.parcels(ME)).toEqual([]);
	});

	it('of a page that ended before the draft was gone of which it was made is there once', async () => {
		const [one, two] = [await tab('1'), await tab('2')];
		const draft = { text: 'words of p', reply_to: null, edits: null, files: [file] };
		await one.store.setDraft(ME, ROOM, draft);
		await hold(one.store, parcel(one.store, 'p'));
		one.end();
		await unpack(two.store, ME, ROOM, await two.store.parcels(ME));
		expect(await two.store.draft(ME, ROOM)).toMatchObject(draft);
		expect(await two.store.parcels(ME)).toEqual([]);
	});
});

describe('two drafts of one place', () => {
	const draft = (text: string, more: Partial<Draft> = {}): Draft => {
		return { text, reply_to: null, edits: null, ...more };
	};

	it('are one with the words of both, and what only one of them knows', () => {
		const synced = { text: 'a', reply_to: 2 };
		expect(joined(draft('a', { reply_to: 2, synced }), draft('b'))).toEqual(
			draft('a\nb', { reply_to: 2, synced }),
		);
		expect(joined(draft(' '), draft('b'))).toEqual(draft('b'));
		expect(joined(draft('a'), draft(''))).toEqual(draft('a'));
	});

	it('leave an edit as it is: the rest is what it has interrupted', () => {
		const edit = draft('an edit', { edits: 7, aside: draft('half a') });
		expect(joined(edit, draft('thought'))).toEqual({ ...edit, aside: draft('half a\nthought') });
		expect(joined(draft('x'), edit)).toEqual({ ...edit, aside: draft('x\nhalf a') });
		expect(joined(draft('an edit', { edits: 7 }), draft(''))).toEqual(
			draft('an edit', { edits: 7 }),
		);
	});
});
