/** Rules of the client's own source, as tests. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const web = join(import.meta.dirname, '../..');
const files = readdirSync(join(web, 'src'), { recursive: true, encoding: 'utf8' })
	.filter((name) => /\.(ts|svelte|css)$/.test(name))
	.map((name) => ({ name, text: readFileSync(join(web, 'src', name), 'utf8') }));

test('no text ever becomes HTML', () => {
	for (const { name, text } of files) {
		for (const way of [
			'{@html',
			'innerHTML',
			'outerHTML',
			'insertAdjacentHTML',
			'document.write',
			'srcdoc',
			'DOMParser',
		]) {
			expect(text.includes(way), `${name} has ${way}`).toBe(false);
		}
	}
});

test('the core imports no framework, and touches neither page nor clock', () => {
	for (const { name, text } of files.filter(
		(file) => file.name.startsWith('core/') && !/protocol|api/.test(file.name),
	)) {
		for (const [, from] of text.matchAll(/from '([^']+)'/g)) {
			expect(from?.startsWith('./') || from === 'marked', `${name} imports ${from}`).toBe(true);
		}
		expect(text, name).not.toMatch(
			/\b(document|window|localStorage)\.\w|Date\.now|Math\.random|\bsetTimeout\(/,
		);
	}
});

test('raw colours stand in the tokens alone', () => {
	for (const { name, text } of files.filter(
		(file) => file.name !== 'tokens.css' && /\.(css|svelte)$/.test(file.name),
	)) {
		const colours = text.match(/#[0-9a-f]{3,8}\b(?=[^{]*[;}])/gi) ?? [];
		expect(colours, name).toEqual([]);
	}
});

test('what is styled is drawn', () => {
	const drawn = files
		.filter(({ name }) => name.endsWith('.svelte'))
		.map(({ text }) => text)
		.join();
	const css =
		files.find(({ name }) => name === 'style.css')?.text.replace(/\{[^{}]*\}/g, '{}') ?? '';
	const styled = new Set([...css.matchAll(/\.([a-z][\w-]*)/gi)].map((match) => match[1] ?? ''));
	expect(styled.size).toBeGreaterThan(50);
	// Those whose number is put together where it is drawn.
	for (const name of ['w1', 'w2', 'w4']) styled.delete(name);
	for (const name of styled)
		expect(drawn, name).toMatch(new RegExp(`(?<![\\w-])${name}(?![\\w-])`));
});

test('the lock names no place from which packages come', () => {
	const lock = readFileSync(join(web, 'package-lock.json'), 'utf8');
	expect(lock).not.toContain('"resolved"');
});
