import { describe, expect, it } from 'vitest';
import { counts, threadOf } from '../../src/core/event';
import type { Event, MessageState, WasEdit, WasMessage } from '../../src/core/protocol';
import { type Row, reused, rows, type Unsent } from '../../src/core/rows';
import type { Page } from '../../src/core/step';
import { ENTRIES_MAX, Timeline } from '../../src/core/timeline';
import { event, inThread, ME, message, OTHER, ROOM, user } from './world';

function page(from: number, to: number, more: Partial<Page> = {}): Page {
	const events = Array.from({ length: to - from + 1 }, (_, at) => event(from + at));
	return {
		room: ROOM,
		events,
		states: [],
		head: to,
		more_before: from > 1,
		more_after: false,
		...more,
	};
}
const change = (seq: number, body: Event['body'], by = OTHER) =>
	event(seq, { body, by, ordinal: seq - 1 });
const seqs = (timeline: Timeline) => timeline.entries.map((entry) => entry.seq);

describe('the timeline', () => {
	it('shows of what was erased that there was a message, counts it as before, and hides its edits', () => {
		const erased = (seq: number, ordinal: number, was?: WasMessage | WasEdit) =>
			event(seq, { ordinal, body: { kind: 'erased', ...(was && { was }) } });
		const events = [
			erased(5, 4, { kind: 'message' }),
			erased(6, 4, { kind: 'message', thread: { root: 5 } }),
			erased(7, 4, { kind: 'edit', target: 5 }),
			// Erased by a server that did not keep what it was.
			erased(8, 5),
		];
		const timeline = new Timeline();
		timeline.add(page(5, 8, { events }), 'newest');
		expect(seqs(timeline)).toEqual([5, 6, 8]);
		expect(timeline.get(6)).toMatchObject({ deleted: true, text: '' });
		expect(events.map(({ body }) => counts(body))).toEqual([true, false, false, false]);
		expect(events.map(({ body }) => threadOf(body))).toEqual([null, 5, null, null]);
	});

	it('takes pages and live events in any order, each once', () => {
		const timeline = new Timeline();
		timeline.take(event(11));
		timeline.add(page(6, 10), 'newest');
		timeline.add(page(8, 11), 'newest');
		timeline.add(page(1, 5), 'oldest');
		expect(seqs(timeline)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
		expect(timeline.gaps(11, 11)).toEqual([]);
		expect(timeline.hasMoreBefore).toBe(false);
	});

	it('applies edits, deletions and reactions, whichever comes first', () => {
		const states: MessageState[] = [
			{ seq: 2, text: 'second', edited: 4, reactions: [{ emoji: '👍', users: [ME] }] },
		];
		const changes = [
			change(5, { kind: 'react', target: 2, emoji: '👍', on: true }),
			change(6, { kind: 'edit', target: 2, text: 'third' }),
			change(7, { kind: 'react', target: 2, emoji: '👍', on: false }, ME),
			change(8, { kind: 'delete', target: 1 }),
		];
		const first = new Timeline();
		for (const one of changes) first.take(one);
		first.add(page(1, 3, { head: 4, states }), 'newest');
		const then = new Timeline();
		then.add(page(1, 3, { head: 4, states }), 'newest');
		for (const one of [...changes, ...changes]) then.take(one);
		for (const timeline of [first, then]) {
			expect(timeline.get(2)).toMatchObject({
				text: 'third',
				edited: 6,
				reactions: [{ emoji: '👍', users: [OTHER] }],
			});
			expect(timeline.get(1)).toMatchObject({ deleted: true, text: '' });
		}
		// A page from before a change takes nothing back; one from after it has it.
		then.add(page(1, 3, { head: 4, states }), 'newest');
		expect(then.get(2)?.text).toBe('third');
		then.add(page(2, 3, { head: 9, states: [{ seq: 2, text: 'fourth', edited: 9 }] }), 'newest');
		expect(then.get(2)).toMatchObject({ text: 'fourth', reactions: [] });
	});

	it('never hides what is missing, and counts it', () => {
		const timeline = new Timeline();
		timeline.add(page(1, 10), 'newest');
		timeline.take(event(51));
		expect(timeline.gaps(51, 51)).toEqual([{ from: 11, to: 50, messages: 40 }]);
		timeline.add(page(11, 30, { head: 51 }), 'newest');
		expect(timeline.gaps(51, 51)).toEqual([{ from: 31, to: 50, messages: 20 }]);
		timeline.add(page(31, 50, { head: 51 }), 'newest');
		expect(timeline.gaps(51, 51)).toEqual([]);
		expect(timeline.gaps(60, 59)).toEqual([{ from: 52, to: 60, messages: 8 }]);
	});

	it('asks nothing of what may have changed behind a gap: the page that comes then counts', () => {
		const timeline = new Timeline();
		timeline.add(page(1, 300), 'newest');
		timeline.missed(301);
		expect([timeline.from, timeline.to]).toEqual([101, 300]);
		timeline.take(change(2_001, { kind: 'react', target: 300, emoji: '👍', on: true }));
		const states = [{ seq: 300, text: 'edited behind the gap', edited: 900 }];
		timeline.add(page(101, 300, { head: 2_000, states }), 'newest');
		expect(timeline.get(300)).toMatchObject({
			text: 'edited behind the gap',
			reactions: [{ emoji: '👍' }],
		});
	});

	it('is bounded, and says what it let go', () => {
		const timeline = new Timeline();
		for (let from = 1; from < 2_000; from += 100) timeline.add(page(from, from + 99), 'newest');
		expect(timeline.entries).toHaveLength(ENTRIES_MAX);
		expect([timeline.from, timeline.to, timeline.hasMoreBefore]).toEqual([801, 2_000, true]);
		timeline.add(page(701, 800, { head: 2_000 }), 'oldest');
		expect([timeline.from, timeline.to]).toEqual([701, 1_900]);
		expect(timeline.gaps(2_000, 2_000)).toEqual([{ from: 1_901, to: 2_000, messages: 100 }]);
		timeline.take(event(2_001), 'newest');
		expect([timeline.from, timeline.gaps(2_001, 2_001)]).toEqual([
			702,
			[{ from: 1_901, to: 2_000, messages: 100 }],
		]);
		// Who reads far above keeps what they read; what is new is then part of the gap at the end.
		timeline.take(event(2_002), 'oldest');
		expect([timeline.from, timeline.gaps(2_002, 2_002).at(-1)]).toEqual([
			702,
			{ from: 2_002, to: 2_002, messages: 1 },
		]);
	});

	it('keeps what is around the place that is read', () => {
		const timeline = new Timeline();
		for (let from = 1; from < 1_200; from += 100) timeline.add(page(from, from + 99), 'oldest');
		timeline.add(page(1_201, 1_300), 1_150);
		expect([timeline.from, timeline.to]).toEqual([101, 1_300]);
		timeline.add(page(1, 100), 150);
		expect([timeline.from, timeline.to]).toEqual([1, 1_200]);
		// After a jump what is new is far away: it is what goes, and never what is read.
		const jumped = new Timeline();
		jumped.add(page(501, 600), 'oldest');
		for (let from = 90_001; from < 91_000; from += 100) jumped.add(page(from, from + 99), 'newest');
		for (let from = 601; from < 1_100; from += 100) jumped.add(page(from, from + 99), 550);
		expect(jumped.covers(550)).toBe(true);
		expect(jumped.entries).toHaveLength(ENTRIES_MAX);
		expect(jumped.gaps(91_000, 91_000).map(({ from }) => from)).toEqual([1_101, 90_601]);
	});

	it('tells what was missed from what was let go', () => {
		const timeline = new Timeline();
		timeline.add(page(1, 100), 'newest');
		timeline.missed(101, 400);
		timeline.add(page(401, 500, { head: 500 }), 'newest');
		timeline.take(event(900));
		const missed = () => timeline.gaps(900, 900).map((gap) => gap.missed === true);
		expect(missed()).toEqual([true, false]);
		timeline.add(page(101, 300), 'newest');
		expect(missed()).toEqual([true, false]);
	});

	it('has what is in threads in its place, and counts it among no messages', () => {
		const timeline = new Timeline();
		timeline.add(page(1, 3, { head: 9 }), 'newest');
		timeline.take(event(4, { ordinal: 3, body: inThread('there', 2) }));
		expect(timeline.gaps(4, 3)).toEqual([]);
		expect(seqs(timeline)).toEqual([1, 2, 3, 4]);
		// Of 5 to 8 three are messages of the room.
		timeline.take(event(9, { ordinal: 6, body: inThread('there', 2) }));
		expect(timeline.gaps(9, 6)).toEqual([{ from: 5, to: 8, messages: 3 }]);
		timeline.take(event(10, { body: { kind: 'avatar' }, ordinal: 6 }));
		expect(seqs(timeline)).toEqual([1, 2, 3, 4, 9, 10]);
	});

	it('shows an erased message in its place, but nothing of an erased edit or message of a thread', () => {
		const timeline = new Timeline();
		const erased = (seq: number, ordinal: number) =>
			event(seq, { ordinal, body: { kind: 'erased' } });
		const events = [event(1), erased(2, 2), erased(3, 2), event(4, { ordinal: 3 })];
		timeline.add(page(1, 4, { events }), 'newest');
		expect(seqs(timeline)).toEqual([1, 2, 4]);
	});

	it('shows nothing of kinds that it does not know', () => {
		const timeline = new Timeline();
		timeline.take(event(1, { body: { kind: 'of_the_future' } as unknown as Event['body'] }));
		timeline.take(event(2));
		expect(seqs(timeline)).toEqual([2]);
		expect(timeline.gaps(2, 2)).toEqual([]);
	});
});

describe('the rows', () => {
	const day = (at_ms: number) => Math.floor(at_ms / 86_400_000);
	function of(events: Event[], more: { unsent?: Unsent[]; lineAfter?: number | null } = {}): Row[] {
		const timeline = new Timeline();
		for (const one of events) timeline.take(one);
		const head = timeline.to;
		const { unsent = [], lineAfter = null } = more;
		return rows(
			{ timeline, head, headOrdinal: head, unsent, me: user, lineAfter, thread: null },
			day,
		);
	}
	function unsent(id: string, body: Event['body'], more: Partial<Unsent> = {}): Unsent {
		const pending = { room: ROOM, id, after: null, device: 'd', n: 1, body };
		return { pending, at_ms: 0, failed: null, late: false, stored: false, ...more };
	}
	const brief = (list: Row[]) =>
		list.map((row) => {
			if (row.is !== 'message') return row.is;
			return [row.text, row.first && 'first', row.day && 'day', row.line && 'line']
				.filter(Boolean)
				.join(' ');
		});

	it('group a speaker’s messages of a few minutes and part the days', () => {
		const at = (seq: number, minutes: number, by = OTHER) =>
			event(seq, { at_ms: minutes * 60_000, by, name: by });
		const made = of([at(1, 0), at(2, 4), at(3, 10), at(4, 11, ME), at(5, 24 * 60 + 1, ME)]);
		expect(brief(made)).toEqual(['m1 first day', 'm2', 'm3 first', 'm4 first', 'm5 first day']);
	});

	it('have the line before the first that is new and not one’s own', () => {
		const made = of([event(1), event(2, { by: ME }), event(3), event(4)], { lineAfter: 1 });
		expect(brief(made)).toEqual(['m1 first day', 'm2 first', 'm3 first line', 'm4']);
	});

	it('show a send at once and never twice', () => {
		const waiting = unsent('s', message('mine'));
		const before = of([event(1)], { unsent: [waiting] });
		expect(brief(before)).toEqual(['m1 first day', 'mine first']);
		const after = of([event(1), event(2, { by: ME, id: 's', body: message('mine') })], {
			unsent: [waiting],
		});
		expect(brief(after)).toEqual(['m1 first day', 'mine first']);
		// The row is the same one, so that nothing is drawn anew.
		expect(after[1]?.key).toBe(before[1]?.key);
	});

	it('show what waits to be changed as if it had been, but not what failed', () => {
		const mine = event(1, { by: ME });
		const changes = [
			unsent('e', { kind: 'edit', target: 1, text: 'better' }),
			unsent('r', { kind: 'react', target: 1, emoji: '👍', on: true }),
		];
		expect(of([mine], { unsent: changes })).toMatchObject([
			{ text: 'better', edited: true, reactions: [{ emoji: '👍', users: [ME] }] },
		]);
		const failed = unsent('e', { kind: 'edit', target: 1, text: 'better' }, { failed: 'No.' });
		expect(of([mine], { unsent: [failed] })).toMatchObject([
			{ text: 'm1', edited: false, unsent: { failed: 'No.' } },
		]);
	});

	it('quote the message that is answered, name who is meant, and show gaps', () => {
		const reply: Event['body'] = {
			kind: 'message',
			text: 'yes',
			reply_to: 1,
			mentions: { users: [ME] },
		};
		const made = of([event(1), event(2, { body: reply }), event(9)]);
		expect(made).toMatchObject([
			{ is: 'message' },
			{ is: 'message', mentionsMe: true, quote: { seq: 1, text: 'm1' } },
			{ is: 'gap', gap: { from: 3, to: 8, messages: 6 } },
			{ is: 'message', first: true },
		]);
	});

	it('leave out what is in threads, and say at its beginning what there is of it', () => {
		const kim = { by: 'k', name: 'kim' };
		const list = [
			event(1),
			event(2, { ordinal: 1, body: inThread('there', 1) }),
			event(3, { ordinal: 2 }),
			event(4, { ordinal: 2, body: inThread('more', 1), ...kim }),
			event(5, { ordinal: 2, body: inThread('and more', 1) }),
			event(6, { ordinal: 2, body: inThread('gone', 1), ...kim }),
			event(7, { ordinal: 2, body: { kind: 'delete', target: 6 }, ...kim }),
		];
		const made = of(list, { lineAfter: 1 });
		expect(brief(made)).toEqual(['m1 first day', 'm3 first line']);
		const by = [
			{ id: 'k', name: 'kim' },
			{ id: OTHER, name: 'jonas' },
		];
		expect(made).toMatchObject([
			{ replies: { messages: 3, by, last_ms: 5_000, isWhole: true } },
			{ replies: null },
		]);
		// Over a gap it is not known whether there is more.
		const torn = of([...list.slice(0, 3), event(9, { ordinal: 3 })]);
		expect(torn[0]).toMatchObject({ replies: { messages: 1, isWhole: false } });
	});

	it('say how long a thread is of which little is here, as it goes on', () => {
		const timeline = new Timeline();
		const states = [{ seq: 1, thread: { messages: 40, last: 90, last_ms: 90_000, as_of: 100 } }];
		timeline.add({ events: [event(1)], states, head: 100, more_before: false }, 'newest');
		const near = event(90, { ordinal: 30, body: inThread('the last', 1) });
		timeline.add({ events: [near], states: [], head: 100, more_before: true }, 'newest');
		const said = (head: number) => {
			const shown = { timeline, head, headOrdinal: 30, unsent: [], me: user, lineAfter: null };
			return rows({ ...shown, thread: null }, () => 0)[0];
		};
		expect(said(100)).toMatchObject({ replies: { messages: 40, last_ms: 90_000, isWhole: true } });
		timeline.take(event(101, { ordinal: 30, body: inThread('one more', 1) }));
		expect(said(101)).toMatchObject({ replies: { messages: 41, last_ms: 101_000 } });
		timeline.take(event(102, { ordinal: 30, body: { kind: 'delete', target: 90 } }));
		expect(said(102)).toMatchObject({ replies: { messages: 40 } });
		timeline.take(event(103, { ordinal: 30, body: { kind: 'delete', target: 101 } }));
		expect(said(103)).toMatchObject({ replies: { messages: 39, isWhole: true } });
	});

	it('say nothing of a thread of which all is deleted, and not that all is here where the newest is not', () => {
		const timeline = new Timeline();
		const thread = { messages: 1, last: 90, last_ms: 90_000, as_of: 100 };
		const states = [{ seq: 1, thread }];
		timeline.add({ events: [event(1)], states, head: 100, more_before: false }, 'newest');
		const near = event(90, { ordinal: 2, body: inThread('the only one', 1) });
		timeline.add({ events: [near], states: [], head: 100, more_before: true }, 'newest');
		const said = (head: number) => {
			const shown = { timeline, head, headOrdinal: 3, unsent: [], me: user, lineAfter: null };
			return rows({ ...shown, thread: null }, () => 0)[0];
		};
		expect(said(100)).toMatchObject({ replies: { messages: 1, isWhole: true } });
		expect(said(120)).toMatchObject({ replies: { messages: 1, isWhole: false } });
		timeline.take(event(101, { ordinal: 2, body: { kind: 'delete', target: 90 } }));
		expect(said(101)).toMatchObject({ replies: null });
	});

	it('take nothing off a thread twice: what was deleted when it was counted is not in it', () => {
		const timeline = new Timeline();
		const near = event(90, { ordinal: 30, body: inThread('gone', 1) });
		timeline.add({ events: [near], states: [], head: 90, more_before: true }, 'newest');
		const thread = { messages: 39, last: 95, last_ms: 95_000, as_of: 100 };
		const states = [{ seq: 1, thread }];
		timeline.add({ events: [event(1)], states, head: 100, more_before: false }, 'newest');
		timeline.take(event(100, { ordinal: 30, body: { kind: 'delete', target: 90 } }));
		expect(timeline.get(90)?.deleted).toBe(true);
		expect(timeline.get(1)?.thread?.messages).toBe(39);
	});

	it('take nothing off a thread for what was deleted outside of it, or in one of which the beginning is not here', () => {
		const timeline = new Timeline();
		const states = [{ seq: 5, thread: { messages: 3, last: 90, last_ms: 90_000, as_of: 100 } }];
		const events = [event(5), event(6), event(7, { ordinal: 6, body: inThread('there', 2) })];
		timeline.add({ events, states, head: 100, more_before: true }, 'newest');
		timeline.take(change(101, { kind: 'delete', target: 6 }));
		timeline.take(change(102, { kind: 'delete', target: 7 }));
		expect(timeline.get(5)?.thread?.messages).toBe(3);
	});

	it('are those of a thread where one is shown, with what waits for it', () => {
		const timeline = new Timeline(({ seq, body }) => seq === 1 || threadOf(body) === 1);
		const states: [] = [];
		timeline.add({ events: [event(1)], states, head: 9, more_before: false }, 'newest', {
			from: 1,
			to: 1,
		});
		const there = event(7, { ordinal: 6, body: inThread('there', 1) });
		timeline.add({ events: [there], states, head: 9, more_before: true }, 'newest', {
			from: 7,
			to: 9,
		});
		timeline.take(event(10));
		timeline.take(event(11, { ordinal: 10, body: inThread('new', 1) }));
		const waiting = [
			unsent('a', { kind: 'message', text: 'mine', thread: { root: 1 } }),
			unsent('b', message('elsewhere')),
		];
		const made = rows(
			{
				timeline,
				head: 11,
				headOrdinal: 0,
				unsent: waiting,
				me: user,
				lineAfter: 9,
				thread: 1,
			},
			day,
		);
		expect(brief(made)).toEqual([
			'm1 first day',
			'gap',
			'there first',
			'new first line',
			'mine first',
		]);
		expect(made[1]).toMatchObject({ gap: { from: 2, to: 6, messages: 0 } });
	});

	it('say when a message was edited', () => {
		const edit = event(2, { ordinal: 1, body: { kind: 'edit', target: 1, text: 'x' } });
		expect(of([event(1), edit])[0]).toMatchObject({ edited: true, edited_ms: 2_000 });
		const timeline = new Timeline();
		const states = [{ seq: 1, text: 'x', edited: 2, edited_ms: 2_000 }];
		timeline.add({ events: [event(1), edit], states, head: 2, more_before: false }, 'newest');
		expect(timeline.entries[0]).toMatchObject({ edited: 2, editedMs: 2_000 });
	});

	it('have the files of a message, name one where it is quoted, and none once it is deleted', () => {
		const attachments = [{ id: 'f1', name: 'plan.pdf', type: 'application/pdf', size: 9 }];
		const withFile = event(1, { body: { kind: 'message', text: '', attachments } });
		const answer = event(2, { body: { kind: 'message', text: 'yes', reply_to: 1 } });
		expect(of([withFile, answer])).toMatchObject([
			{ text: '', files: attachments },
			{ files: [], quote: { text: 'plan.pdf' } },
		]);
		const deletion = event(3, { ordinal: 2, body: { kind: 'delete', target: 1 } });
		expect(of([withFile, answer, deletion])[0]).toMatchObject({ deleted: true, files: [] });
	});

	it('have keys of their own, whatever ids come', () => {
		const made = of([
			event(1, { by: ME, id: 'x' }),
			event(2, { by: ME, id: 'x' }),
			event(3, { id: 'x' }),
		]);
		expect(new Set(made.map((row) => row.key)).size).toBe(3);
	});
});

it('keeps the rows that are as they were', () => {
	const timeline = new Timeline();
	timeline.add(page(1, 4), 'newest');
	const me = user;
	const shown = {
		timeline,
		head: 4,
		headOrdinal: 4,
		unsent: [],
		me,
		lineAfter: null,
		thread: null,
	};
	const first = rows(shown, () => 0);
	timeline.take(change(5, { kind: 'edit', target: 2, text: 'other' }));
	timeline.take(event(6));
	const then = reused(
		first,
		rows({ ...shown, head: 6, headOrdinal: 5 }, () => 0),
	);
	expect(then.map((row, at) => row === first[at])).toEqual([true, false, true, true, false]);
	expect(
		reused(
			then,
			rows({ ...shown, head: 6, headOrdinal: 5 }, () => 0),
		),
	).toBe(then);
});

it('makes a row anew where it stands otherwise, and no other', () => {
	const timeline = new Timeline();
	timeline.add(page(2, 4), 'newest');
	const me = user;
	const shown = {
		timeline,
		head: 4,
		headOrdinal: 4,
		unsent: [],
		me,
		lineAfter: null,
		thread: null,
	};
	const as = (row: Row | undefined) =>
		row?.is === 'message' ? [row.first, row.day, row.line] : null;
	const first = rows(shown, () => 0);
	expect(as(first[1])).toEqual([false, false, false]);
	expect(rows(shown, () => 0).map((row, at) => row === first[at])).toEqual([true, true, true]);
	// What comes before the first of a day is of the same day, and another of it.
	timeline.add(page(1, 1, { head: 4, more_before: false }), 'oldest');
	const then = rows(shown, () => 0);
	expect([as(then[0]), as(then[1])]).toEqual([
		[true, true, false],
		[false, false, false],
	]);
	expect([then[2] === first[1], then[3] === first[2]]).toEqual([true, true]);
	const line = rows({ ...shown, me: { ...me, id: 'other' }, lineAfter: 2 }, () => 0);
	expect([as(line[2]), as(rows(shown, () => 0)[2])]).toEqual([
		[true, false, true],
		[false, false, false],
	]);
});
