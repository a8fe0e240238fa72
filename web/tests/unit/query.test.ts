import { describe, expect, it } from 'vitest';
import {
	finished,
	isEnough,
	query,
	slices,
	unfinished,
	withFilter,
	withoutFilter,
} from '../../src/core/query';

describe('what is typed', () => {
	it('is words and filters, wherever they stand', () => {
		expect(query('zone from:@priya in:"two words" "a b" has:link tide')).toEqual({
			words: 'zone "a b" tide',
			filters: [
				{ kind: 'from', value: 'priya' },
				{ kind: 'in', value: 'two words' },
				{ kind: 'has', value: 'link' },
			],
		});
		expect(query('https://x.y from: -word at:home')).toEqual({
			words: 'https://x.y from: -word at:home',
			filters: [],
		});
	});

	it('takes a filter in once, but what a message has as often as is asked', () => {
		const from = withFilter('zone from:ann', { kind: 'from', value: 'den k' });
		expect(from).toBe('from:"den k" zone');
		const has = withFilter(withFilter('', { kind: 'has', value: 'file' }), {
			kind: 'has',
			value: 'link',
		});
		expect(has).toBe('has:file has:link');
		expect(withFilter(has, { kind: 'has', value: 'link' })).toBe(has);
		expect(withoutFilter(has, { kind: 'has', value: 'file' })).toBe('has:link');
	});

	it('is enough with a word, a sender, or something that a message has', () => {
		expect(isEnough('  ')).toBe(false);
		expect(isEnough('"" -')).toBe(false);
		expect(isEnough('in:tea before:2026-01-01')).toBe(false);
		expect(isEnough('in:tea from:me')).toBe(true);
		expect(isEnough('日')).toBe(true);
	});

	it('can end with a filter that is not finished', () => {
		expect(unfinished('zone from:pr')).toEqual({ kind: 'from', value: 'pr' });
		expect(unfinished('zone from:')).toEqual({ kind: 'from', value: '' });
		expect(unfinished('zone from:priya ')).toBe(null);
		expect(unfinished('https:')).toBe(null);
		expect(finished('zone from:pr', 'priya')).toBe('zone from:priya ');
		expect(finished('zone in:"a', 'a room')).toBe('zone in:"a room" ');
	});
});

describe('marks', () => {
	it('count characters, of which some are two units', () => {
		expect(slices('🚀 zone', [[2, 6]])).toEqual([[3, 7]]);
	});
});
