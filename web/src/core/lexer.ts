/**
 * Code in colours: a text as runs of five kinds, by a few rules for each language. It does not understand the language;
 * it sees what a reader's eye looks for first. All runs together are the text, unchanged; its time grows with its length.
 */

/** `key` words of the language, `str`ings, `num`bers, `fn` what is called or named, `com`ments; null: the rest. */
export type Kind = 'key' | 'str' | 'num' | 'fn' | 'com' | null;
export type Run = [kind: Kind, text: string];

/** Longer code stays as it is: nobody reads it here. */
const CODE_MAX = 50_000;

interface Language {
	words: string;
	/** Of which kind a match is, tried in their order at each place. */
	rules: [Exclude<Kind, null>, RegExp][];
	/** SQL and HTML write theirs as they like. */
	anyCase?: boolean;
}

const LINE = /\/\/[^\n]*/y;
const BLOCK = /\/\*[\s\S]*?(?:\*\/|$)/y;
const HASH = /#[^\n]*/y;
const DOUBLE = /"(?:\\[\s\S]|[^"\\\n])*"?/y;
const SINGLE = /'(?:\\[\s\S]|[^'\\\n])*'?/y;
const BACK = /`(?:\\[\s\S]|[^`\\])*`?/y;
const NUMBER = /\b(?:0[xX][\da-fA-F_]+|0[bB][01_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)\w*/y;
const CALL = /[A-Za-z_$][\w$]*(?=\s*\()/y;

const slashes = (...strings: RegExp[]): Language['rules'] => [
	['com', LINE],
	['com', BLOCK],
	...strings.map((rule): ['str', RegExp] => ['str', rule]),
	['num', NUMBER],
	['fn', CALL],
];

const C =
	'auto break case char const continue default do double else enum extern float for goto if inline int long register return short signed sizeof static struct switch typedef union unsigned void volatile while NULL true false bool include define ifdef ifndef endif';

const LANGUAGES: Record<string, Language> = {
	rust: {
		words:
			'as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type union unsafe use where while',
		rules: [
			['com', LINE],
			['com', BLOCK],
			['str', /b?r(#*)"[\s\S]*?(?:"\1|$)/y],
			['str', /b?"(?:\\[\s\S]|[^"\\])*"?/y],
			// A sign, and not the name of a lifetime.
			['str', /b?'(?:\\[^']+|[^'\\\n])'/y],
			['num', NUMBER],
			['fn', /[A-Za-z_]\w*!(?=\s*[([{])/y],
			['fn', CALL],
		],
	},
	js: {
		words:
			'abstract any as async await boolean break case catch class const constructor continue debugger declare default delete do else enum export extends false finally for from function get if implements import in instanceof interface keyof let new null number object of private protected public readonly return satisfies set static string super switch this throw true try type typeof undefined unknown var void while with yield',
		rules: slashes(DOUBLE, SINGLE, BACK),
	},
	python: {
		words:
			'and as assert async await break case class continue def del elif else except False finally for from global if import in is lambda match None nonlocal not or pass raise return self True try while with yield',
		rules: [
			['com', HASH],
			['str', /[fFrRbBuU]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$))/y],
			['str', /[fFrRbBuU]{0,2}"(?:\\[\s\S]|[^"\\\n])*"?/y],
			['str', /[fFrRbBuU]{0,2}'(?:\\[\s\S]|[^'\\\n])*'?/y],
			['num', NUMBER],
			['fn', /@[\w.]+/y],
			['fn', CALL],
		],
	},
	go: {
		words:
			'any bool break byte case chan const continue default defer else error fallthrough false float64 for func go goto if import int int64 interface map nil package range return rune select string struct switch true type uint64 var',
		rules: slashes(DOUBLE, SINGLE, BACK),
	},
	java: {
		words:
			'abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for if implements import instanceof int interface long native new null package private protected public record return sealed short static super switch synchronized this throw throws true false try var void volatile while',
		rules: [['str', /"""[\s\S]*?(?:"""|$)/y], ...slashes(DOUBLE, SINGLE), ['fn', /@\w+/y]],
	},
	c: { words: C, rules: slashes(DOUBLE, SINGLE) },
	cpp: {
		words: `${C} class namespace template typename public private protected virtual override new delete this using try catch throw nullptr constexpr noexcept operator friend concept requires co_await`,
		rules: slashes(DOUBLE, SINGLE),
	},
	sql: {
		words:
			'add all alter and as asc begin between by case check column commit constraint create cross database default delete desc distinct drop else end exists false foreign from full grant group having if in index inner insert into is join key left like limit not null offset on or order outer primary references replace returning right rollback select set table then true union unique update using values view when where with',
		anyCase: true,
		rules: [
			['com', /--[^\n]*/y],
			['com', BLOCK],
			['str', /'(?:''|[^'])*'?/y],
			['fn', DOUBLE],
			['num', NUMBER],
			['fn', CALL],
		],
	},
	json: {
		words: 'true false null',
		rules: [
			['com', LINE],
			['fn', /"(?:\\[\s\S]|[^"\\\n])*"(?=\s*:)/y],
			['str', DOUBLE],
			['num', /-?\b\d[\d.]*(?:[eE][+-]?\d+)?/y],
		],
	},
	sh: {
		words:
			'if then else elif fi for while until do done case esac in function return exit export local readonly set unset shift source echo cd sudo',
		rules: [
			['com', /(?<![\w$&{])#[^\n]*/y],
			['str', /"(?:\\[\s\S]|[^"\\])*"?/y],
			['str', /'[^']*'?/y],
			['fn', /\$(?:\{[^}\n]*\}?|\w+|[@*#?$!-])/y],
			['num', /(?<![\w.-])\d+(?![\w.-])/y],
			['key', /(?<=\s)--?[A-Za-z][\w-]*/y],
		],
	},
	html: {
		words: '',
		rules: [
			['com', /<!--[\s\S]*?(?:-->|$)/y],
			['key', /<\/?[A-Za-z][\w:-]*|\/?>/y],
			['fn', /[\w:@-]+(?==["'{])/y],
			['str', DOUBLE],
			['num', /&#?\w+;/y],
		],
	},
	css: {
		words: '',
		rules: [
			['com', BLOCK],
			['str', DOUBLE],
			['str', SINGLE],
			['key', /@[\w-]+|!important/y],
			['fn', /--[\w-]+|[\w-]+(?=\s*:\s)/y],
			['num', /#[\da-fA-F]{3,8}\b|(?<![\w-])-?\d*\.?\d+(?:%|[a-z]+)?/y],
		],
	},
	yaml: {
		words: 'true false null yes no on off',
		rules: [
			['com', /(?<=^|\s)#[^\n]*/my],
			['fn', /[\w./-]+(?=\s*:(?:\s|$))/my],
			['str', DOUBLE],
			['str', /'(?:''|[^'\n])*'?/y],
			['num', /(?<![\w.-])-?\d[\d_.]*(?![\w.:-])/y],
			['key', /[&*!][\w-]+/y],
		],
	},
	toml: {
		words: 'true false',
		rules: [
			['com', HASH],
			['key', /^\s*\[\[?[^\]\n]*\]?\]?/my],
			['fn', /[\w.-]+(?=\s*=)/y],
			['str', /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)/y],
			['str', DOUBLE],
			['str', /'[^'\n]*'?/y],
			['num', /(?<![\w-])[+-]?\d[\w.:+-]*/y],
		],
	},
	diff: {
		words: '',
		rules: [
			['com', /^(?:diff|index|---|\+\+\+)[^\n]*/my],
			['fn', /^@@[^\n]*/my],
			['str', /^\+[^\n]*/my],
			['key', /^-[^\n]*/my],
		],
	},
};

const CALLED: Record<string, string> = {
	rs: 'rust',
	ts: 'js',
	tsx: 'js',
	jsx: 'js',
	javascript: 'js',
	typescript: 'js',
	mjs: 'js',
	svelte: 'html',
	vue: 'html',
	xml: 'html',
	svg: 'html',
	py: 'python',
	python3: 'python',
	golang: 'go',
	kotlin: 'java',
	h: 'c',
	'c++': 'cpp',
	cc: 'cpp',
	hpp: 'cpp',
	bash: 'sh',
	shell: 'sh',
	zsh: 'sh',
	console: 'sh',
	scss: 'css',
	yml: 'yaml',
	ini: 'toml',
	patch: 'diff',
	jsonc: 'json',
	json5: 'json',
	cql: 'sql',
	postgres: 'sql',
	mysql: 'sql',
};

const known = new Map<string, ReadonlySet<string>>();

/** The text in runs; null: a language that is not known here, or too long a text. */
export function colours(name: string, text: string): Run[] | null {
	const lower = name.toLowerCase();
	const id = CALLED[lower] ?? lower;
	const language = Object.hasOwn(LANGUAGES, id) ? LANGUAGES[id] : undefined;
	if (!language || text.length > CODE_MAX) return null;
	const words = known.get(id) ?? new Set(language.words.split(' '));
	known.set(id, words);
	const runs: Run[] = [];
	const put = (kind: Kind, part: string): void => {
		const last = runs.at(-1);
		if (last && last[0] === kind) last[1] += part;
		else runs.push([kind, part]);
	};
	const WORD = /[A-Za-z_$][\w$]*|\s+|[\s\S]/y;
	for (let at = 0; at < text.length; ) {
		const found = ruled(language, text, at, words);
		if (found) {
			put(...found);
			at += found[1].length;
			continue;
		}
		WORD.lastIndex = at;
		const part = WORD.exec(text)?.[0] ?? text[at] ?? '';
		put(isWord(words, language, part) ? 'key' : null, part);
		at += part.length;
	}
	return runs;
}

function ruled(
	language: Language,
	text: string,
	at: number,
	words: ReadonlySet<string>,
): Run | null {
	for (const [kind, rule] of language.rules) {
		rule.lastIndex = at;
		const part = rule.exec(text)?.[0];
		if (!part) continue;
		// `if (` is no call.
		const is = kind === 'fn' && isWord(words, language, part) ? 'key' : kind;
		return [is, part];
	}
	return null;
}

function isWord(words: ReadonlySet<string>, { anyCase }: Language, part: string): boolean {
	return words.has(anyCase ? part.toLowerCase() : part);
}
