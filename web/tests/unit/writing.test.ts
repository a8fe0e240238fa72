import { describe, expect, it } from 'vitest';
import { asked, fitting } from '../../src/core/complete';
import { EMOJI, flag, toned } from '../../src/core/emoji';
import { Habits } from '../../src/core/habits';
import { type Change, coded, marked, pasted, tabled } from '../../src/core/writing';
import { w } from '../../src/words/emoji';

/** The text with `[` and `]` around what is selected, as it was and after a change. */
function changed(shown: string, change: (text: string, from: number, to: number) => Change | null) {
	const from = shown.indexOf('[');
	const to = shown.indexOf(']') - 1;
	const text = shown.replace('[', '').replace(']', '');
	const made = change(text, from, to);
	if (made === null) return null;
	const now = text.slice(0, made.from) + made.text + text.slice(made.to);
	const [start, end] = made.select;
	return `${now.slice(0, start)}[${now.slice(start, end)}]${now.slice(end)}`;
}

describe('keys while writing', () => {
	const bold = (text: string, from: number, to: number) => marked(text, from, to, '**');
	const italic = (text: string, from: number, to: number) => marked(text, from, to, '*');

	it('put marks around words and take them off again', () => {
		expect(changed('a [word] here', bold)).toBe('a **[word]** here');
		expect(changed('a **[word]** here', bold)).toBe('a [word] here');
		expect(changed('a [**word**] here', bold)).toBe('a [word] here');
		expect(changed('a [ word ] here', bold)).toBe('a  **[word]**  here');
		expect(changed('a []', bold)).toBe('a **[]**');
		expect(changed('a **[]**', bold)).toBe('a []');
		expect(changed('a **[word]**', italic)).toBe('a ***[word]***');
		expect(changed('a *[word]*', italic)).toBe('a [word]');
		expect(changed('a [**word**]', italic)).toBe('a *[**word**]*');
	});

	it('make code of words, and a block of lines', () => {
		expect(changed('run [make] now', coded)).toBe('run `[make]` now');
		expect(changed('see [a\nb]', coded)).toBe('see \n```\n[a\nb]\n```');
	});
});

describe('pasting', () => {
	const link = (text: string, from: number, to: number) =>
		pasted('https://example.org/a_(b)', text, from, to);

	it('a link over words makes them the link', () => {
		expect(changed('see [the page] there', link)).toBe(
			'see [the page](https://example.org/a_%28b%29)[] there',
		);
		expect(changed('see [] there', link)).toBeNull();
		expect(changed('see [https://a.example] there', link)).toBeNull();
		expect(changed('two [li\nnes]', link)).toBeNull();
	});

	it('cells make a table, and nothing else does', () => {
		expect(tabled('Stop\tTime\r\nArdvoe\t07:40\r\nInnis|x\t\r\n')).toBe(
			'| Stop | Time |\n| --- | --- |\n| Ardvoe | 07:40 |\n| Innis\\|x |  |',
		);
		expect(tabled('one line\twith a tab')).toBeNull();
		expect(tabled('no\ttable\nhere')).toBeNull();
		expect(tabled('\tif a\n\tthen b')).toBeNull();
		const cells = (text: string, from: number, to: number) => pasted('a\tb\n1\t2', text, from, to);
		expect(changed('so: []', cells)).toBe('so: \n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n[]');
		expect(changed('```\n[]', cells)).toBeNull();
	});
});

describe('what is completed', () => {
	it('is the word at the caret that begins with a sign', () => {
		expect(asked('hello @ma', 9)).toEqual({ sign: '@', words: 'ma', from: 6, to: 9 });
		expect(asked('@', 1)).toEqual({ sign: '@', words: '', from: 0, to: 1 });
		expect(asked('in (#den', 8)).toEqual({ sign: '#', words: 'den', from: 4, to: 8 });
		expect(asked('so :smi', 7)).toEqual({ sign: ':', words: 'smi', from: 3, to: 7 });
		expect(asked('@Zoë.b', 6)).toMatchObject({ words: 'Zoë.b' });
	});

	it('is no address, no time, no heading, no code and no middle of a word', () => {
		for (const text of ['a@b', 'at 10:30', ':)', '#', '# a', '`@ma', '```\n@ma', 'x @ma '])
			expect(asked(text, text.length), text).toBeNull();
		expect(asked('@mara', 3)).toBeNull();
	});

	it('has first what begins so, without case and accents', () => {
		const names = ['Tamara', 'mara', 'Jo Marlow', 'Márk', 'zoe'];
		expect(fitting(names, 'mar', (name) => [name], 8)).toEqual([
			'mara',
			'Márk',
			'Jo Marlow',
			'Tamara',
		]);
		expect(fitting(names, '', (name) => [name], 2)).toEqual(['Tamara', 'mara']);
	});

	it('has whose log-in name it is before everybody who is shown by it', () => {
		const people = [['eve', 'ada'], ['ada.b'], ['mallory', 'Ada'], ['ada', 'Countess']];
		const first = fitting(people, 'ada', (names) => names, 2).map(([name]) => name);
		expect(first).toEqual(['ada', 'eve']);
		expect(fitting(people, '', (names) => names, 1)).toEqual([['eve', 'ada']]);
	});
});

describe('habits', () => {
	function storage(): { kept: Map<string, string> } & ConstructorParameters<typeof Habits>[0] {
		const kept = new Map<string, string>();
		return {
			kept,
			getItem: (key: string) => kept.get(key) ?? null,
			setItem: (key: string, value: string) => void kept.set(key, value),
		};
	}

	it('are counted over pages: the most used and the last used first', () => {
		const kept = storage();
		const habits = new Habits(kept);
		expect(habits.most(2)).toEqual(['👍', '✅']);
		for (const emoji of ['🚢', '🚢', '🌊']) habits.use(emoji);
		expect(new Habits(kept).most(2)).toEqual(['🚢', '🌊']);
		expect(new Habits(kept).recent(3)).toEqual(['🌊', '🚢', '👍']);
	});

	it('fade, are bounded, and stand no nonsense', () => {
		const kept = storage();
		const habits = new Habits(kept);
		for (let at = 0; at < 150; at += 1) habits.use('🐌');
		for (let at = 0; at < 120; at += 1) habits.use('🚢');
		expect(habits.most(1)).toEqual(['🚢']);
		for (let at = 0; at < 300; at += 1) habits.use(`e${at}`);
		expect(JSON.parse(kept?.getItem('hearth.emoji') ?? '[]')).toHaveLength(64);
		kept?.setItem('hearth.emoji', '{"no":1}');
		expect(new Habits(kept).most(1)).toEqual(['👍']);
		expect(new Habits(null).most(1)).toEqual(['👍']);
	});
});

describe('emoji', () => {
	it('have each a name, stand in one group each, and are one sign', () => {
		const seen = new Set<string>();
		for (const [group, list] of Object.entries(EMOJI)) {
			const all = list.split(' ');
			const names = w.names[group as keyof typeof EMOJI].split(',');
			expect(names.length, group).toBe(all.length);
			expect(names.every((name) => name.trim().length > 1)).toBe(true);
			for (const emoji of all) {
				expect(seen.has(emoji), emoji).toBe(false);
				expect([...new Intl.Segmenter().segment(emoji)].length, emoji).toBe(1);
				seen.add(emoji);
			}
		}
		for (const emoji of Object.keys(w.also)) expect(seen.has(emoji), emoji).toBe(true);
		expect(seen.size).toBeGreaterThan(1_300);
	});

	it('are toned where they know tones', () => {
		expect(toned('👍', 3)).toBe('👍🏽');
		expect(toned('✌️', 1)).toBe('✌🏻');
		expect(toned('🧑‍🚀', 5)).toBe('🧑🏿‍🚀');
		expect(toned('🚢', 5)).toBe('🚢');
		expect(flag('DE')).toBe('🇩🇪');
	});
});
