import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { Client } from '../../src/core/client';
import { recall, remember } from '../../src/core/seen';
import { forgetSeen } from '../../src/core/store';
import { Timeline } from '../../src/core/timeline';
import { event, hear, ME, message, only, ROOM, snapshot, user, welcome } from './world';

/** A room's events `from` to `to`, as a page. */
function page(from: number, to: number) {
	const events = Array.from({ length: to - from + 1 }, (_, at) => event(from + at));
	return { room: ROOM, events, states: [], head: to, more_before: true, more_after: false };
}

describe('what a browser remembers', () => {
	it('is what was put there last, until it is forgotten', async () => {
		const timeline = new Timeline();
		timeline.add(page(11, 20), 'newest');
		const tail = timeline.tail(3);
		if (!tail) throw new Error('no end');
		await remember(indexedDB, { me: user, rooms: [snapshot(20)], tails: [[ROOM, tail]] });
		const seen = await recall(indexedDB);
		expect(seen).toEqual({ me: user, rooms: [snapshot(20)], tails: [[ROOM, tail]] });
		await forgetSeen(indexedDB);
		expect(await recall(indexedDB)).toBeNull();
	});

	it('is nothing where the browser keeps nothing', async () => {
		const none = {
			open: () => {
				throw new Error('not here');
			},
		} as unknown as IDBFactory;
		await remember(none, { me: user, rooms: [], tails: [] });
		expect(await recall(none)).toBeNull();
	});

	it('has the end of a room, which goes on from there', () => {
		const timeline = new Timeline();
		timeline.add(page(11, 20), 'newest');
		timeline.add(page(1, 4), 'newest');
		const tail = timeline.tail(3);
		if (!tail) throw new Error('no end');
		const again = new Timeline();
		again.restore(structuredClone(tail));
		expect([again.from, again.to, again.hasMoreBefore]).toEqual([18, 20, true]);
		expect(again.gaps(20, 20)).toEqual([]);
		again.take(event(21));
		expect(again.entries.map((entry) => entry.seq)).toEqual([18, 19, 20, 21]);
		again.take(event(22, { body: { kind: 'edit', target: 19, text: 'changed' } }));
		expect(again.get(19)?.text).toBe('changed');
		expect(new Timeline().tail(3)).toBeNull();
	});

	it('lets words be written before there is a connection, which then asks for what came since', () => {
		const settings = { user: ME, device: 'd', build: '', chance: () => 0.5, outboxMax: 10 };
		const machine = new Client(settings, new Map(), [], [snapshot(7, { unread: 2 })]);
		expect(machine.rooms.get(ROOM)).toMatchObject({ position: 7, unread: 2 });
		expect(machine.send(0, ROOM, 'x', message('early'))).not.toBe('not member');
		machine.start(0);
		const hello = only(machine.opened(0), 'write')[0]?.frame;
		expect(hello).toMatchObject({ type: 'hello', rooms: [{ room: ROOM, seq: 7 }] });
		hear(machine, 0, welcome([snapshot(9)]));
		const shown = only(
			hear(machine, 0, { type: 'events', room: ROOM, events: [event(8), event(9)] }),
			'show',
		);
		expect(shown.map((step) => step.event.seq)).toEqual([8, 9]);
	});
});
