import { describe, expect, it } from 'vitest';
import {
	type Block,
	type Inline,
	isBigEmoji,
	mentionedNames,
	oneLine,
	parse,
	safeHref,
} from '../../src/core/markdown';

const isName = (name: string) => ['ines', 'jo.nas'].includes(name.toLowerCase());
const blocks = (text: string) => parse(text, isName);
function inline(text: string): Inline[] {
	const [first] = blocks(text);
	return first?.is === 'paragraph' ? first.inner : [];
}
/** Everything of a tree that is shown as text. */
function shown(list: readonly (Block | Inline)[]): string {
	return list
		.map((one) => {
			if ('text' in one) return one.text;
			if ('inner' in one) return shown(one.inner);
			if ('blocks' in one) return shown(one.blocks);
			if (one.is === 'list') return one.items.map((item) => shown(item.blocks)).join('');
			if (one.is === 'table') return [...one.head, ...one.rows.flat()].map(shown).join('');
			return one.is === 'mention' ? `@${one.name}` : '';
		})
		.join('');
}

describe('Markdown', () => {
	it('has what people write', () => {
		expect(inline('**bold** _and_ ~~not~~ `code`')).toEqual([
			{ is: 'strong', inner: [{ is: 'text', text: 'bold' }] },
			{ is: 'text', text: ' ' },
			{ is: 'em', inner: [{ is: 'text', text: 'and' }] },
			{ is: 'text', text: ' ' },
			{ is: 'del', inner: [{ is: 'text', text: 'not' }] },
			{ is: 'text', text: ' ' },
			{ is: 'code', text: 'code' },
		]);
		expect(inline('one\ntwo').map((part) => part.is)).toEqual(['text', 'break', 'text']);
		expect(blocks('```rust\nlet x;\n```')).toEqual([
			{ is: 'code', language: 'rust', text: 'let x;' },
		]);
		expect(blocks('- [x] done\n- [ ] not')).toMatchObject([
			{ is: 'list', start: null, items: [{ done: true }, { done: false }] },
		]);
		expect(shown(blocks('- [x] done'))).toBe('done');
		expect(blocks('3. three\n4. four')).toMatchObject([{ is: 'list', start: 3 }]);
		expect(blocks('> said')).toMatchObject([{ is: 'quote', blocks: [{ is: 'paragraph' }] }]);
		expect(blocks('|a|b|\n|-|-|\n|1|2|')).toMatchObject([{ is: 'table' }]);
		expect(blocks('# big')).toMatchObject([{ is: 'heading' }]);
	});

	it('knows whom it names, and a full stop behind them', () => {
		expect(inline('hi @ines. And @nobody, a@ines.org')).toEqual([
			{ is: 'text', text: 'hi ' },
			{ is: 'mention', name: 'ines' },
			{ is: 'text', text: '. And @nobody, ' },
			{ is: 'link', href: 'mailto:a@ines.org', inner: [{ is: 'text', text: 'a@ines.org' }] },
		]);
		expect(inline('@jo.nas')).toEqual([{ is: 'mention', name: 'jo.nas' }]);
		expect(mentionedNames('@a (@b) c@d @é')).toEqual(['a', 'b', 'é']);
	});

	it('never makes anything but text of HTML', () => {
		for (const text of [
			'<script>alert(1)</script>',
			'<img src=x onerror=alert(1)>',
			'a <b>b</b> c',
			'<div>\n\nx</div>',
			'<!-- x -->',
		]) {
			expect(shown(blocks(text)).replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
		}
	});

	it('follows links to http, https and mailto alone', () => {
		for (const href of [
			'javascript:alert(1)',
			' JaVaScRiPt:alert(1)',
			'data:text/html,x',
			'vbscript:x',
			'file:///etc/passwd',
			'//evil.example',
			'/api',
			'blob:x',
		]) {
			expect(safeHref(href), href).toBeNull();
			expect(JSON.stringify(blocks(`[x](${href.trim()})`))).not.toContain('"href"');
		}
		expect(safeHref('https://a.example/b?c#d')).toBe('https://a.example/b?c#d');
		expect(inline('![picture](https://a.example/p.png)')).toEqual([
			{ is: 'link', href: 'https://a.example/p.png', inner: [{ is: 'text', text: 'picture' }] },
		]);
	});

	it('takes whatever is written, and loses none of it that is plain', () => {
		const hostile = [
			'>'.repeat(8_000),
			'> '.repeat(4_000),
			'- '.repeat(4_000),
			'*'.repeat(8_000),
			'[['.repeat(4_000),
			'`'.repeat(8_000),
			'**_'.repeat(2_000),
			'<'.repeat(8_000),
			`${'|a'.repeat(2_000)}\n${'|-'.repeat(2_000)}`,
			'\u202egnp.exe',
			'a\u0300'.repeat(4_000),
			'\u200b\u200d\ufeff',
			'@'.repeat(8_000),
			'https://'.repeat(1_000),
			'&#x202e; &lt;b&gt; &amp;',
			'\0\u0001',
			'👩‍👩‍👧‍👦'.repeat(500),
		];
		for (const text of hostile) expect(Array.isArray(blocks(text)), text.slice(0, 20)).toBe(true);
		expect(shown(blocks('> '.repeat(20)))).toBe('> '.repeat(20));
		expect(shown(blocks('&lt;b&gt; &amp;'))).toContain('&');
	});

	it('shows a few emoji large, and none of anything else', () => {
		for (const text of ['👍', '👍 🎉', '❤️', 'ℹ️', '🇩🇪', '👩‍👩‍👧‍👦'])
			expect(isBigEmoji(text), text).toBe(true);
		for (const text of ['', ' ', '1', 'a', '👍 ok', '👍👍👍👍', '#'])
			expect(isBigEmoji(text), text).toBe(false);
		expect(inline('well 👍')).toEqual([
			{ is: 'text', text: 'well ' },
			{ is: 'emoji', text: '👍' },
		]);
	});

	it('has a line for a quote', () => {
		expect(oneLine('**a**\n\n> b')).toBe('a b');
		expect(oneLine('- [ ] todo\n- [X] done\n* and\n  + more')).toBe('todo done and more');
		expect(oneLine('a - b, -5 and [x] c\n-6')).toBe('a - b, -5 and [x] c -6');
		expect(oneLine('x'.repeat(500))).toHaveLength(200);
	});
});
