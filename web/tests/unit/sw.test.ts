import { describe, expect, it } from 'vitest';
import { notice, type Pushed, read } from '../../src/sw/notice';
import { wordsIn } from '../../src/sw/words';

const pushed: Pushed = {
	room: '0190b6a1-0000-7000-8000-000000000001',
	seq: 7,
	why: 'message',
	room_name: 'timetable',
	sender: 'Mara',
	count: 1,
	at_ms: 5,
	text: 'Is it on?',
};

describe('what a push becomes', () => {
	it('is who said what where, and leads to the message', () => {
		expect(notice(pushed, wordsIn('en-GB'))).toEqual({
			title: '#timetable',
			body: 'Mara: Is it on?',
			tag: pushed.room,
			timestamp: 5,
			address: `/#/${pushed.room}/7`,
		});
	});

	it('is by the person alone where it is said to one alone, and says how much more there is', () => {
		const direct = notice({ ...pushed, why: 'direct', count: 3 }, wordsIn('en'));
		expect([direct.title, direct.body]).toEqual(['Mara', 'Is it on?\n3 new messages']);
	});

	it('says nothing of a text that was left out, in the language of the page', () => {
		const { text, ...unsaid } = pushed;
		expect(text).toBe('Is it on?');
		expect(notice({ ...unsaid, why: 'mention' }, wordsIn('de')).body).toBe('Mara hat dich erwähnt');
		expect(notice({ ...unsaid, count: 2 }, wordsIn('ar')).body).toBe('رسالتان جديدتان');
		expect(notice({ ...unsaid, count: 5 }, wordsIn('xx')).body).toBe('5 new messages');
	});

	it('is nothing where it is none of ours', () => {
		expect(read({ ...pushed })).toEqual(pushed);
		for (const odd of [null, 'text', 3, [], {}, { ...pushed, seq: '7' }])
			expect(read(odd)).toBeNull();
	});
});
