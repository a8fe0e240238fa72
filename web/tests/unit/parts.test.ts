import { describe, expect, it } from 'vitest';
import { Asks } from '../../src/core/asks';
import { Backoff } from '../../src/core/backoff';
import { ANSWER_MS, Outbox } from '../../src/core/outbox';
import type { Event, Was } from '../../src/core/protocol';
import { RoomLog, type Shown } from '../../src/core/room';
import { Heights, ROWS_MAX, rowAt, spanAt } from '../../src/core/window';
import { chance, event, inThread, ME, message, OTHER, ROOM, snapshot } from './world';

describe('back-off', () => {
	it('grows to a bound and begins anew', () => {
		const backoff = new Backoff();
		const bounds = Array.from({ length: 8 }, () => backoff.pause(() => 0.999_999));
		expect(bounds).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
		backoff.reset();
		expect(backoff.pause(() => 0.999_999)).toBe(500);
		expect(backoff.pause(() => 0)).toBe(0);
	});

	it('keeps the server’s time, but bounded', () => {
		const pause = new Backoff().pauseAfter(2_000, chance(1));
		expect(pause).toBeGreaterThanOrEqual(2_000);
		expect(pause).toBeLessThanOrEqual(2_500);
		expect(new Backoff().pauseAfter(1e12, chance(1))).toBeLessThanOrEqual(30_500);
	});
});

describe('the outbox', () => {
	function outbox(): Outbox {
		const made = new Outbox('d-1', 3);
		for (const text of ['a', 'b']) made.add(ROOM, text, message(text));
		return made;
	}

	it('has one in flight, and the next waits until it is settled', () => {
		const made = outbox();
		expect(made.launch(ROOM, 4, 0)).toMatchObject({ pending: { n: 1, after: 4 }, isNew: true });
		expect(made.readyRooms()).toEqual([]);
		expect(made.settle(ROOM, 'a')).not.toBeNull();
		expect(made.settle(ROOM, 'a')).toBeNull();
		expect(made.launch(ROOM, 9, 0)?.pending).toMatchObject({ n: 2, after: 9 });
	});

	it('sends again unchanged what was on the wire', () => {
		const made = outbox();
		const first = made.launch(ROOM, 4, 0);
		made.cut();
		expect(made.launch(ROOM, 70, 5)).toEqual({ pending: first?.pending, isNew: false });
	});

	it('sends again what got no answer', () => {
		const made = outbox();
		made.launch(ROOM, 4, 100);
		expect(made.deadline()).toBe(100 + ANSWER_MS);
		made.tick(99 + ANSWER_MS);
		expect(made.readyRooms()).toEqual([]);
		made.tick(100 + ANSWER_MS);
		expect(made.readyRooms()).toEqual([ROOM]);
	});

	it('is bounded, and takes an id once', () => {
		const made = outbox();
		expect(made.add(ROOM, 'a', message('a'))).toBe('twice');
		made.add(ROOM, 'c', message('c'));
		expect(made.add(ROOM, 'd', message('d'))).toBe('full');
	});

	it('raises or doubts only what was on the wire', () => {
		const made = outbox();
		made.launch(ROOM, 4, 0);
		made.cut();
		expect(made.raise(ROOM, 0, 3)).toEqual([]);
		// A gap up to 5: it may lie in there.
		expect(made.raise(ROOM, 5, 8)).toEqual([]);
		expect(made.raise(ROOM, 4, 8)).toMatchObject([{ id: 'a', after: 8 }]);
		expect(made.takeSent(ROOM)).toMatchObject([{ id: 'a' }]);
		expect(made.pending()).toMatchObject([{ id: 'b' }]);
	});

	it('goes on counting where it was, and not for another device', () => {
		const made = outbox();
		made.launch(ROOM, 4, 0);
		const again = new Outbox('d-1', 10);
		again.restore(new Map([[ROOM, 2]]), made.pending());
		again.adopt({ room: ROOM, id: 'x', after: 3, device: 'd-2', n: 90, body: message('x') });
		again.add(ROOM, 'c', message('c'));
		expect(again.pending().map((one) => one.n)).toEqual([1, 2, 90, 3]);
		expect(again.launch(ROOM, 50, 0)).toMatchObject({ pending: { after: 4 }, isNew: false });
	});
});

describe('requests', () => {
	it('are asked again over connections, and given up by the person’s alone', () => {
		const asks = new Asks();
		const number = asks.add({ who: 'person' }, (ref) => ({ type: 'leave', ref, room: ROOM }));
		asks.add({ who: 'hole', room: ROOM }, (ref) => ({ type: 'history', ref, room: ROOM }));
		expect(asks.launch(0)).toMatchObject({ type: 'leave' });
		expect(asks.fills(ROOM)).toBe(true);
		asks.cut();
		expect(asks.fills(ROOM)).toBe(false);
		for (let tries = 0; tries < 5; tries += 1) {
			expect(asks.launch(1e9)).toMatchObject({ type: 'leave', ref: number });
			expect(asks.hold(number ?? 0, 0, 0, () => 0)).toBe(true);
			asks.tick(1e9);
		}
		expect(asks.hold(number ?? 0, 0, 0, () => 0)).toBe(false);
	});
});

describe('a room’s log', () => {
	const seqs = (shown: Shown[]) =>
		shown.map((one) => ('event' in one ? one.event.seq : -one.missed.to));
	const take = (log: RoomLog, list: number[]) =>
		seqs(
			log.take(
				list.map((seq) => event(seq)),
				ME,
			),
		);

	it('shows the next, drops the known, keeps the far aside', () => {
		const log = new RoomLog(4);
		expect(take(log, [5, 5, 4, 6])).toEqual([5, 6]);
		expect(take(log, [9, 8])).toEqual([]);
		expect([log.hasHole, log.isBehind, log.position]).toEqual([true, true, 6]);
		expect(take(log, [7])).toEqual([7, 8, 9]);
		expect([log.hasHole, log.isBehind]).toEqual([false, false]);
	});

	it('names a hole that is too wide, and one that will not be filled', () => {
		const log = new RoomLog(0);
		expect(take(log, [2_000])).toEqual([-1_999, 2_000]);
		expect(seqs(log.skipTo(2_500, ME))).toEqual([-2_500]);
		expect(seqs(log.skipTo(2_400, ME))).toEqual([]);
		expect(log.wholeFrom).toBe(2_500);
	});

	it('counts unread by ordinals, and own messages are read', () => {
		const log = new RoomLog(5);
		log.describe(snapshot(7, { mark: 4, unread: 3 }));
		expect(log.unread).toBe(3);
		// Replayed events were counted by the server already.
		take(log, [6, 7]);
		expect(log.unread).toBe(3);
		take(log, [8]);
		expect(log.unread).toBe(4);
		log.take([event(9, { by: ME })], ME);
		expect(log.unread).toBe(0);
	});

	it('counts nothing of threads but whom they mention, and own messages there read nothing', () => {
		const log = new RoomLog(5);
		log.describe(snapshot(5, { mark: 4, unread: 1 }));
		const naming: Event['body'] = {
			kind: 'message',
			text: '@',
			mentions: { users: [ME] },
			thread: { root: 3 },
		};
		log.take(
			[
				event(6, { ordinal: 5, body: inThread('there', 3) }),
				event(7, { ordinal: 5, body: inThread('mine', 3), by: ME }),
				event(8, { ordinal: 5, body: naming }),
			],
			ME,
		);
		expect([log.position, log.unread, log.mentions, log.mark.seq]).toEqual([8, 1, 1, 4]);
		log.take([event(9, { ordinal: 6 })], ME);
		expect(log.unread).toBe(2);
		expect(log.markRead(8)).toBe(true);
		expect([log.unread, log.mentions]).toEqual([1, 0]);
	});

	it('is read at its end, however much of its history was read before', () => {
		const log = new RoomLog(4_000);
		log.describe(snapshot(4_000));
		take(log, [4_001, 4_002, 4_003]);
		expect(log.unread).toBe(3);
		for (let seq = 3_999; seq > 1; seq -= 1) log.learn([event(seq)]);
		expect(log.markRead(4_003)).toBe(true);
		expect(log.unread).toBe(0);
	});

	it('lets the higher revision of a mark win', () => {
		const log = new RoomLog(0);
		log.describe(snapshot(0));
		take(log, [1, 2, 3, 4]);
		expect(log.markRead(4)).toBe(true);
		expect(log.markSaid(2, 0, 2, [])).toBe(false);
		expect(log.markSaid(1, 1, 3, [])).toBe(true);
		expect([log.unread, log.mark.seq]).toEqual([3, 1]);
		expect(log.markSaid(4, 0, 0, [])).toBe(false);
	});

	it('counts mentions until they are read or deleted', () => {
		const log = new RoomLog(5);
		log.describe(snapshot(7, { mark: 3, mentioned: [4, 7] }));
		expect(log.mentions).toBe(2);
		const calling = (seq: number, by: string, users: string[]) =>
			event(seq, { by, body: { kind: 'message', text: '@', mentions: { users } } });
		log.take(
			[event(6), calling(7, OTHER, [ME]), calling(8, OTHER, [ME]), calling(9, OTHER, [OTHER])],
			ME,
		);
		expect(log.mentions).toBe(3);
		log.take([event(10, { body: { kind: 'delete', target: 8 } })], ME);
		expect(log.mentions).toBe(2);
		// A word from before the deletion does not bring it back.
		log.markSaid(3, 1, 7, [4, 7, 8]);
		expect(log.mentions).toBe(2);
		log.markRead(10);
		expect(log.mentions).toBe(0);
		// What was erased mentions whom it did, until its deletion comes.
		const was: Was = { kind: 'message', mentions: { users: [ME] } };
		log.take([event(11, { body: { kind: 'erased', was } })], ME);
		expect(log.mentions).toBe(1);
		log.take([event(12, { body: { kind: 'delete', target: 11 } })], ME);
		expect(log.mentions).toBe(0);
	});

	it('follows what is set in it', () => {
		const log = new RoomLog(5);
		log.describe(snapshot(5));
		log.take(
			[
				event(6, { body: { kind: 'topic', topic: 't' } }),
				event(7, { body: { kind: 'archive', on: true } }),
				event(8, { body: { kind: 'avatar', avatar: 'f1' } }),
			],
			ME,
		);
		expect(log.snapshot).toMatchObject({ topic: 't', archived: true, avatar: 'f1', head: 5 });
		log.reset(2);
		expect([log.position, log.unread, log.snapshot?.head]).toEqual([2, 0, 2]);
	});
});

describe('the window over the rows', () => {
	const rows = (from: number, to: number, about = 30) =>
		Array.from({ length: to - from }, (_, at) => ({ key: `r${from + at}`, about }));

	it('is over the screen, bounded, and stays while it has some to spare', () => {
		const tops = new Heights().tops(rows(0, 1_000));
		const span = spanAt(tops, 15_000, 600);
		expect(span.to - span.from).toBe(ROWS_MAX);
		expect([span.from <= 500 - 6, span.to >= 521 + 6]).toEqual([true, true]);
		expect(spanAt(tops, 15_120, 600, span)).toBe(span);
		expect(spanAt(tops, 15_600, 600, span)).not.toBe(span);
		expect(spanAt(tops, 0, 600)).toEqual({ from: 0, to: ROWS_MAX });
		expect(spanAt(tops, 29_400, 600)).toEqual({ from: 940, to: 1_000 });
		expect(spanAt(tops, 1e9, 600).to).toBe(1_000);
		expect(spanAt(new Heights().tops([]), 0, 600)).toEqual({ from: 0, to: 0 });
		expect(spanAt(new Heights().tops(rows(0, 5)), 0, 600)).toEqual({ from: 0, to: 5 });
	});

	it('moves by a few rows where one scrolls, and at once where one jumps', () => {
		const tops = new Heights().tops(rows(0, 1_000));
		let span = spanAt(tops, 15_000, 600);
		for (const by of [60, -60]) {
			let most = 0;
			for (let y = 15_000, step = 0; step < 50; step += 1, y += by) {
				const next = spanAt(tops, y, 600, span);
				most = Math.max(most, Math.abs(next.from - span.from));
				const first = rowAt(tops, y);
				expect([next.from <= first - 6, next.to >= rowAt(tops, y + 600) + 1 + 6]).toEqual([
					true,
					true,
				]);
				expect(next.to - next.from).toBe(ROWS_MAX);
				span = next;
			}
			expect(most).toBeLessThanOrEqual(5);
			span = spanAt(tops, 15_000, 600);
		}
		expect(spanAt(tops, 25_000, 600, span)).toEqual(spanAt(tops, 25_000, 600));
	});

	it('is larger on a screen that shows more', () => {
		const { from, to } = spanAt(new Heights().tops(rows(0, 1_000, 20)), 10_000, 2_000);
		expect(to - from).toBeGreaterThan(100);
		expect([from <= 494, to >= 607]).toEqual([true, true]);
	});

	it('goes by what was drawn where something was, and tells when it is another', () => {
		const heights = new Heights();
		const all = rows(0, 3);
		expect(heights.set(all[1] as (typeof all)[0], 100)).toBe(true);
		expect(heights.set(all[1] as (typeof all)[0], 100)).toBe(false);
		const tops = heights.tops(all);
		expect([...tops]).toEqual([0, 30, 130, 160]);
		expect([0, 29.9, 30, 129, 130, 500].map((y) => rowAt(tops, y))).toEqual([0, 0, 1, 1, 2, 2]);
		heights.forget();
		expect([...heights.tops(all)]).toEqual([0, 30, 60, 90]);
	});

	it('forgets rows that are gone', () => {
		const heights = new Heights();
		for (const row of rows(0, 5_000)) heights.set(row, 31);
		heights.keep(rows(0, 1_200));
		const of = (at: number) => heights.of({ key: `r${at}`, about: 0 });
		expect([of(5), of(4_000)]).toEqual([31, 0]);
	});
});
