import { afterEach, describe, expect, it, vi } from 'vitest';
import { RETRY } from '../../src/core/protocol';
import { keptOf, ownWith } from '../../src/core/step';
import { languages } from '../../src/words/chosen';
import { Speech } from '../../src/words/language';
import { translated } from '../words';

const CODES = Object.keys(RETRY) as (keyof typeof RETRY)[];

/** How refusals are said to who reads this language. */
async function sayIn(tag: string) {
	vi.resetModules();
	vi.doMock('../../src/words/language', async (real) => {
		const all = await real<typeof import('../../src/words/language')>();
		const inLanguage = async (subject: string, english: object) =>
			tag === 'en' ? english : all.filled(english, (await translated(tag, subject)) ?? {});
		return { ...all, language: tag, inLanguage, speech: new Speech(tag) };
	});
	return import('../../src/words/refused');
}
afterEach(() => {
	vi.doUnmock('../../src/words/language');
});

describe('a refusal', () => {
	it('is said in the language that is read, whatever its code', async () => {
		const others = languages.filter((tag) => tag !== 'en');
		for (const tag of others) {
			const { en, why } = await sayIn(tag);
			for (const code of CODES) {
				const said = why('The server’s own words.', code);
				const english = en.codes[code];
				expect(said, `${tag} ${code}`).not.toBe('The server’s own words.');
				if (typeof english === 'string') expect(said, `${tag} ${code}`).not.toContain(english);
				// What only the server knows is not kept from anybody.
				else expect(said, `${tag} ${code}`).toContain('The server’s own words.');
			}
			for (const [name, english] of Object.entries(en.names)) {
				expect(why('It is.', 'forbidden', name), `${tag} ${name}`).not.toBe(english);
				expect(why('It is.', 'forbidden', name)).not.toBe(why('It is.', 'forbidden'));
			}
		}
	});

	it('is said in English as the server has said it, and by its code where it has not', async () => {
		const { en, why } = await sayIn('en');
		for (const code of CODES) {
			expect(why('Because.', code)).toBe('Because.');
			const { message } = ownWith(code);
			expect(why(message, code)).not.toMatch(/^[a-z_]+$/);
		}
		expect(why('not_member')).toBe(en.codes.not_member);
	});

	it('is said as the server says it where its code is of a newer one', async () => {
		const { why } = await sayIn('de');
		expect(why('The moon is full.', 'moon')).toBe('The moon is full.');
		expect(why('The moon is full.')).toBe('The moon is full.');
	});

	it('that was kept with a send is said in the language that is read by then', async () => {
		const archived = keptOf({ code: 'archived', message: 'The room is archived.' });
		const banned = keptOf({ code: 'banned', message: 'You are banned: spam.\nUntil Friday.' });
		const full = keptOf({ code: 'busy', message: '' });
		const { why: german, w } = await sayIn('de');
		expect(german(archived)).toBe(w.codes.archived);
		expect(german(banned)).toContain('„You are banned: spam.\nUntil Friday.“');
		expect(german(keptOf(ownWith('too_old')))).toBe(w.codes.too_old);
		expect(german(full)).toMatch(/^Es wartet/);
		const { why: english } = await sayIn('en');
		expect(english(archived)).toBe('The room is archived.');
		// As older versions have kept it, and what this page has said itself.
		expect(english('The room is archived.')).toBe('The room is archived.');
		expect(english('plan: it could not be read.')).toBe('plan: it could not be read.');
	});
});
