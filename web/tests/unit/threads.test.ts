import { describe, expect, it } from 'vitest';
import { Client } from '../../src/core/client';
import { isNothing, keyOf } from '../../src/core/own';
import type { Event, Own, Thread } from '../../src/core/protocol';
import type { Step } from '../../src/core/step';
import { Threads } from '../../src/core/threads';
import * as golden from '../golden';
import { connect, event, hear, ME, OTHER, only, ROOM, snapshot } from './world';

const draft = (text: string): Own => ({ kind: 'draft', room: ROOM, ...(text ? { text } : {}) });

/** The numbers of the requests of a kind among the steps, with where their page begins. */
function asked(steps: Step[], type: 'own' | 'threads') {
	return only(steps, 'write').flatMap(({ frame }) => {
		if (frame.type !== type) return [];
		return [{ ref: frame.ref, after: 'after' in frame ? frame.after : undefined }];
	});
}

function machine(more: object): Client {
	return new Client({
		user: ME,
		device: 'd-1',
		build: 'test',
		chance: () => 0.5,
		outboxMax: 10,
		...more,
	});
}

const told = (client: Client, now: number, ref: number | undefined, version: number, own: Own[]) =>
	hear(client, now, { type: 'own', ...(ref === undefined ? {} : { ref }), version, own });

/** A connection that follows the person's own, and the number of its request for it. */
function following(): { client: Client; ref: number } {
	const client = machine({ followsOwn: true });
	const refs = asked(connect(client, 0, [snapshot(0)]), 'own');
	expect(refs.length).toBe(1);
	return { client, ref: refs[0]?.ref ?? 0 };
}

describe('what is one’s own', () => {
	it('is asked for once, and follows its changes', () => {
		const { client, ref } = following();
		// Before the whole is known, a change says only that it must be in it.
		told(client, 1, undefined, 5, [draft('early')]);
		expect(client.own.all()).toEqual([]);
		const again = asked(told(client, 2, ref, 4, [draft('a')]), 'own');
		expect(again.length).toBe(1);
		told(client, 2, again[0]?.ref, 5, [draft('a')]);
		told(client, 3, undefined, 5, [draft('old')]);
		expect(client.own.of('draft', keyOf(draft('')))).toEqual(draft('a'));
		const steps = told(client, 4, undefined, 6, [draft('b')]);
		expect(only(steps, 'own')).toEqual([{ do: 'own', own: [draft('b')] }]);
		told(client, 5, undefined, 7, [draft('')]);
		expect(client.own.all()).toEqual([]);
	});

	it('is asked for again where a change was missed: by the next, or by the bare word of it', () => {
		const { client, ref } = following();
		told(client, 1, ref, 5, [draft('a')]);
		const [first] = asked(told(client, 2, undefined, 7, [draft('c')]), 'own');
		// While it is asked, it is not asked again.
		expect(asked(told(client, 3, undefined, 8, [draft('d')]), 'own')).toEqual([]);
		told(client, 4, first?.ref, 8, [draft('d')]);
		const [second] = asked(told(client, 5, undefined, 9, []), 'own');
		told(client, 6, second?.ref, 9, [draft('e')]);
		expect(client.own.of('draft', keyOf(draft('')))).toEqual(draft('e'));
	});

	it('is not asked for by who does not follow it', () => {
		const client = machine({});
		expect(asked(connect(client, 0, [snapshot(0)]), 'own')).toEqual([]);
		expect(asked(told(client, 1, undefined, 9, [draft('a')]), 'own')).toEqual([]);
		expect(client.own.all()).toEqual([]);
	});

	it('has a name for each thing, and is nothing where it stands as without being set', () => {
		const all = Object.values(golden.server).flatMap((frame) =>
			frame.type === 'own' ? frame.own : [],
		);
		expect(all.length).toBeGreaterThan(5);
		for (const one of all) expect(keyOf(one)).toMatch(new RegExp(`^${one.kind}(/|$)`));
		expect(isNothing({ kind: 'saved', room: ROOM, seq: 1, on: false })).toBe(true);
		expect(isNothing({ kind: 'receipts', on: true })).toBe(true);
		expect(isNothing({ kind: 'receipts', on: false })).toBe(false);
		expect(isNothing({ kind: 'follow', room: ROOM, root: 1 })).toBe(true);
		expect(isNothing({ kind: 'follow', room: ROOM, root: 1, on: false })).toBe(false);
		expect(isNothing({ kind: 'read', room: ROOM, root: 1, seq: 0 })).toBe(true);
		expect(isNothing({ kind: 'read', room: ROOM, root: 1, seq: 0, at: 4 })).toBe(false);
	});
});

const thread = (root: number, last: number, read: number, unread: number[]): Thread => ({
	room: ROOM,
	root,
	messages: 9,
	last,
	following: true,
	read,
	unread,
});

/** A message by someone else in the thread that begins at `root`, which `by` wrote. */
function inThread(seq: number, root: number, by: string, names: string[] = []): Event {
	const body: Event['body'] = {
		kind: 'message',
		text: 'm',
		thread: { root, by },
		mentions: { users: names },
	};
	return event(seq, { ordinal: 10, body });
}

const listed = (client: Client, now: number, ref: number, threads: Thread[], next?: string) =>
	hear(client, now, { type: 'threads', ref, threads, unread: 0, ...(next ? { next } : {}) });

/** A connection that follows threads, in one room whose log ends at 10, with this list of them. */
function withThreads(list: Thread[]): Client {
	const client = machine({ followsOwn: true });
	const steps = connect(client, 0, [snapshot(10, { mark: 0, unread: 10 })]);
	told(client, 0, asked(steps, 'own')[0]?.ref, 1, []);
	const [ask] = asked(client.followThreads(0, new Threads(client.own)), 'threads');
	listed(client, 0, ask?.ref ?? 0, list);
	return client;
}

const events = (client: Client, now: number, list: Event[]) =>
	hear(client, now, { type: 'events', room: ROOM, events: list });

/** Roots, with up to where they are read and how much is unread. */
const followed = (client: Client) =>
	(client.threads?.followed() ?? [])
		.map(({ root, read, unread }) => [root, read, unread.size])
		.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));

const readOwn = (root: number, seq: number, at: number): Own => ({
	kind: 'read',
	room: ROOM,
	root,
	seq,
	at,
});

describe('threads', () => {
	it('have unread what follows from the room’s events', () => {
		const client = withThreads([thread(2, 9, 5, [7, 9])]);
		expect(followed(client)).toEqual([[2, 5, 2]]);
		// One that the list has counted, one more, and one in a thread that is not followed.
		const steps = events(client, 1, [inThread(11, 2, OTHER), inThread(12, 3, OTHER)]);
		expect(only(steps, 'thread')).toEqual([{ do: 'thread', room: ROOM, root: 2, unread: 3 }]);
		expect(followed(client)).toEqual([[2, 5, 3]]);
		expect(client.rooms.get(ROOM)?.unread, 'not in the room').toBe(10);
		// A deletion takes one away, and only once.
		const gone = (seq: number) => event(seq, { ordinal: 10, body: { kind: 'delete', target: 7 } });
		events(client, 2, [gone(13), gone(14)]);
		expect(followed(client)).toEqual([[2, 5, 2]]);
		// What one writes there is read up to, and does not move the room's mark.
		events(client, 3, [{ ...inThread(15, 2, OTHER), by: ME }]);
		expect(followed(client)).toEqual([[2, 15, 0]]);
		expect(client.rooms.get(ROOM)?.mark.seq).toBe(0);
		// Marks of another device, and one that is set back, which only the server can count.
		events(client, 4, [inThread(16, 2, OTHER)]);
		told(client, 5, undefined, 2, [readOwn(2, 16, 0)]);
		expect(followed(client)).toEqual([[2, 16, 0]]);
		const [ask] = asked(told(client, 6, undefined, 3, [readOwn(2, 9, 16)]), 'threads');
		listed(client, 7, ask?.ref ?? 0, [thread(2, 16, 9, [11, 16])]);
		expect(followed(client)).toEqual([[2, 9, 2]]);
	});

	it('are followed by who is drawn in, from there', () => {
		const client = withThreads([]);
		events(client, 1, [
			inThread(11, 2, OTHER),
			inThread(12, 2, OTHER, [ME]),
			inThread(13, 3, ME),
			inThread(14, 2, OTHER),
		]);
		expect(followed(client)).toEqual([
			[2, 11, 2],
			[3, 2, 1],
		]);
		// What was said about it stands first.
		const off: Own = { kind: 'follow', room: ROOM, root: 2, on: false };
		const [ask] = asked(told(client, 2, undefined, 2, [off]), 'threads');
		listed(client, 3, ask?.ref ?? 0, [thread(3, 13, 2, [13])]);
		expect(followed(client)).toEqual([[3, 2, 1]]);
		events(client, 4, [inThread(15, 2, OTHER, [ME])]);
		expect(followed(client)).toEqual([[3, 2, 1]]);
	});

	it('draw in who followed one by hand as who never did', () => {
		const byHand: Own = { kind: 'follow', room: ROOM, root: 2, on: true, since: 8 };
		for (const [isStill, expected] of [
			// Who still follows it has missed nothing; who does not any more has that to read which did it.
			[true, [2, 8, 2]],
			[false, [2, 10, 1]],
		] as const) {
			const client = withThreads([]);
			const [ask] = asked(told(client, 1, undefined, 2, [byHand]), 'threads');
			listed(client, 2, ask?.ref ?? 0, [thread(2, 9, 8, [9])]);
			if (!isStill) {
				const nothing: Own = { kind: 'follow', room: ROOM, root: 2 };
				const [again] = asked(told(client, 3, undefined, 3, [nothing]), 'threads');
				listed(client, 4, again?.ref ?? 0, []);
				expect(followed(client)).toEqual([]);
			}
			events(client, 5, [inThread(11, 2, OTHER, [ME])]);
			expect(followed(client)).toEqual([expected]);
		}
	});

	it('are read page by page, and the first page once more', () => {
		const client = withThreads([]);
		// A gap may hide anything.
		const [first, ...more] = asked(
			hear(client, 1, { type: 'gap', room: ROOM, from: 11, to: 20 }),
			'threads',
		);
		expect([first?.after, more]).toEqual([undefined, []]);
		const second = asked(
			listed(client, 2, first?.ref ?? 0, [thread(5, 19, 1, [19])], 'x'),
			'threads',
		);
		expect(second.map(({ after }) => after)).toEqual(['x']);
		const third = asked(
			listed(client, 3, second[0]?.ref ?? 0, [thread(4, 12, 1, [12])]),
			'threads',
		);
		expect(
			third.map(({ after }) => after),
			'what moved meanwhile',
		).toEqual([undefined]);
		const moved = [thread(6, 20, 1, [20]), thread(5, 19, 1, [19])];
		expect(asked(listed(client, 4, third[0]?.ref ?? 0, moved, 'y'), 'threads')).toEqual([]);
		expect(followed(client)).toEqual([
			[4, 1, 1],
			[5, 1, 1],
			[6, 1, 1],
		]);
	});

	it('do not bring back what was deleted, and are forgotten with their room', () => {
		const client = withThreads([thread(2, 9, 5, [7, 9])]);
		events(client, 1, [event(11, { ordinal: 10, body: { kind: 'delete', target: 9 } })]);
		const [ask] = asked(hear(client, 2, { type: 'gap', room: ROOM, from: 12, to: 20 }), 'threads');
		listed(client, 3, ask?.ref ?? 0, [thread(2, 9, 5, [7, 9])]);
		expect(followed(client)).toEqual([[2, 5, 1]]);
		hear(client, 4, { type: 'left', room: ROOM, seq: 21 });
		expect(followed(client)).toEqual([]);
	});
});

describe('what came', () => {
	it('is said to be delivered once a second, unless it is read or nobody is to know', () => {
		const client = machine({ followsOwn: true, tellsDelivered: true });
		const steps = connect(client, 0, [snapshot(10, { mark: 0, unread: 10 })]);
		told(client, 0, asked(steps, 'own')[0]?.ref, 1, []);
		const delivered = (list: Step[]) =>
			only(list, 'write').flatMap(({ frame }) => (frame.type === 'delivered' ? [frame.seq] : []));
		expect(delivered(events(client, 1, [event(11)]))).toEqual([11]);
		expect(delivered(events(client, 2, [event(12), event(13)]))).toEqual([]);
		expect(client.deadline()).toBe(1_001);
		expect(delivered(client.tick(1_001))).toEqual([13]);
		// What is read was delivered, and one's own needs no telling.
		events(client, 1_100, [event(14), event(15, { by: ME })]);
		client.read(1_100, ROOM, 15);
		expect(delivered(client.tick(2_100))).toEqual([]);
		told(client, 3_000, undefined, 2, [{ kind: 'receipts', on: false }]);
		expect(delivered(events(client, 4_000, [event(16)]))).toEqual([]);
	});

	it('may be set back to unread, which no reading on the way there overtakes', () => {
		const client = machine({});
		connect(client, 0, [snapshot(10, { mark: 0, unread: 10 })]);
		client.read(1, ROOM, 10);
		events(client, 2, [event(11)]);
		client.unreadFrom(3, ROOM, 4);
		client.read(3, ROOM, 11);
		const marks = only(client.tick(2_000), 'write').map(({ frame }) => frame);
		expect(marks).toEqual([{ type: 'mark', room: ROOM, seq: 4, back: true }]);
	});
});

describe('answers', () => {
	it('come to what was asked: pins, edits, a thread, receipts', () => {
		const client = machine({});
		connect(client, 0, [snapshot(10)]);
		const pins = client.ask(1, { ask: 'pins', room: ROOM });
		const [write] = only(pins?.steps ?? [], 'write');
		expect(write?.frame).toEqual({ type: 'pins', ref: pins?.number, room: ROOM });
		const said = hear(client, 2, { type: 'pins', ref: pins?.number ?? 0, room: ROOM, pins: [] });
		expect(only(said, 'answer')).toMatchObject([{ answer: { is: 'pins', pins: [], states: [] } }]);
		const asked = client.ask(3, { ask: 'thread', room: ROOM, root: 4, before: 9, limit: 50 });
		const page = { events: [], head: 10, more_before: false, more_after: true };
		const ref = asked?.number ?? 0;
		const there = hear(client, 4, {
			type: 'thread',
			ref,
			thread: { room: ROOM, root: 4 },
			...page,
		});
		expect(only(there, 'answer')).toMatchObject([{ number: ref, answer: { is: 'thread', page } }]);
		const moved = [{ user: OTHER, read: 9, delivered: 9 }];
		const steps = hear(client, 5, { type: 'receipts', room: ROOM, receipts: moved });
		expect(only(steps, 'receipts')).toMatchObject([{ room: ROOM, receipts: moved }]);
	});
});
