import { describe, expect, it } from 'vitest';
import { actionOf, caps, isTyped, KEYS, type Place, type Press } from '../../src/core/keys';

const press = (key: string, more: Partial<Press> = {}): Press => ({
	key,
	ctrlKey: false,
	metaKey: false,
	altKey: false,
	shiftKey: false,
	...more,
});
const action = (key: string, more: Partial<Press> = {}, place: Place = 'message', isMac = false) =>
	actionOf(press(key, more), place, { isMac, singles: true });

describe('a key', () => {
	it('does the same anywhere, if it comes with Mod', () => {
		for (const place of ['message', 'field', 'lines', 'elsewhere'] as const) {
			expect(action('k', { ctrlKey: true }, place)).toBe('palette');
			expect(action('f', { ctrlKey: true }, place)).toBe('searchHere');
			expect(action('/', { ctrlKey: true }, place)).toBe('sheet');
		}
		expect(action('k', { metaKey: true }, 'field', true)).toBe('palette');
		expect(action('k', { ctrlKey: true }, 'field', true)).toBe(null);
		expect(action('K', { ctrlKey: true, shiftKey: true })).toBe(null);
	});

	it('alone acts among the messages only', () => {
		expect(action('r')).toBe('reply');
		expect(action('r', {}, 'list')).toBe(null);
		for (const place of ['field', 'lines', 'elsewhere'] as const) {
			for (const key of ['r', 'n', '/', '?', '.', 'Delete', 'Home', 'ArrowUp']) {
				expect(action(key, {}, place)).toBe(null);
			}
		}
	});

	it('is matched by the character that it types', () => {
		// A German keyboard types / and ? with Shift, an American # and +.
		expect(action('/', { shiftKey: true })).toBe('search');
		expect(action('/', { ctrlKey: true, shiftKey: true })).toBe('sheet');
		expect(action('?', { shiftKey: true })).toBe('sheet');
		expect(action('#', { shiftKey: true })).toBe('delete');
		expect(action('+', { shiftKey: true })).toBe('react');
		expect(action('R', { shiftKey: true })).toBe(null);
	});

	it('alone can be turned off, and is then what is typed', () => {
		const off = { isMac: false, singles: false };
		for (const key of ['r', 't', 'n', 'j', '/', '?', '.', '#']) {
			expect(actionOf(press(key), 'message', off)).toBe(null);
			expect(isTyped(press(key))).toBe(true);
		}
		expect(actionOf(press('ArrowUp'), 'message', off)).toBe('older');
		expect(actionOf(press('Delete'), 'message', off)).toBe('delete');
		expect(isTyped(press('ArrowUp'))).toBe(false);
		expect(isTyped(press(' '))).toBe(false);
		expect(isTyped(press('a', { ctrlKey: true }))).toBe(false);
	});

	it('with Alt goes from room to room, but stays with the caret in lines on a Mac', () => {
		expect(action('ArrowDown', { altKey: true }, 'lines')).toBe('nextRoom');
		expect(action('ArrowDown', { altKey: true, shiftKey: true }, 'field')).toBe('nextUnread');
		expect(action('ArrowDown', { altKey: true }, 'lines', true)).toBe(null);
		expect(action('ArrowDown', { altKey: true }, 'field', true)).toBe('nextRoom');
	});

	it('is not one that belongs to the browser or the system, and means one thing at a place', () => {
		const combos = KEYS.flatMap((line) => line.combos.map((combo) => `${line.group} ${combo}`));
		expect(new Set(combos).size).toBe(combos.length);
		for (const taken of ['Shift+Escape', 'Mod+Shift+c', 'Mod+Shift+d', 'F6']) {
			expect(combos.some((combo) => combo.endsWith(` ${taken}`))).toBe(false);
		}
	});

	it('is shown as it stands on the keyboard', () => {
		expect(caps('Mod+k', false)).toEqual(['Ctrl', 'K']);
		expect(caps('Alt+Shift+ArrowDown', true)).toEqual(['⌥', '⇧', '↓']);
		expect(caps('+', false)).toEqual(['+']);
		expect(caps('Home', false)).toEqual(['Home']);
	});
});
