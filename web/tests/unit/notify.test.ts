import { describe, expect, it } from 'vitest';
import { isQuiet, tells, type Wishes } from '../../src/core/notify';
import type { Body, RoomKind } from '../../src/core/protocol';
import { TOLD, type Told } from '../../src/core/told';
import { event, inThread, ME, message, OTHER, ROOM } from './world';

const NOW = Date.UTC(2026, 10, 29, 11, 0);
const wishes = (more: Partial<Wishes> = {}, told: Partial<Told> = {}): Wishes => ({
	me: ME,
	isBusy: false,
	quiet: null,
	told: () => ({ ...TOLD, ...told }),
	isBlocked: () => false,
	isHidden: () => false,
	follows: () => false,
	...more,
});
const why = (body: Body, set: Wishes, kind: RoomKind = 'public', by = OTHER) =>
	tells(event(7, { body, by }), { id: ROOM, kind }, set, NOW);
const named: Body = { kind: 'message', text: '@mara', mentions: { users: [ME] } };

describe('a message', () => {
	it('tells its reader, unless it is their own', () => {
		expect(why(message('hi'), wishes())).toBe('message');
		expect(why(message('hi'), wishes(), 'direct')).toBe('direct');
		expect(why(named, wishes())).toBe('mention');
		expect(why(message('hi'), wishes(), 'public', ME)).toBe(null);
		expect(why({ kind: 'join' }, wishes())).toBe(null);
		expect(why({ kind: 'edit', target: 1, text: '@mara' }, wishes())).toBe(null);
	});

	it('tells by the level of its room', () => {
		expect(why(message('hi'), wishes({}, { level: 'mentions' }))).toBe(null);
		expect(why(named, wishes({}, { level: 'mentions' }))).toBe('mention');
		expect(why(named, wishes({}, { level: 'none' }))).toBe(null);
		expect(why(named, wishes({}, { muted_until_ms: NOW + 1 }))).toBe(null);
		expect(why(named, wishes({}, { muted_until_ms: NOW }))).toBe('mention');
	});

	it('of a thread tells who follows it or is named', () => {
		expect(why(inThread('hi', 3), wishes())).toBe(null);
		expect(why(inThread('hi', 3), wishes({ follows: (_, root) => root === 3 }))).toBe('thread');
		expect(why({ ...named, thread: { root: 3 } }, wishes())).toBe('mention');
	});

	it('tells nobody who is not to be disturbed, nor of whom they have blocked or what they have hidden', () => {
		expect(why(named, wishes({ isBusy: true }))).toBe(null);
		expect(why(named, wishes({ isBlocked: (user) => user === OTHER }))).toBe(null);
		expect(why(named, wishes({ isHidden: (_, seq) => seq === 7 }))).toBe(null);
		const quiet = { from_min: 11 * 60, to_min: 13 * 60, zone: 'Europe/Berlin' };
		expect(why(named, wishes({ quiet }))).toBe(null);
	});
});

describe('quiet hours', () => {
	const at = (from: number, to: number, zone: string, hour: number) =>
		isQuiet({ from_min: 60 * from, to_min: 60 * to, zone }, Date.UTC(2026, 6, 1, hour));

	it('count by the clock of the place, in summer as well', () => {
		expect(at(22, 23, 'Europe/Berlin', 20)).toBe(true);
		expect(at(22, 23, 'Europe/Berlin', 21)).toBe(false);
		expect(at(22, 23, 'Europe/Berlin', 19)).toBe(false);
	});

	it('may go over midnight', () => {
		expect(at(22, 7, 'UTC', 23)).toBe(true);
		expect(at(22, 7, 'UTC', 6)).toBe(true);
		expect(at(22, 7, 'UTC', 7)).toBe(false);
		expect(at(22, 7, 'UTC', 12)).toBe(false);
	});

	it('of a place that is not known, or none, are none', () => {
		expect(at(0, 24, 'Not/There', 3)).toBe(false);
		expect(isQuiet(null, 0)).toBe(false);
	});
});
