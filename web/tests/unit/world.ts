/** What the tests of the core share: events, snapshots, a machine that is connected. */

import { Client } from '../../src/core/client';
import type { Body, Event, RoomSnapshot, ServerFrame } from '../../src/core/protocol';
import type { Pending, Step } from '../../src/core/step';

export const ROOM = '0190b6a1-0000-7000-8000-000000000001';
export const ME = '0190b6a0-0000-7000-8000-00000000000a';
export const OTHER = '0190b6a0-0000-7000-8000-00000000000b';
export const user = { id: ME, name: 'mara', display: 'Mara' };

export function message(text: string): Body {
	return { kind: 'message', text };
}

/** A message in the thread that begins at that one. */
export function inThread(text: string, root: number): Body {
	return { kind: 'message', text, thread: { root, by: OTHER } };
}

export function event(seq: number, more: Partial<Event> = {}): Event {
	const body = more.body ?? message(`m${seq}`);
	return {
		seq,
		ordinal: seq,
		at_ms: seq * 1_000,
		by: OTHER,
		name: 'jonas',
		id: `e${seq}`,
		...more,
		body,
	};
}

export function snapshot(head: number, more: Partial<RoomSnapshot> = {}): RoomSnapshot {
	return { id: ROOM, name: 'timetable', members: 2, head, ordinal: head, mark: head, ...more };
}

/** A generator of chance with a seed (mulberry32). */
export function chance(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

export function client(pending: Pending[] = [], counters = new Map<string, number>()): Client {
	return new Client(
		{ user: ME, device: 'd-1', build: 'test', chance: () => 0.5, outboxMax: 10 },
		counters,
		pending,
	);
}

export function welcome(rooms: RoomSnapshot[], build = '0.1.0'): ServerFrame {
	return { type: 'welcome', build, node: 'n', user, now_ms: 0, rooms };
}

/** Gives the machine a socket and a welcome; what comes out of the latter. */
export function connect(machine: Client, now: number, rooms: RoomSnapshot[]): Step[] {
	machine.start(now);
	machine.opened(now);
	return hear(machine, now, welcome(rooms));
}

export function hear(machine: Client, now: number, frame: ServerFrame): Step[] {
	return machine.heard(now, JSON.stringify(frame));
}

export function written(steps: Step[] | string): string[] {
	if (typeof steps === 'string') throw new Error(steps);
	return steps.flatMap((step) => (step.do === 'write' ? [step.frame.type] : []));
}

export function only<Kind extends Step['do']>(
	steps: Step[],
	kind: Kind,
): Extract<Step, { do: Kind }>[] {
	return steps.filter((step): step is Extract<Step, { do: Kind }> => step.do === kind);
}
