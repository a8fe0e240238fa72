import { describe, expect, it } from 'vitest';
import { fate, met, NO_WORDS, since, wordsOf } from '../../src/core/drafts';
import { fromField, isAhead, toField, tomorrowAt } from '../../src/core/later';
import { type Draft, isNothing, NOTHING } from '../../src/core/store';

const words = (text: string, reply_to: number | null = null) => ({ text, reply_to });

describe('a draft that stands on two devices', () => {
	it('is the one that was written since both agreed', () => {
		const agreed = words('half a');
		expect(fate(agreed, words('half a'), words('half a thought'))).toBe('take');
		expect(fate(agreed, words('half a word'), words('half a'))).toBe('push');
		expect(fate(agreed, words('half a', 3), words('half a'))).toBe('push');
		expect(fate(NO_WORDS, words('x'), words('x'))).toBe('same');
	});

	it('is both where both were written since: none is lost', () => {
		expect(fate(words('half a'), words('half a word'), words('half a thought'))).toBe('offer');
		expect(fate(NO_WORDS, words('here'), words('there'))).toBe('offer');
	});

	it('that was sent on one comes back on none, and takes nothing from the other', () => {
		expect(fate(words('sent'), NO_WORDS, words('sent'))).toBe('push');
		expect(fate(words('sent'), words('sent'), NO_WORDS)).toBe('take');
		expect(fate(words('sent'), words('sent and more'), NO_WORDS)).toBe('push');
		expect(fate(words('sent'), NO_WORDS, words('sent and more'))).toBe('take');
	});

	it('is not the edit of another message, but what that has interrupted', () => {
		const edit = { text: 'an edit', reply_to: null, edits: 7 };
		expect(wordsOf(edit)).toEqual(NO_WORDS);
		const aside = { text: 'half a', reply_to: 2, edits: null };
		expect(wordsOf({ ...edit, aside })).toEqual(words('half a', 2));
		expect(wordsOf({ text: ' \n', reply_to: 2, edits: null })).toEqual(NO_WORDS);
	});

	it('is something as long as anything of it is the person’s', () => {
		const none = { text: '', reply_to: null, edits: null };
		expect(isNothing({ ...none, synced: words('x'), files: [] })).toBe(true);
		const file = { key: 'k', id: null, name: 'a', size: 1, type: '', alt: '' };
		expect(isNothing({ ...none, files: [file] })).toBe(false);
		expect(isNothing({ ...none, aside: none })).toBe(false);
	});
});

describe('a draft that two pages of a browser write', () => {
	const draft = (text: string, more: Partial<Draft> = {}): Draft => ({ ...NOTHING, text, ...more });
	const before = draft('half');
	const synced = words('half');
	const file = (key: string, id: string | null = null) => {
		return { key, id, name: key, size: 1, type: '', alt: '' };
	};

	it('is the one that was written since both saw it', () => {
		const theirs = draft('half a thought', { stamp: 'b' });
		expect(met(before, draft('half', { stamp: 'a' }), theirs)).toBe(theirs);
		expect(met(before, draft('half a word'), draft('half', { stamp: 'b' })).text).toBe(
			'half a word',
		);
		expect(met(before, NOTHING, before).text).toBe('');
		expect(met(before, before, NOTHING)).toBe(NOTHING);
	});

	it('knows what either of them has learnt of the server', () => {
		expect(met(before, draft('half', { synced }), draft('half a'))).toMatchObject({
			text: 'half a',
			synced,
		});
		expect(met(before, draft('half a'), draft('half', { synced }))).toMatchObject({
			text: 'half a',
			synced,
		});
		expect(met(draft('half', { synced }), draft('a', { synced }), NOTHING).synced).toBeUndefined();
	});

	it('has the words of both where both were written, each once', () => {
		expect(met(before, draft('here'), draft('there')).text).toBe('there\nhere');
		expect(met(before, draft('half a'), draft('half a thought')).text).toBe('half a thought');
		expect(met(before, draft('half a thought'), draft('half a')).text).toBe('half a thought');
		const files = met(
			before,
			draft('here', { files: [file('a'), file('b')], reply_to: 3 }),
			draft('there', { files: [file('a', 'upload'), file('c')], named: { ada: 'u' } }),
		);
		expect(files).toMatchObject({ reply_to: 3, named: { ada: 'u' } });
		expect(files.files?.map(({ key, id }) => [key, id])).toEqual([
			['a', 'upload'],
			['c', null],
			['b', null],
		]);
	});

	it('that was sent or given up in one takes nothing from the other but what it was', () => {
		expect(met(before, NOTHING, draft('half a')).text).toBe('a');
		expect(met(before, draft('half a'), NOTHING).text).toBe('a');
		expect(met(before, draft('one half'), NOTHING).text).toBe('one');
		// Nothing that stands there was sent.
		expect(met(before, draft('another'), NOTHING).text).toBe('another');
		const sent = draft('half', { reply_to: 3, files: [file('a', 'upload')] });
		const more = { ...sent, text: 'half a', files: [file('a', 'upload'), file('b')] };
		for (const left of [met(sent, NOTHING, more), met(sent, more, NOTHING)]) {
			expect(left).toMatchObject({ text: 'a', reply_to: null, files: [{ key: 'b' }] });
		}
		expect(met(sent, { ...sent, text: 'half', named: { ada: 'u' } }, NOTHING).files).toBe(
			undefined,
		);
	});

	it('has nothing of what was sent, also where both were made of what it was', () => {
		const was = ['', 'one', 'one two'];
		const sent = draft('one two three');
		expect(since(sent, draft('one two four'), was).text).toBe('four');
		expect(since(sent, draft('one two four')).text).toBe('one two four');
		expect(since(sent, draft('one tw'), was).text).toBe('');
		expect(since(sent, draft('another'), was).text).toBe('another');
		expect(met(sent, NOTHING, draft('one two four'), was).text).toBe('four');
	});

	it('has what was there before once, where both have written on', () => {
		expect(met(before, draft('half of'), draft('half a')).text).toBe('half a\nof');
		expect(met(before, draft('one half'), draft('half a')).text).toBe('half a\none');
		// One of them has written something else.
		expect(met(before, draft('here'), draft('half a')).text).toBe('half a\nhere');
		expect(met(before, draft('half a'), draft('there')).text).toBe('there\nhalf a');
		// Signs of two halves stay whole.
		expect(met(draft('😀'), draft('😁😀'), NOTHING).text).toBe('😁');
		const edit = (text: string) => draft(text, { edits: 7 });
		expect(met(edit('old'), edit('old here'), edit('old there')).text).toBe('old there\nhere');
		expect(met(edit('old'), NOTHING, edit('old there')).text).toBe('old there');
	});

	it('has an edit, and loses no word of another', () => {
		const edit = draft('edited', { edits: 7, aside: draft('aside') });
		expect(met(NOTHING, edit, draft('there'))).toMatchObject({
			text: 'edited',
			edits: 7,
			aside: { text: 'there\naside' },
		});
		expect(met(NOTHING, draft('here'), edit)).toMatchObject({
			edits: 7,
			aside: { text: 'aside\nhere' },
		});
		const two = met(NOTHING, edit, draft('other edit', { edits: 8, aside: draft('else') }));
		expect(two).toMatchObject({ text: 'edited', edits: 7 });
		expect(two.aside?.text).toBe('other edit\nelse\naside');
		const same = met(NOTHING, edit, draft('edited more', { edits: 7 }));
		expect(same).toMatchObject({ text: 'edited more', edits: 7, aside: { text: 'aside' } });
	});
});

describe('a time to send at', () => {
	const now = new Date(2026, 9, 24, 22, 30).getTime();

	it('is at nine on the next day, whatever the clocks do in the night', () => {
		expect(toField(tomorrowAt(now, 9))).toBe('2026-10-25T09:00');
		expect(fromField(toField(tomorrowAt(now, 9)))).toBe(tomorrowAt(now, 9));
		expect(fromField('')).toBeNull();
	});

	it('lies between a minute and a year ahead', () => {
		expect(isAhead(now, now + 60_000)).toBe(false);
		expect(isAhead(now, now + 120_000)).toBe(true);
		expect(isAhead(now, now - 1)).toBe(false);
		expect(isAhead(now, now + 400 * 86_400_000)).toBe(false);
	});
});
