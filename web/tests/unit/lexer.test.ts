import { describe, expect, it } from 'vitest';
import { colours, type Kind } from '../../src/core/lexer';

/** What of a text is of a kind. */
function of(kind: Kind, language: string, text: string): string[] {
	return (colours(language, text) ?? []).flatMap(([is, part]) => (is === kind ? [part] : []));
}

const SAMPLES: Record<string, string> = {
	rust: "// the pier's own clock\nlet label = departure.at\n    .with_timezone(&stop.zone)\n    .format(\"%H:%M\");\nfn f<'a>(c: char) -> u8 { 'x'; 0x1f }",
	// biome-ignore lint/suspicious/noTemplateCurlyInString: it is code that is looked at
	ts: "const a: string = `x${1}`; // note\nif (a) call('b', 12.5e3);",
	py: 'def go(self, n=1):\n    """What\n    it does."""\n    return f"{n}" # yes',
	go: 'func main() { fmt.Println("hi") /* x */ }',
	sql: "SELECT count(*) FROM rooms WHERE name = 'it''s' -- all\nLIMIT 5;",
	json: '{ "a": [1, -2.5, true, "x"] }',
	sh: 'for f in *.rs; do echo "$f" # each\ndone\nls --all $HOME',
	html: '<!-- x --><a href="/x">y &amp; z</a>',
	css: '/* x */ .a { color: #fff; margin: 4px; --b: 1 }',
	c: '#include <stdio.h>\nint main(void) { return 0; }',
	java: '@Override public int size() { return 3; }',
	yaml: 'a: 1 # one\n- b: "x"\n  c: true',
	toml: '[a.b]\nc = "x" # y\nd = 12',
	diff: '--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n same',
};

describe('code in colours', () => {
	it('is the same text, whatever the language and however it is cut off', () => {
		for (const [language, text] of Object.entries(SAMPLES)) {
			for (let end = 0; end <= text.length; end += 1) {
				const runs = colours(language, text.slice(0, end));
				expect(runs?.map(([, part]) => part).join(''), language).toBe(text.slice(0, end));
			}
		}
	});

	it('shows what a reader looks for', () => {
		const sample = (language: string) => SAMPLES[language] ?? '';
		expect(of('com', 'rust', sample('rust'))).toEqual(["// the pier's own clock"]);
		expect(of('key', 'rust', sample('rust'))).toEqual(['let', 'fn']);
		expect(of('str', 'rust', sample('rust'))).toEqual(['"%H:%M"', "'x'"]);
		expect(of('fn', 'rust', sample('rust'))).toEqual(['with_timezone', 'format']);
		expect(of('key', 'TypeScript', sample('ts'))).toEqual(['const', 'string', 'if']);
		expect(of('num', 'ts', sample('ts'))).toEqual(['12.5e3']);
		expect(of('str', 'py', sample('py'))[0]).toBe('"""What\n    it does."""');
		expect(of('key', 'sql', sample('sql'))).toEqual(['SELECT', 'FROM', 'WHERE', 'LIMIT']);
		expect(of('fn', 'json', sample('json'))).toEqual(['"a"']);
		expect(of('com', 'bash', sample('sh'))).toEqual(['# each']);
		expect(of('key', 'html', sample('html'))).toEqual(['<a', '>', '</a>']);
		expect(of('str', 'diff', sample('diff'))).toEqual(['+new']);
		expect(of('fn', 'yaml', sample('yaml'))).toEqual(['a', 'b', 'c']);
		expect(of('key', 'toml', sample('toml'))).toEqual(['[a.b]']);
	});

	it('is left alone where the language is not known, or the text is very long', () => {
		expect(colours('brainfuck', '+')).toBeNull();
		expect(colours('constructor', 'x')).toBeNull();
		expect(colours('rust', 'x'.repeat(60_000))).toBeNull();
	});

	it('takes no longer than the text is long', () => {
		const hostile = ['"\\', '/*', '`', "'", '<!--', '(', '[['].map((part) => part.repeat(12_000));
		const begun = performance.now();
		for (const language of Object.keys(SAMPLES))
			for (const text of hostile) colours(language, text.slice(0, 24_000));
		expect(performance.now() - begun).toBeLessThan(4_000);
	});
});
