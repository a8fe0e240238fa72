import { describe, expect, it } from 'vitest';
import { beside } from '../../src/core/beside';
import { type Placed, sections } from '../../src/core/sections';

const room = (id: string, more: Partial<Placed> = {}): Placed => ({
	id,
	name: id,
	kind: 'public',
	unread: 0,
	alerts: 0,
	muted: false,
	starred: false,
	...more,
});
const ids = (list: readonly Placed[]) => list.map((one) => one.id);

describe('the list of rooms', () => {
	const list = [
		room('design'),
		room('tea', { muted: true, unread: 9, alerts: 2 }),
		room('pier', { unread: 2, alerts: 2 }),
		room('field', { unread: 12 }),
		room('jonas', { kind: 'direct' }),
		room('two', { kind: 'group', unread: 1 }),
		room('timetable', { starred: true }),
		room('mara', { kind: 'direct', starred: true, unread: 1, alerts: 1 }),
	];

	it('has sections, in each what is unread first and what is muted last', () => {
		const { starred, rooms, direct } = sections(list, null);
		expect(ids(starred)).toEqual(['mara', 'timetable']);
		expect(ids(rooms)).toEqual(['pier', 'field', 'design', 'tea']);
		expect(ids(direct)).toEqual(['two', 'jonas']);
	});

	it('keeps an order that is held, and puts what is new behind it', () => {
		const held = ['tea', 'design', 'field', 'pier'];
		expect(ids(sections([...list, room('aaa', { unread: 1 })], held).rooms)).toEqual([
			...held,
			'aaa',
		]);
	});

	it('is gone through from end to end and round', () => {
		const rooms = [room('a'), room('b', { unread: 1 }), room('c')];
		expect(beside(rooms, 'a', 1)?.id).toBe('b');
		expect(beside(rooms, 'c', 1)?.id).toBe('a');
		expect(beside(rooms, 'a', -1)?.id).toBe('c');
		expect(beside(rooms, null, 1)?.id).toBe('a');
		expect(beside(rooms, null, -1)?.id).toBe('c');
		expect(beside(rooms, 'c', -1, (one) => one.unread > 0)?.id).toBe('b');
		expect(beside(rooms, 'b', 1, (one) => one.unread > 0)).toBe(null);
		expect(beside([], 'b', 1)).toBe(null);
	});
});
