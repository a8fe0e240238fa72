/** What is written and what the store and the server have of it. */

import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { RoomView } from '../../src/app/view.svelte';
import type { App } from '../../src/app.svelte';
import { hold } from '../../src/core/parcels';
import type { Body, Seq } from '../../src/core/protocol';
import { type Draft, keyOf, type Locks, NOTHING, placeOf, Store } from '../../src/core/store';
import { event, ME, message, ROOM, user } from './world';

/** Until when the store takes no parcel. */
const slow = vi.hoisted((): { until: Promise<void> | null } => ({ until: null }));
vi.mock(import('../../src/core/parcels'), async (original) => {
	const parcels = await original();
	return {
		...parcels,
		hold: async (...told: Parameters<typeof parcels.hold>) => {
			await slow.until;
			await parcels.hold(...told);
		},
	};
});

/** What the compiler makes of it in the page. */
beforeAll(async () => {
	const same = <T>(value: T) => value;
	Object.assign(globalThis, {
		$state: Object.assign(same, { raw: same, snapshot: structuredClone }),
		$derived: same,
	});
	await Promise.all([
		import('../../src/app.svelte'),
		import('../../src/app/attaching.svelte'),
		import('../../src/app/shared-drafts'),
	]);
}, 60_000);

let ids = 0;
const newId = () => `id-${++ids}`;
const locks: Locks = {
	hold: async () => true,
	free: () => {},
	within: async () => {},
	whenFree: () => {},
};
let factory: IDBFactory;
let store: Store;
let app: App;
let view: RoomView;

const draft = (text: string, more: Partial<Draft> = {}): Draft => ({ ...NOTHING, text, ...more });
/** Turns, not time: a busy machine is as far after them as an idle one. */
async function settle(): Promise<void> {
	for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setTimeout(resolve));
}

async function open(): Promise<void> {
	const [{ App }, { Drafts }, { Reading }, { Sending }] = await Promise.all([
		import('../../src/app.svelte'),
		import('../../src/app/drafts'),
		import('../../src/app/reading.svelte'),
		import('../../src/app/sending.svelte'),
	]);
	view = await newView();
	// Of the page's application what has to do with drafts.
	app = Object.create(App.prototype);
	Object.assign(app, {
		me: user,
		store,
		link: { is: 'live' },
		rooms: [{ id: ROOM }],
		drafts: new Drafts(app),
		reading: new Reading(app),
		sending: new Sending(app),
	});
	held().set(ROOM, view);
}

async function newView(): Promise<RoomView> {
	const { RoomView } = await import('../../src/app/view.svelte');
	return new RoomView(ROOM, { position: 0, ordinal: 0 } as never);
}

/** The conversations that are held. */
function held(): Map<string, RoomView> {
	return app.reading['views' as never];
}

beforeEach(async () => {
	factory = new IDBFactory();
	store = await Store.forDrafts(factory, locks, 'hearth-tab-1', newId);
	await open();
});

it('what is typed before the store answers takes no place of what it has', async () => {
	await store.setDraft(ME, ROOM, draft('before', { reply_to: 3 }));
	const loading = app.drafts.load(view);
	app.drafts.set(view, draft('after'));
	expect(view.draft.text).toBe('after');
	await loading;
	expect(view.draft).toMatchObject({ text: 'before\nafter', reply_to: 3 });
	await settle();
	expect(await store.draft(ME, ROOM)).toMatchObject({ text: 'before\nafter', reply_to: 3 });
	// It is asked once: what was sent does not come back.
	app.drafts.set(view, NOTHING);
	await app.drafts.load(view);
	expect(view.draft.text).toBe('');
	await settle();
	expect(await store.draft(ME, ROOM)).toBeNull();
});

it('what the store does not take stays as long as the page does, also of a room that was let go of', async () => {
	await app.drafts.load(view);
	const broken = vi.spyOn(store, 'setDraft').mockRejectedValue(new Error('full'));
	app.drafts.set(view, draft('half'));
	await settle();
	expect(app.unkept).toBe(true);
	const again = await newView();
	held().set(ROOM, again);
	await app.drafts.load(again);
	expect(again.draft.text).toBe('half');
	// It is kept as soon as it can be, and what is given up is gone.
	broken.mockRestore();
	app.drafts.set(again, draft('half a thought'));
	await settle();
	expect((await store.readDraft(ME, ROOM))?.text).toBe('half a thought');
	Object.assign(app, { store: null });
	for (const text of ['more', '']) {
		app.drafts.set(again, draft(text));
		await settle();
		const other = await newView();
		await app.drafts.load(other);
		expect(other.draft.text).toBe(text);
	}
});

it('what is put into a thread that was not opened yet joins what was being written there', async () => {
	await store.setDraft(ME, placeOf(ROOM, 7), draft('half'));
	app.drafts.set(view, draft('taken back'), 7);
	await app.drafts.load(view, 7);
	expect(view.inThreads.get(7)?.text).toBe('half\ntaken back');
});

it('a draft that another view of the room is still to write is the one that stands', async () => {
	await store.setDraft(ME, ROOM, draft('old'));
	await app.drafts.load(view);
	app.drafts.set(view, draft('newer'));
	app.drafts.set(view, draft('newest'));
	const before = app;
	await open();
	Object.assign(app.drafts, { saving: before.drafts.saving });
	await app.drafts.load(view);
	expect(view.draft.text).toBe('newest');
});

/** From now on what is written has rested for long enough to be told. */
function rested(): void {
	vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 2_000);
}
afterEach(() => {
	vi.restoreAllMocks();
});

it('a send is on its way for a while before that is said, and never where it was stored by then', () => {
	vi.useFakeTimers({ toFake: ['setTimeout'] });
	const send = (id: string) => ({
		...{ room: ROOM, id, after: null, device: 'd', n: 1 },
		body: message(id),
	});
	const late = () => app.sending.unsent.get(ROOM)?.map((one) => [one.pending.id, one.late]);
	Object.assign(app.link, { counted: { sent: 0 } });
	app.sending.recorded(send('a'));
	app.sending.recorded(send('b'));
	vi.advanceTimersByTime(200);
	const outcome = { is: 'stored', seq: 1 } as const;
	app.sending.settled({ do: 'settled', pending: send('b'), outcome } as never);
	vi.advanceTimersByTime(99);
	expect(late()).toEqual([
		['a', false],
		['b', false],
	]);
	vi.advanceTimersByTime(2);
	expect(late()).toEqual([
		['a', true],
		['b', false],
	]);
	vi.useRealTimers();
});

/** The server's part in drafts, and the calls that it has not answered. */
async function shared(theirs: { text: string; root?: Seq } | null) {
	const calls: { method: string; body?: object; answer: (ok?: boolean) => void }[] = [];
	let stands = theirs;
	const call = (method: string, _path: string, body?: { text?: string; root?: Seq }) =>
		new Promise((resolve) => {
			// What a call finds is how it stands when it comes.
			const kind = stands?.root === undefined ? 'draft' : 'thread_draft';
			const own = stands ? [{ kind, room: ROOM, ...stands }] : [];
			const answer = (ok = true) => {
				if (method === 'PUT' && ok) {
					const { text, root } = body ?? {};
					stands = text ? { text, ...(root !== undefined && { root }) } : null;
				}
				resolve({ ok, value: { own } });
			};
			calls.push({ method, answer, ...(body && { body }) });
		});
	Object.assign(app, { http: { call } });
	const { SharedDrafts } = await import('../../src/app/shared-drafts');
	const document = { addEventListener: () => {}, visibilityState: 'visible' };
	Object.assign(globalThis, { document });
	const drafts = new SharedDrafts(app, store);
	await settle();
	return { calls, drafts };
}

it('while the server is told of a draft it is not asked, for it would say what was before', async () => {
	const synced = { text: 'a', reply_to: null };
	await store.setDraft(ME, ROOM, draft('a', { synced }));
	await app.drafts.load(view);
	Object.assign(app, { view });
	const { calls, drafts } = await shared({ text: 'a' });
	calls.shift()?.answer();
	await settle();
	// It was sent: the server is told at once, after it was asked.
	app.drafts.set(view, NOTHING);
	drafts.beat();
	await settle();
	calls.shift()?.answer();
	await settle();
	expect(calls.map(({ method }) => method)).toEqual(['PUT']);
	drafts.step({ do: 'welcome' } as never);
	await settle();
	expect(calls.map(({ method }) => method)).toEqual(['PUT']);
	calls.shift()?.answer();
	await settle();
	expect(calls.map(({ method }) => method)).toEqual(['GET']);
	calls.shift()?.answer();
	await settle();
	expect(view.draft.text).toBe('');
});

it('a draft of a thread is told as that, and taken from another device, open or not', async () => {
	const place = placeOf(ROOM, 7);
	await app.drafts.load(view, 7);
	app.drafts.set(view, draft('half', { reply_to: 9 }), 7);
	const { calls, drafts } = await shared(null);
	calls.shift()?.answer();
	await settle();
	drafts.beat();
	rested();
	drafts.beat();
	await settle();
	calls.shift()?.answer();
	await settle();
	const own = { kind: 'thread_draft', room: ROOM, root: 7, text: 'half', reply_to: 9 };
	expect(calls.map(({ body }) => body)).toEqual([own]);
	calls.shift()?.answer();
	await settle();
	expect(view.inThreads.get(7)).toMatchObject({ synced: { text: 'half', reply_to: 9 } });
	expect(view.draft.text).toBe('');
	// The room's is another.
	expect(await store.draft(ME, ROOM)).toBeNull();
	await store.setDraft(ME, place, draft('half', { synced: { text: 'half', reply_to: null } }));
	await open();
	const { calls: later } = await shared({ text: 'half and more', root: 7 });
	later.shift()?.answer();
	await settle();
	expect(view.inThreads.get(7)?.text).toBe('half and more');
	held().clear();
	await store.setDraft(ME, place, draft('half', { synced: { text: 'half', reply_to: null } }));
	const { calls: last } = await shared({ text: 'half and more', root: 7 });
	last.shift()?.answer();
	await settle();
	expect((await store.draft(ME, place))?.text).toBe('half and more');
	expect([...app.drafts.rooms]).toEqual([ROOM]);
});

it('a draft that the server does not take is not told again and again', async () => {
	await app.drafts.load(view);
	app.drafts.set(view, draft('one too many'));
	const { calls, drafts } = await shared(null);
	calls.shift()?.answer();
	await settle();
	drafts.beat();
	rested();
	for (const ok of [true, false]) {
		drafts.beat();
		await settle();
		calls.shift()?.answer(ok);
		await settle();
	}
	drafts.beat();
	await settle();
	expect(calls).toEqual([]);
	expect(view.draft.text).toBe('one too many');
});

/** Another page of this browser that writes in the room, in the place where this one may as well. */
async function otherPage(): Promise<Store> {
	return Store.forDrafts(factory, locks, 'hearth-tab-2', newId);
}

it('what two pages write at the same time is kept of both, and neither writes over the other', async () => {
	const other = await otherPage();
	await app.drafts.load(view);
	await other.draft(ME, ROOM);
	await other.setDraft(ME, ROOM, draft('from the other'));
	app.drafts.set(view, draft('from here'));
	await settle();
	const both = 'from the other\nfrom here';
	expect(view.draft.text).toBe(both);
	expect((await store.readDraft(ME, ROOM))?.text).toBe(both);
	// What was seen in both is written on.
	app.drafts.set(view, draft('from here alone'));
	await settle();
	expect((await store.readDraft(ME, ROOM))?.text).toBe('from here alone');
});

it('what was sent here does not come back by what the other page has learnt of the server', async () => {
	const other = await otherPage();
	await store.setDraft(ME, ROOM, draft('said'));
	await app.drafts.load(view);
	await other.draft(ME, ROOM);
	await other.setDraft(ME, ROOM, draft('said', { synced: { text: 'said', reply_to: null } }));
	app.drafts.set(view, NOTHING);
	await settle();
	expect(view.draft).toMatchObject({ text: '', synced: { text: 'said' } });
	expect(await store.readDraft(ME, ROOM)).toMatchObject({ text: '', synced: { text: 'said' } });
});

it('what was sent here is not kept any more, also where the other page has written the same meanwhile', async () => {
	const other = await otherPage();
	await store.setDraft(ME, ROOM, draft('said'));
	await app.drafts.load(view);
	await other.draft(ME, ROOM);
	await other.setDraft(ME, ROOM, draft('said'));
	app.drafts.set(view, NOTHING);
	await settle();
	expect(view.draft.text).toBe('');
	expect(await store.readDraft(ME, ROOM)).toBeNull();
});

it('what another page has written on while something was sent here is not thrown away with it', async () => {
	const other = await otherPage();
	await store.setDraft(ME, ROOM, draft('said'));
	await app.drafts.load(view);
	await other.draft(ME, ROOM);
	let isKept = () => {};
	const kept = new Promise<void>((resolve) => {
		isKept = resolve;
	});
	Object.assign(app, { session: { kept: () => kept } });
	app.drafts.set(view, NOTHING);
	await other.setDraft(ME, ROOM, draft('said and more'));
	const { meet } = await import('../../src/app/shared-drafts');
	await meet(app, ROOM);
	const written = vi.spyOn(store, 'setDraft');
	isKept();
	await settle();
	// What was sent is not there once more, and the rest was never away.
	expect(view.draft.text).toBe('and more');
	expect((await store.readDraft(ME, ROOM))?.text).toBe('and more');
	expect(written.mock.calls.map(([, , now]) => now?.text)).toEqual(['and more']);
});

it('what is typed after something was sent joins what another page has added to that, without it', async () => {
	const other = await otherPage();
	const synced = { text: 'said', reply_to: null };
	await store.setDraft(ME, ROOM, draft('said', { synced }));
	await app.drafts.load(view);
	await other.draft(ME, ROOM);
	Object.assign(app, { session: { send: () => ({ id: 'a' }), kept: async () => {} } });
	Object.assign(app.sending, { message: (_: RoomView, { text }: Draft) => message(text) });
	await other.setDraft(ME, ROOM, draft('said and more', { synced }));
	expect(app.sending.write(view, 'said')).toBeNull();
	app.drafts.set(view, draft('next'));
	await settle();
	expect(view.draft).toMatchObject({ text: 'and more\nnext', synced });
	expect(await store.readDraft(ME, ROOM)).toMatchObject({ text: 'and more\nnext', synced });
	// That was one send: what both write on from here is of both.
	await other.draft(ME, ROOM);
	await other.setDraft(ME, ROOM, draft('and more\nnext of the other', { synced }));
	app.drafts.set(view, draft('and more\nnext of this'));
	await settle();
	expect(view.draft.text).toBe('and more\nnext of the other\nof this');
});

it('what another page has sent is here no more before the store says so, and what was added to it is', async () => {
	await app.drafts.load(view);
	await app.drafts.load(view, 7);
	app.drafts.set(view, draft('said'));
	app.drafts.set(view, draft('in the thread'), 7);
	await settle();
	await shared(null);
	app.drafts.set(view, draft('in the thread, too'), 7);
	await settle();
	const written = vi.spyOn(store, 'setDraft');
	const pages = new BroadcastChannel('hearth-drafts');
	pages.postMessage({ place: ROOM, sent: draft('said') });
	pages.postMessage({ place: placeOf(ROOM, 7), sent: draft('in the thread') });
	await vi.waitFor(() => expect(view.inThreads.get(7)?.text).toBe(', too'));
	pages.close();
	expect(view.draft.text).toBe('');
	await settle();
	// Whoever has sent it takes it out of the store, once the send is kept there.
	expect(written.mock.calls.map(([, place, now]) => [place, now?.text])).toEqual([
		[placeOf(ROOM, 7), ', too'],
	]);
});

it('what is typed after something was sent takes its place in the store when that is kept, not before', async () => {
	await store.setDraft(ME, ROOM, draft('said'));
	await app.drafts.load(view);
	let isKept = () => {};
	const kept = new Promise<void>((resolve) => {
		isKept = resolve;
	});
	Object.assign(app, { session: { kept: () => kept } });
	app.drafts.set(view, NOTHING);
	app.drafts.set(view, draft('next'));
	await settle();
	expect((await store.readDraft(ME, ROOM))?.text).toBe('said');
	isKept();
	await settle();
	expect((await store.readDraft(ME, ROOM))?.text).toBe('next');
});

it('of a worker that is dead what it may not have kept is there to be sent again, and what was typed since', async () => {
	const { rescue } = await import('../../src/app/rescue');
	await store.setDraft(ME, ROOM, draft('said'));
	const edit = draft('edited', { edits: 7, aside: draft('aside') });
	await store.setDraft(ME, placeOf(ROOM, 3), edit);
	await app.drafts.load(view);
	await app.drafts.load(view, 3);
	await app.drafts.load(view, 4);
	Object.assign(app, { session: { kept: () => new Promise(() => {}) } });
	app.drafts.set(view, NOTHING);
	app.drafts.stopEditing(view, 3);
	app.drafts.set(view, draft('next'));
	app.drafts.set(view, draft('elsewhere'), 4);
	await settle();
	await rescue(app, [
		{ room: ROOM, body: message('said') },
		{ room: ROOM, body: message('by a command') },
		{ room: ROOM, body: { kind: 'edit', target: 7, text: 'edited' } },
	]);
	expect((await store.readDraft(ME, ROOM))?.text).toBe('by a command\nsaid\nnext');
	expect(await store.readDraft(ME, placeOf(ROOM, 3))).toMatchObject({
		text: 'edited',
		edits: 7,
		aside: { text: 'aside' },
	});
	expect((await store.readDraft(ME, placeOf(ROOM, 4)))?.text).toBe('elsewhere');
});

it('an answer of the server’s from before another page has told it takes no word away', async () => {
	const other = await otherPage();
	const was = { text: 'half', reply_to: null };
	await store.setDraft(ME, ROOM, draft('half', { synced: was }));
	await app.drafts.load(view);
	const { calls } = await shared({ text: 'half' });
	// The other page has written on, and has told the server while it was asked.
	await other.draft(ME, ROOM);
	const now = { text: 'half a thought', reply_to: null };
	await other.setDraft(ME, ROOM, draft('half a thought', { synced: now }));
	const { meet } = await import('../../src/app/shared-drafts');
	await meet(app, ROOM);
	calls.shift()?.answer();
	await settle();
	expect(view.draft.text).toBe('half a thought');
	expect((await store.readDraft(ME, ROOM))?.text).toBe('half a thought');
});

it('a page follows what another writes in a draft, and is not in its way', async () => {
	const other = await otherPage();
	const { meet } = await import('../../src/app/shared-drafts');
	await app.drafts.load(view, 7);
	await other.draft(ME, placeOf(ROOM, 7));
	await other.setDraft(ME, placeOf(ROOM, 7), draft('there', { edits: 3, aside: draft('before') }));
	await meet(app, placeOf(ROOM, 7));
	expect(view.inThreads.get(7)).toMatchObject({
		text: 'there',
		edits: 3,
		aside: { text: 'before' },
	});
	expect([...app.drafts.rooms]).toEqual([ROOM]);
	await settle();
	// Nothing was written by that: the other goes on.
	expect(await other.setDraft(ME, placeOf(ROOM, 7), null)).toBe(true);
	await meet(app, placeOf(ROOM, 7));
	expect(app.drafts.of(view, 7).text).toBe('');
	expect([...app.drafts.rooms]).toEqual([]);
});

it('what was to be kept of a room that is not open any more joins what another page has written', async () => {
	const other = await otherPage();
	await app.drafts.load(view);
	await other.draft(ME, ROOM);
	await other.setDraft(ME, ROOM, draft('from the other'));
	app.drafts.set(view, draft('from here'));
	held().clear();
	await settle();
	expect((await store.readDraft(ME, ROOM))?.text).toBe('from the other\nfrom here');
});

it('a room that is opened again while what was to be kept of it meets another page has both', async () => {
	const other = await otherPage();
	await app.drafts.load(view);
	await other.draft(ME, ROOM);
	await other.setDraft(ME, ROOM, draft('from the other'));
	app.drafts.set(view, draft('from here'));
	held().clear();
	const again = await newView();
	const read = store.readDraft.bind(store);
	let opening: Promise<void> | undefined;
	vi.spyOn(store, 'readDraft').mockImplementationOnce(async (...place) => {
		const found = await read(...place);
		held().set(ROOM, again);
		opening = app.drafts.load(again);
		return found;
	});
	await settle();
	await opening;
	const both = 'from the other\nfrom here';
	expect(again.draft.text).toBe(both);
	expect((await store.readDraft(ME, ROOM))?.text).toBe(both);
});

it('what is still to be kept of a room that is not open takes no place of what the server is told meanwhile', async () => {
	const other = await otherPage();
	await app.drafts.load(view);
	await other.draft(ME, ROOM);
	// Something else is being written first.
	Object.assign(app.drafts, { isSaving: true });
	app.drafts.set(view, draft('from here'));
	await other.setDraft(ME, ROOM, draft('from the other'));
	held().clear();
	const { calls } = await shared(null);
	calls.shift()?.answer();
	await settle();
	expect(calls.map(({ body }) => body)).toMatchObject([{ text: 'from the other' }]);
	calls.shift()?.answer();
	await settle();
	expect((await store.readDraft(ME, ROOM))?.synced?.text).toBe('from the other');
	await (app.drafts as never as { save(): Promise<void> }).save();
	expect((await store.readDraft(ME, ROOM))?.text).toBe('from the other\nfrom here');
});

it('an edit, and what it has interrupted, outlive what the server says of a room that is not open', async () => {
	const aside = draft('half a thought', { reply_to: 2 });
	const edit = draft('', { edits: 7, aside, synced: { text: 'half a thought', reply_to: 2 } });
	await store.setDraft(ME, ROOM, edit);
	held().clear();
	// It was sent from another device.
	const { calls } = await shared(null);
	calls.shift()?.answer();
	await settle();
	expect(await store.draft(ME, ROOM)).toMatchObject({ edits: 7, aside: { text: '' } });
	expect([...app.drafts.rooms]).toEqual([ROOM]);
});

it('what another page has begun since the room was opened is here when that page ends', async () => {
	const ends = new Map<string, () => void>();
	const gone = new Set<string>();
	const shares: Locks = {
		...locks,
		within: async (name, run) => {
			if (gone.has(name)) await run();
		},
		whenFree: (name, run) => void ends.set(name, run),
	};
	store = await Store.forDrafts(factory, shares, 'hearth-tab-1', newId);
	await open();
	const { one } = await attaching();
	Object.assign(app, { attach: async () => one });
	await app.drafts.load(view);
	await shared(null);
	const other = await otherPage();
	const { lock } = other;
	const parcel = { key: keyOf(ME, 'p'), id: 'p', place: ROOM, lock, at_ms: 0, files: [] };
	await hold(other, { ...parcel, text: 'left', reply_to: null });
	const pages = new BroadcastChannel('hearth-drafts');
	for (let times = 0; times < 2; times += 1) pages.postMessage({ place: ROOM });
	await vi.waitFor(() => expect([...ends.keys()]).toEqual([lock]));
	pages.close();
	expect(view.draft.text).toBe('');
	gone.add(lock);
	ends.get(lock)?.();
	await vi.waitFor(() => expect(view.draft.text).toBe('left'));
	expect(await store.parcels(ME)).toEqual([]);
});

/** What brings files up, and the sends that the session was given. */
async function attaching() {
	let whole = () => {};
	const answered = new Promise<void>((resolve) => {
		whole = resolve;
	});
	const window = {
		addEventListener: () => {},
		setTimeout,
		clearTimeout,
		fetch: async () => {
			await answered;
			return Response.json({ id: 'upload-1', offset: 3, part_bytes: 9, whole: true });
		},
	};
	Object.assign(globalThis, { window });
	const sent: { body: Body; id: string }[] = [];
	const send = (_room: string, body: Body, id: string) => {
		sent.push({ body, id });
		return { id };
	};
	const session = { client: { rooms: new Map() }, send, kept: async () => {} };
	const http = { me: async () => ({ ok: true, value: {} }) };
	Object.assign(app, { session, http, parts: [], attaching: null });
	const { Attaching } = await import('../../src/app/attaching.svelte');
	const one = new Attaching(app);
	Object.assign(app, { attaching: one });
	return { one, sent, whole };
}

it('a message that waits for its files goes out once they are whole, under the id that it had', async () => {
	const { one, sent, whole } = await attaching();
	await app.drafts.load(view);
	one.add(view, null, [new File(['abc'], 'a.txt')]);
	expect(app.sending.write(view, 'with a file')).toBeNull();
	expect(view.draft).toMatchObject({ text: '' });
	await settle();
	const [parcel] = await store.parcels(ME);
	expect([sent, parcel?.text]).toEqual([[], 'with a file']);
	// What this page waits for itself it does not find again.
	await one.found(view, null, parcel ? [parcel] : []);
	expect(view.draft.text).toBe('');
	whole();
	await settle();
	expect(sent).toMatchObject([
		{ id: parcel?.id, body: { text: 'with a file', attachments: [{ id: 'upload-1' }] } },
	]);
	expect(app.sending.unsent.get(ROOM)?.map(({ pending }) => pending.id)).toEqual([parcel?.id]);
});

it('a file that comes to be whole during an edit is so in what that has interrupted', async () => {
	const { one, whole } = await attaching();
	await app.drafts.load(view);
	app.drafts.set(view, draft('with a file'));
	one.add(view, null, [new File(['abc'], 'a.txt')]);
	app.drafts.set(view, draft('an edit', { edits: 7 }));
	whole();
	await settle();
	app.drafts.stopEditing(view);
	expect(view.draft).toMatchObject({ text: 'with a file', files: [{ id: 'upload-1' }] });
});

it('a message that waits for its files and is in the conversation already is not found again', async () => {
	const { one } = await attaching();
	await app.drafts.load(view);
	const words = { text: 'words', reply_to: null };
	const parcel = (id: string) => {
		const lock = 'hearth-tab-1';
		return { key: keyOf(ME, id), id, place: ROOM, lock, at_ms: 0, ...words, files: [] };
	};
	for (const id of ['stored', 'left']) await hold(store, parcel(id));
	view.timeline.take(event(1, { by: ME, id: 'stored', body: message('words') }), 'newest');
	await one.found(view, null, await store.parcels(ME));
	expect(view.draft.text).toBe('words');
	await settle();
	expect(await store.parcels(ME)).toEqual([]);
});

it('a draft stays until the message that waits for its files is kept, also where the server knows of it', async () => {
	const { one } = await attaching();
	await store.setDraft(ME, ROOM, draft('left', { synced: { text: 'left', reply_to: null } }));
	await app.drafts.load(view);
	one.add(view, null, [new File(['abc'], 'a.txt')]);
	await settle();
	let keep = () => {};
	const late = new Promise<void>((resolve) => {
		keep = resolve;
	});
	slow.until = late;
	expect(app.sending.write(view, 'left behind')).toBeNull();
	await settle();
	expect(await store.draft(ME, ROOM)).toMatchObject({ text: 'left' });
	keep();
	await settle();
	expect(await store.draft(ME, ROOM)).toMatchObject({ text: '' });
	expect(await store.parcels(ME)).toMatchObject([{ text: 'left behind' }]);
	slow.until = null;
});
