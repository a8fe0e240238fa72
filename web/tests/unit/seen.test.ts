import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../../src/core/client';
import { recall, remember, type Seen } from '../../src/core/seen';
import type { Step } from '../../src/core/step';
import { forgetSeen } from '../../src/core/store';
import { Timeline } from '../../src/core/timeline';
import { event, hear, ME, message, only, ROOM, snapshot, user, welcome } from './world';

afterEach(() => {
	vi.unstubAllGlobals();
});

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
		const seen: Seen = { me: user, rooms: [snapshot(20)], tails: [[ROOM, tail]], at_ms: 5 };
		await remember(indexedDB, seen);
		expect(await recall(indexedDB)).toEqual(seen);
		await forgetSeen(indexedDB);
		expect(await recall(indexedDB)).toBeNull();
	});

	it('is nothing where the browser keeps nothing', async () => {
		const none = {
			open: () => {
				throw new Error('not here');
			},
		} as unknown as IDBFactory;
		await remember(none, { me: user, rooms: [], tails: [], at_ms: 0 });
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

	/** A page that is live, in one room of which its newest messages are there. */
	async function live() {
		vi.stubGlobal(
			'$state',
			Object.assign(<T>(value: T) => value, { raw: <T>(value: T) => value }),
		);
		await forgetSeen(indexedDB);
		const { Remembering } = await import('../../src/app/remembering');
		const { Link } = await import('../../src/app/link.svelte');
		vi.stubGlobal('document', { addEventListener: () => {} });
		let isWhole = true;
		const timeline = new Timeline();
		const log = { snapshot: snapshot(0), position: 0, ordinal: 0, unread: 0, mark: { seq: 0 } };
		const client = { rooms: new Map([[ROOM, log]]), isUpToDate: () => isWhole };
		const session = { client };
		const app = { me: user, session, reading: { openViews: () => [{ id: ROOM, timeline }] } };
		const link = new Link(app as never);
		link.is = 'live';
		const remembering = new Remembering({ ...app, link } as never);
		const step = (one: Step) => {
			remembering.step(one);
			if (one.do === 'wait') link.lost(one);
		};
		const came = (seq: number) => {
			timeline.take(event(seq));
			log.position = seq;
			step({ do: 'show', room: ROOM, event: event(seq) });
		};
		const holds = async (seq: number) => {
			const seen = await recall(indexedDB);
			return seen?.rooms[0]?.head === seq && seen.tails[0]?.[1].entries.at(-1)?.seq === seq && seen;
		};
		const is = (whole: boolean) => {
			isWhole = whole;
		};
		return { remembering, step, came, holds, link, is };
	}

	it('has what came last when the connection is lost, and until when it was whole', async () => {
		const { remembering, step, came, holds, link, is } = await live();
		remembering.beat();
		came(1);
		step({ do: 'wait', ms: 1_000, why: { by: 'cut' }, heard_ms: 7_000 });
		await vi.waitFor(async () => expect(await holds(1)).toMatchObject({ at_ms: 7_000 }));
		// A page that begins so has not heard the server itself.
		link.asOf = 7_000;
		step({ do: 'wait', ms: 1_000, why: { by: 'cut' }, heard_ms: 0 });
		expect(link.asOf).toBe(7_000);
		// What is still on its way is not said to be here.
		is(false);
		remembering.beat();
		came(2);
		step({ do: 'wait', ms: 1_000, why: { by: 'cut' }, heard_ms: 9_000 });
		await Promise.resolve();
		expect(await holds(1)).toMatchObject({ at_ms: 7_000 });
	});

	it('has what came soon after it, where nothing follows', async () => {
		const { remembering, came, holds } = await live();
		for (let beats = 0; beats < 10; beats += 1) remembering.beat();
		came(1);
		remembering.beat();
		remembering.beat();
		await vi.waitFor(async () => expect(await holds(1)).toBeTruthy());
	});
});
