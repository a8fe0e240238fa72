import { describe, expect, it } from 'vitest';
import { fitOf, found, parts } from '../../src/core/match';

const named = (...names: string[]) => names.map((name) => ({ key: name, name }));
const names = (list: { item: { name: string } }[]) => list.map((one) => one.item.name);

describe('a name', () => {
	it('fits by reasons of which the better comes first', () => {
		const rank = (name: string, typed: string) => fitOf(name, typed)?.rank ?? null;
		expect(rank('timetable', 'timetable')).toBe(0);
		expect(rank('timetable', 'time')).toBe(1);
		expect(rank('winter-timetable', 'time')).toBe(2);
		expect(rank('harbour-office', 'ho')).toBe(3);
		expect(rank('harbour office', 'har off')).toBe(3);
		expect(rank('harbour-office', 'hao')).toBe(3);
		expect(rank('sometimes', 'time')).toBe(4);
		expect(rank('timetable', 'ttl')).toBe(5);
		expect(rank('timetable', 'tix')).toBe(null);
		expect(rank('timetable', 'emit')).toBe(null);
	});

	it('fits without case and accents, and says where in the name as it is written', () => {
		expect(fitOf('Café Zürich', 'zur')).toEqual({ rank: 2, marks: [[5, 8]] });
		expect(fitOf('ﬁeld', 'fi')).toEqual({ rank: 1, marks: [[0, 1]] });
		expect(fitOf('🚀 launch', 'la')?.marks).toEqual([[3, 5]]);
		expect(fitOf('harbour-office', 'hof')?.marks).toEqual([
			[0, 1],
			[8, 10],
		]);
	});

	it('fits anything while nothing is typed', () => {
		expect(fitOf('timetable', '  ')).toEqual({ rank: 0, marks: [] });
	});

	it('takes no time for many words and letters', () => {
		const name = 'a '.repeat(2_000);
		const from = Date.now();
		expect(fitOf(name, `${'a'.repeat(30)}b`)).toBe(null);
		expect(fitOf(name, `${'a'.repeat(11)}b`)).toBe(null);
		expect(Date.now() - from).toBeLessThan(1_000);
	});
});

describe('a list', () => {
	it('is ranked by the reason, then by the last use', () => {
		const items = named('tide-tables', 'timetable', 'winter times', 'static');
		const used = new Map([
			['tide-tables', 1],
			['timetable', 2],
		]);
		expect(names(found(items, 'ti', used))).toEqual([
			'timetable',
			'tide-tables',
			'winter times',
			'static',
		]);
		expect(names(found(items, '', used)).slice(0, 2)).toEqual(['timetable', 'tide-tables']);
	});

	it('of long names takes no letters that stand apart', () => {
		const list = named('Tell me of mentions in this room', 'Notify me', 'Mark everything read');
		expect(names(found(list, 'ti', new Map(), 'strict'))).toEqual([
			'Notify me',
			'Tell me of mentions in this room',
		]);
		expect(names(found(list, 'mar read', new Map(), 'strict'))).toEqual(['Mark everything read']);
	});

	it('finds by another name, without a mark where it does not fit what is shown', () => {
		const list = [{ key: 'a', name: 'Light theme', also: 'appearance' }];
		expect(found(list, 'appea', new Map())[0]?.marks).toEqual([]);
	});
});

describe('a text', () => {
	it('is cut at its marks', () => {
		expect(parts('timetable', [[0, 2]])).toEqual([
			{ text: 'ti', hit: true },
			{ text: 'metable', hit: false },
		]);
		expect(parts('', [])).toEqual([]);
	});
});
