import { describe, expect, it } from 'vitest';
import { choose, languages } from '../../src/words/chosen';
import { filled, Speech } from '../../src/words/language';
import { english, lacking, translated } from '../words';

describe('the languages', () => {
	it('have every word, with the same to be put in', async () => {
		expect(await lacking()).toEqual([]);
	});

	it('leave nothing out of what is put in', async () => {
		for (const [subject, words] of await english()) {
			for (const tag of languages) {
				const other = tag === 'en' ? words : await translated(tag, subject);
				for (const [at, word, was] of pairs(words, other ?? {})) {
					if (typeof word !== 'function' || typeof was !== 'function') continue;
					for (const n of [0, 1, 2, 3, 11, 100]) {
						const given = Array.from({ length: was.length }, () => n);
						const said = tryTo(() => word(...given));
						expect(said, `${tag}/${subject}: ${at}(${n})`).not.toMatch(
							/undefined|NaN|\[object|#(?!\d)/,
						);
					}
				}
			}
		}
	});

	it('count as their speakers do', async () => {
		const say = async (tag: string, n: number) => {
			const words = (await translated(tag, 'gap')) as { missed: (n: number) => string };
			return words.missed(n);
		};
		expect([await say('de', 1), await say('de', 1_284)]).toEqual([
			'Du hast 1 Nachricht verpasst',
			'Du hast 1.284 Nachrichten verpasst',
		]);
		expect([await say('es', 1), await say('es', 2)]).toEqual([
			'Te perdiste 1 mensaje',
			'Te perdiste 2 mensajes',
		]);
		const arabic = await Promise.all([1, 2, 3, 11, 100].map((n) => say('ar', n)));
		expect(new Set(arabic.map((said) => said.replace(/[\d٠-٩]+/g, '#'))).size).toBe(4);
	});

	it('are chosen: the one that was picked, else the first that is read, else English', () => {
		expect(choose('de', ['es'])).toBe('de');
		expect(choose(null, ['fr-FR', 'ar-EG', 'de'])).toBe('ar');
		expect(choose('xx', [])).toBe('en');
		expect(choose('constructor', ['toString'])).toBe('en');
		expect(choose(null, ['ES-mx'])).toBe('es');
	});

	it('are English where they lack a word', () => {
		const words = { a: 'a', group: { b: 'b', c: 'c' }, list: ['d'] };
		expect(filled(words, { group: { c: 'ç' } })).toEqual({
			a: 'a',
			group: { b: 'b', c: 'ç' },
			list: ['d'],
		});
	});

	it('list names as they do', () => {
		expect(new Speech('en-GB').all(['Mara', 'Jonas', 'Ines'])).toBe('Mara, Jonas and Ines');
		expect(new Speech('de').all(['Mara', 'Jonas', 'Ines'])).toBe('Mara, Jonas und Ines');
	});
});

type Word = (...given: unknown[]) => unknown;

function pairs(english: object, other: object, path = ''): [string, unknown, unknown][] {
	return Object.entries(english).flatMap(([key, was]): [string, unknown, unknown][] => {
		const word = other[key as never] as unknown;
		const at = `${path}${key}`;
		return typeof was === 'object' && was !== null && typeof word === 'object' && word !== null
			? pairs(was, word, `${at}.`)
			: [[at, word as Word, was as Word]];
	});
}

/** What it says to numbers; those that want something else are not asked. */
function tryTo(say: () => unknown): string {
	try {
		return String(say());
	} catch {
		return '';
	}
}
