import { expect, test } from 'vitest';
import { applyLooks, choose, chosen, keptHere, sizeChosen } from '../../src/looks';

class Kept {
	all = new Map<string, string>();
	getItem = (key: string) => this.all.get(key) ?? null;
	setItem = (key: string, value: string) => void this.all.set(key, value);
	removeItem = (key: string) => void this.all.delete(key);
}

function page() {
	const dataset: Record<string, string> = {};
	const style = new Map<string, string>();
	const root = {
		dataset,
		style: { setProperty: (key: string, value: string) => style.set(key, value) },
	} as unknown as HTMLElement;
	return { root, dataset, style };
}

test('what was chosen is kept under its name, and what holds anyway is not', () => {
	const kept = new Kept();
	expect([
		chosen(kept, 'theme'),
		chosen(kept, 'send'),
		chosen(kept, 'keys'),
		chosen(kept, 'sound'),
	]).toEqual(['system', 'enter', 'on', 'off']);
	choose(kept, 'theme', 'dark');
	choose(kept, 'send', 'mod');
	choose(kept, 'size', '17');
	choose(kept, 'density', 'roomy');
	expect([...kept.all]).toEqual([
		['hearth.theme', 'dark'],
		['hearth.send', 'mod'],
		['hearth.size', '17'],
	]);
	choose(kept, 'theme', 'system');
	expect(kept.all.has('hearth.theme')).toBe(false);
});

test('what nobody could have chosen counts for nothing', () => {
	const kept = new Kept();
	kept.setItem('hearth.theme', 'pink');
	for (const size of ['12', '19', '15.5', 'x', '']) {
		kept.setItem('hearth.size', size);
		expect(sizeChosen(kept), size).toBe(15);
	}
	expect(chosen(kept, 'theme')).toBe('system');
});

test('the page looks as it was chosen, and as usual again', () => {
	const kept = new Kept();
	const { root, dataset, style } = page();
	choose(kept, 'theme', 'contrast');
	choose(kept, 'density', 'compact');
	choose(kept, 'size', '18');
	applyLooks(root, kept);
	expect(dataset).toEqual({ theme: 'contrast', density: 'compact' });
	expect([...style]).toEqual([
		['--t-body', '1.125rem'],
		['--l-body', '1.625rem'],
	]);
	kept.all.clear();
	applyLooks(root, kept);
	expect(dataset).toEqual({});
	expect(style.get('--t-body')).toBe('');
});

test('a browser that keeps nothing is no fault', () => {
	const closed = {
		get localStorage(): Storage {
			throw new Error('denied');
		},
	} as unknown as Window;
	const kept = keptHere(closed);
	expect(chosen(kept, 'theme')).toBe('system');
	expect(choose(kept, 'theme', 'dark')).toBe(false);
});
