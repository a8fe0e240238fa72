import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { mayReconnect } from '../../src/core/client';
import { RETRY, type ServerFrame } from '../../src/core/protocol';
import type { Pending, Step } from '../../src/core/step';
import * as golden from '../golden';
import {
	client,
	connect,
	event,
	hear,
	ME,
	message,
	OTHER,
	only,
	ROOM,
	snapshot,
	written,
} from './world';

const frozen = (name: string) =>
	JSON.parse(
		readFileSync(new URL(`../../../crates/protocol/golden/${name}.json`, import.meta.url), 'utf8'),
	);

describe('the golden files', () => {
	it('are each taken by a machine without a word of complaint', () => {
		for (const [name, frame] of Object.entries(golden.server)) {
			const machine = client();
			connect(machine, 0, [snapshot(40)]);
			const steps = hear(machine, 1, frame);
			expect(only(steps, 'odd'), name).toEqual([]);
		}
	});

	it('say which codes are tried again, and after which ends one comes back', () => {
		const codes: { code: string; retry: string }[] = frozen('error-codes');
		expect(Object.fromEntries(codes.map(({ code, retry }) => [code, retry]))).toEqual(RETRY);
		const closes: { number: number; reconnect: boolean }[] = frozen('close-codes');
		for (const { number, reconnect } of closes)
			expect(mayReconnect(number), String(number)).toBe(reconnect);
		for (const number of [1001, 1005, 1006, 1011]) expect(mayReconnect(number)).toBe(true);
		for (const number of [1000, 1002, 1003, 1007, 1010]) expect(mayReconnect(number)).toBe(false);
	});

	it('are what this machine says', () => {
		const machine = client();
		machine.start(0);
		const [hello] = only(machine.opened(0), 'write');
		expect(Object.keys(hello?.frame ?? {}).sort()).toEqual(
			Object.keys(golden.client['client-hello'] ?? {}).sort(),
		);
		hear(machine, 0, {
			type: 'welcome',
			build: '',
			node: '',
			user: { id: ME, name: '', display: '' },
			now_ms: 0,
			rooms: [snapshot(4)],
		});
		const steps = machine.send(0, ROOM, 'a', message('x'));
		const [send] = only(steps as Step[], 'write');
		const kept = golden.client['client-send-message'] ?? {};
		expect(Object.keys(send?.frame ?? {}).sort()).toEqual(Object.keys(kept).sort());
	});
});

describe('a machine', () => {
	it('says hello with its positions, and takes a replay from there', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		hear(machine, 1, { type: 'events', room: ROOM, events: [event(5), event(6)] });
		machine.closed(2, { by: 'cut' });
		machine.start(3);
		const [hello] = only(machine.opened(3), 'write');
		expect(hello?.frame).toMatchObject({ type: 'hello', rooms: [{ room: ROOM, seq: 6 }] });
		hear(machine, 4, {
			type: 'welcome',
			build: '',
			node: '',
			user: { id: ME, name: '', display: '' },
			now_ms: 0,
			rooms: [snapshot(9)],
		});
		expect(machine.isUpToDate(ROOM)).toBe(false);
		const steps = hear(machine, 5, {
			type: 'events',
			room: ROOM,
			events: [event(6), event(7), event(8), event(9)],
		});
		expect(only(steps, 'show').map((step) => step.event.seq)).toEqual([7, 8, 9]);
		expect(machine.isUpToDate(ROOM)).toBe(true);
	});

	it('records a send before it is on the wire, and settles it once', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		const steps = machine.send(1, ROOM, 'a', message('x')) as Step[];
		expect(steps.map((step) => step.do)).toEqual(['record', 'write']);
		const ack = hear(machine, 2, { type: 'ack', room: ROOM, id: 'a', seq: 5 });
		expect(only(ack, 'settled')).toMatchObject([{ outcome: { is: 'stored', seq: 5 } }]);
		const again = hear(machine, 3, {
			type: 'events',
			room: ROOM,
			events: [event(5, { by: ME, id: 'a' })],
		});
		expect(only(again, 'settled')).toEqual([]);
		expect(only(again, 'show')).toHaveLength(1);
		expect(machine.pending()).toEqual([]);
	});

	it('records what is written without a connection, and sends it in order when there is one', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		machine.closed(1, { by: 'cut' });
		for (const id of ['a', 'b']) {
			expect((machine.send(2, ROOM, id, message(id)) as Step[]).map((step) => step.do)).toEqual([
				'record',
			]);
		}
		const steps = connect(machine, 3, [snapshot(4)]);
		expect(only(steps, 'write').map((step) => ('id' in step.frame ? step.frame.id : ''))).toEqual([
			'a',
		]);
		const next = hear(machine, 4, { type: 'ack', room: ROOM, id: 'a', seq: 5 });
		expect(only(next, 'write').map((step) => ('id' in step.frame ? step.frame.id : ''))).toEqual([
			'b',
		]);
	});

	it('repeats id, after, device and n after a cut, once the replay is whole', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		const [first] = only(machine.send(1, ROOM, 'a', message('x')) as Step[], 'write');
		machine.closed(2, { by: 'cut' });
		const steps = connect(machine, 3, [snapshot(6)]);
		expect(written(steps)).toEqual([]);
		const replayed = hear(machine, 4, { type: 'events', room: ROOM, events: [event(5), event(6)] });
		const [again] = only(replayed, 'write');
		// It was in nothing that was seen, so its `after` may rise; and it is recorded before.
		expect(again?.frame).toEqual({ ...first?.frame, after: 6 });
		expect(replayed.findIndex((step) => step.do === 'record')).toBeLessThan(
			replayed.findIndex((step) => step.do === 'write'),
		);
	});

	it('does not resend what the replay shows', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		machine.send(1, ROOM, 'a', message('x'));
		machine.closed(2, { by: 'cut' });
		connect(machine, 3, [snapshot(5)]);
		const steps = hear(machine, 4, {
			type: 'events',
			room: ROOM,
			events: [event(5, { by: ME, id: 'a' })],
		});
		expect(written(steps)).toEqual([]);
		expect(only(steps, 'settled')).toHaveLength(1);
	});

	it('goes on with what another page left, over a gap without raising it', () => {
		const left: Pending = {
			room: ROOM,
			id: 'a',
			after: 4,
			device: 'd-9',
			n: 7,
			body: message('x'),
		};
		const machine = client([left]);
		const steps = connect(machine, 0, [snapshot(2_000)]);
		expect(only(steps, 'write').map((step) => step.frame)).toMatchObject([
			{ type: 'send', id: 'a', after: 4, device: 'd-9', n: 7 },
		]);
	});

	it('tries again what is to be tried again, and lets nothing pass it', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		machine.send(0, ROOM, 'a', message('a'));
		machine.send(0, ROOM, 'b', message('b'));
		const held = hear(machine, 1, {
			type: 'error',
			room: ROOM,
			id: 'a',
			code: 'busy',
			message: '',
			retry_after_ms: 100,
		});
		expect(only(held, 'held')).toHaveLength(1);
		expect(written(held)).toEqual([]);
		const due = machine.deadline() ?? 0;
		expect(only(machine.tick(due), 'write')).toMatchObject([{ frame: { id: 'a' } }]);
	});

	it('says for good what is refused for good, and asks about what is in doubt', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		machine.send(0, ROOM, 'a', message('a'));
		machine.send(0, ROOM, 'b', message('b'));
		const refused = hear(machine, 1, {
			type: 'error',
			room: ROOM,
			id: 'a',
			code: 'archived',
			message: 'No.',
		});
		expect(only(refused, 'settled')).toMatchObject([
			{ outcome: { is: 'refused', refused: { message: 'No.' } } },
		]);
		expect(written(refused)).toEqual(['send']);
		const doubtful = hear(machine, 2, {
			type: 'error',
			room: ROOM,
			id: 'b',
			code: 'too_old',
			message: '',
		});
		expect(only(doubtful, 'settled')).toMatchObject([{ outcome: { is: 'doubtful' } }]);
		const unknown = { type: 'error', room: ROOM, id: 'c', code: 'of_the_future', message: '' };
		machine.send(3, ROOM, 'c', message('c'));
		expect(only(machine.heard(3, JSON.stringify(unknown)), 'settled')).toMatchObject([
			{ outcome: { is: 'refused' } },
		]);
	});

	it('says its code where it has refused something itself, for the words are the page’s', () => {
		const said = (frame: ServerFrame) => {
			const machine = client();
			connect(machine, 0, [snapshot(4)]);
			machine.send(0, ROOM, 'on the wire', message('a'));
			machine.send(0, ROOM, 'behind it', message('b'));
			const [settled] = only(hear(machine, 1, frame), 'settled');
			return settled?.outcome.is === 'stored' ? null : settled?.outcome.refused.message;
		};
		expect(said({ type: 'reset', room: ROOM, head: 1 })).toBe('too_old');
		expect(said({ type: 'left', room: ROOM, seq: 5 })).toBe('not_member');
	});

	it('asks for a hole at once, and fills it in order', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		const steps = hear(machine, 1, { type: 'events', room: ROOM, events: [event(7)] });
		const [ask] = only(steps, 'write');
		expect(ask?.frame).toMatchObject({ type: 'history', after: 4 });
		const ref = ask?.frame.type === 'history' ? ask.frame.ref : 0;
		const page: ServerFrame = {
			type: 'history',
			ref,
			room: ROOM,
			events: [event(5), event(6), event(7)],
			head: 7,
			more_before: true,
			more_after: false,
		};
		expect(only(hear(machine, 2, page), 'show').map((step) => step.event.seq)).toEqual([5, 6, 7]);
	});

	it('asks for what is known to exist and does not come', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		machine.send(0, ROOM, 'a', message('a'));
		hear(machine, 1, { type: 'ack', room: ROOM, id: 'a', seq: 5 });
		expect(written(machine.tick(machine.deadline() ?? 0))).toEqual(['history']);
	});

	it('names a gap, and begins anew where it must', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		const gap = hear(machine, 1, { type: 'gap', room: ROOM, from: 5, to: 1_900 });
		expect(only(gap, 'missed')).toMatchObject([{ from: 5, to: 1_900 }]);
		machine.send(2, ROOM, 'a', message('a'));
		const reset = hear(machine, 3, { type: 'reset', room: ROOM, head: 2 });
		expect(only(reset, 'reset')).toHaveLength(1);
		expect(only(reset, 'settled')).toMatchObject([{ outcome: { is: 'doubtful' } }]);
	});

	it('pings in silence, and drops a connection that does not answer', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		expect(written(machine.tick(25_000))).toEqual(['ping']);
		hear(machine, 26_000, { type: 'pong', ref: 1 });
		expect(written(machine.tick(51_000))).toEqual(['ping']);
		const steps = machine.tick(61_000);
		expect(steps.map((step) => step.do)).toEqual(['close', 'wait']);
	});

	it('asks at once whether anybody is there when the network is another one', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		expect(written(machine.suspect(500))).toEqual(['ping']);
		expect(machine.deadline()).toBe(10_500);
		hear(machine, 600, { type: 'pong', ref: 1 });
		expect(machine.deadline()).toBe(25_600);
	});

	it('comes back after pauses, at once when asked, and not where it may not', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		expect(only(machine.closed(10, { by: 'code', code: 1006 }), 'wait')).toHaveLength(1);
		expect(machine.start(11)).toMatchObject([{ do: 'connect' }]);
		expect(only(machine.closed(12, { by: 'status', status: 401 }), 'ended')).toMatchObject([
			{ ended: 'sign in' },
		]);
		machine.start(13);
		machine.opened(13);
		expect(only(machine.closed(14, { by: 'code', code: 4200 }), 'ended')).toMatchObject([
			{ ended: 'stopped' },
		]);
		machine.start(15);
		machine.opened(15);
		hear(machine, 15, {
			type: 'welcome',
			build: '',
			node: '',
			user: { id: ME, name: '', display: '' },
			now_ms: 0,
			rooms: [],
		});
		hear(machine, 16, { type: 'drain', after_ms: 700 });
		expect(only(machine.closed(17, { by: 'code', code: 4001 }), 'wait')).toMatchObject([
			{ ms: 700 },
		]);
	});

	it('sends nothing as somebody else, if the browser is signed in as another by now', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		machine.closed(1, { by: 'cut' });
		machine.send(1, ROOM, 'a', message('a'));
		machine.start(2);
		machine.opened(2);
		const other = { id: OTHER, name: 'jonas', display: '' };
		const steps = hear(machine, 2, {
			type: 'welcome',
			build: '',
			node: '',
			user: other,
			now_ms: 0,
			rooms: [snapshot(4)],
		});
		expect(steps.map((step) => step.do)).toEqual(['close', 'ended']);
		expect(machine.pending()).toHaveLength(1);
	});

	it('moves the read mark once a second, and says it again if it was lost', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		hear(machine, 1, { type: 'events', room: ROOM, events: [event(5), event(6)] });
		expect(written(machine.read(2, ROOM, 5))).toEqual(['mark']);
		expect(written(machine.read(3, ROOM, 6))).toEqual([]);
		expect(written(machine.tick(1_002))).toEqual(['mark']);
		machine.closed(1_100, { by: 'cut' });
		expect(written(connect(machine, 1_200, [snapshot(6, { mark: 5, unread: 1 })]))).toEqual([]);
		expect(written(machine.tick(2_300))).toEqual(['mark']);
	});

	it('says what was read before it sets it back, and not both at once', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		hear(machine, 1, { type: 'events', room: ROOM, events: [event(5), event(6)] });
		machine.read(2, ROOM, 5);
		machine.read(3, ROOM, 6);
		expect(written(machine.unreadFrom(4, ROOM, 4))).toEqual([]);
		const marks = (now: number) => only(machine.tick(now), 'write').map((step) => step.frame);
		expect(marks(1_002)).toEqual([{ type: 'mark', room: ROOM, seq: 6 }]);
		expect(marks(1_003)).toEqual([]);
		expect(marks(2_002)).toEqual([{ type: 'mark', room: ROOM, seq: 4, back: true }]);
		expect(marks(3_002)).toEqual([]);
	});

	it('keeps a room that the server could not load, and gives up one that is not its own any more', () => {
		const machine = client();
		connect(machine, 0, [snapshot(4)]);
		machine.closed(1, { by: 'cut' });
		machine.send(1, ROOM, 'a', message('a'));
		machine.start(2);
		machine.opened(2);
		hear(machine, 2, { type: 'error', room: ROOM, code: 'unavailable', message: '' });
		const kept = hear(machine, 2, {
			type: 'welcome',
			build: '',
			node: '',
			user: { id: ME, name: '', display: '' },
			now_ms: 0,
			rooms: [],
		});
		expect([only(kept, 'left'), written(kept)]).toEqual([[], []]);
		expect(written(hear(machine, 3, { type: 'room', room: snapshot(4) }))).toEqual(['send']);
		machine.closed(4, { by: 'cut' });
		machine.send(4, ROOM, 'b', message('b'));
		const gone = connect(machine, 5, []);
		expect(only(gone, 'left')).toHaveLength(1);
		expect(only(gone, 'settled')).toMatchObject([
			{ pending: { id: 'b' }, outcome: { is: 'refused' } },
		]);
	});
});

test('a text that is no frame is said, and an unknown frame is nothing', () => {
	const machine = client();
	connect(machine, 0, [snapshot(4)]);
	expect(machine.heard(1, 'nonsense')).toMatchObject([{ do: 'odd' }]);
	expect(machine.heard(1, '{"type":"of_the_future"}')).toEqual([]);
});
