/**
 * Message text as a tree of a few kinds of nodes, from marked's lexer. Never HTML: what is no Markdown of ours is text.
 * Links lead to http, https and mailto only; pictures are links. Whatever the text, the tree is bounded.
 */

import { Lexer, type Token, type Tokens } from 'marked';

export type Inline =
	| { is: 'text'; text: string }
	| { is: 'emoji'; text: string }
	| { is: 'code'; text: string }
	| { is: 'break' }
	| { is: 'strong' | 'em' | 'del'; inner: Inline[] }
	| { is: 'link'; href: string; inner: Inline[] }
	| { is: 'mention'; name: string };

export type Block =
	| { is: 'paragraph'; inner: Inline[] }
	| { is: 'heading'; inner: Inline[] }
	| { is: 'code'; language: string; text: string }
	| { is: 'quote'; blocks: Block[] }
	| { is: 'list'; start: number | null; items: { done: boolean | null; blocks: Block[] }[] }
	| { is: 'table'; head: Inline[][]; rows: Inline[][][] }
	| { is: 'rule' };

/** Deeper nesting is shown as it was written: nobody reads it, and a parser's time for it grows. */
const DEPTH_MAX = 12;
/** A line that opens more quotes and lists than this is not parsed at all. */
const NESTED = /^(?:[ \t]*(?:>|[*+-][ \t]|\d+[.)][ \t])){12}/m;

/** A message's text as blocks. `isName` says whether `@word` names somebody here. */
export function parse(text: string, isName: (name: string) => boolean): Block[] {
	if (NESTED.test(text)) return plain(text);
	try {
		const tokens = new Lexer({ gfm: true, breaks: true }).lex(text);
		const made = blocks(tokens, isName, 0);
		return made.length > 0 ? made : plain(text);
	} catch {
		return plain(text);
	}
}

/** The text on one line, for a quote or a notice. */
export function oneLine(text: string): string {
	const flat = text.replace(/^\s*[-+*] (\[[ x]] )?|[`*_~>#]+/gim, '').replace(/\s+/g, ' ');
	return flat.trim().slice(0, 200);
}

let segmenter: Intl.Segmenter | undefined;
/** One to three emoji and nothing else. */
export function isBigEmoji(text: string): boolean {
	// Most texts have letters, and are no work. One letter is an emoji.
	if (text.length > 64 || /(?!ℹ)\p{L}/u.test(text)) return false;
	segmenter ??= new Intl.Segmenter();
	const parts = [...segmenter.segment(text.trim())].map((part) => part.segment);
	const shown = parts.filter((part) => part.trim() !== '');
	return shown.length > 0 && shown.length <= 3 && shown.every((part) => EMOJI.test(part));
}

/** A link that may be followed, else null. */
export function safeHref(href: string): string | null {
	try {
		const url = new URL(href);
		return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
	} catch {
		return null;
	}
}

/** Names that follow an `@` in a text. */
export function mentionedNames(text: string): string[] {
	return [...text.matchAll(MENTION)].map((match) => match[2] ?? '');
}

const MENTION = /(^|[^\p{L}\p{N}_@/])@([\p{L}\p{N}][\p{L}\p{N}._-]{0,31})/gu;
const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3)/u;
const EMOJI_RUN =
	/(?:\p{RI}{2}|[0-9#*]\uFE0F?\u20E3|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F)(?:\p{EMod}|\uFE0F|\u200D|\p{Extended_Pictographic}|[\u{E0020}-\u{E007F}])*/gu;

function plain(text: string): Block[] {
	return [{ is: 'paragraph', inner: lines(text) }];
}

function lines(text: string): Inline[] {
	return text.split('\n').flatMap((line, at): Inline[] => {
		const part: Inline = { is: 'text', text: line };
		return at === 0 ? [part] : [{ is: 'break' }, part];
	});
}

type IsName = (name: string) => boolean;

function blocks(tokens: readonly Token[], isName: IsName, depth: number): Block[] {
	if (depth > DEPTH_MAX) throw new RangeError('nested too deep');
	return tokens.flatMap((token): Block[] => block(token, isName, depth));
}

function block(token: Token, isName: IsName, depth: number): Block[] {
	switch (token.type) {
		case 'space':
		case 'def':
			return [];
		case 'heading':
			return [{ is: 'heading', inner: inlines((token as Tokens.Heading).tokens, isName, depth) }];
		case 'code': {
			const { text, lang } = token as Tokens.Code;
			return [{ is: 'code', language: (lang ?? '').split(/\s/)[0]?.slice(0, 24) ?? '', text }];
		}
		case 'blockquote':
			return [
				{ is: 'quote', blocks: blocks((token as Tokens.Blockquote).tokens, isName, depth + 1) },
			];
		case 'list': {
			const list = token as Tokens.List;
			const items = list.items.map((item) => ({
				done: item.task ? Boolean(item.checked) : null,
				blocks: blocks(
					item.tokens.filter((one) => one.type !== 'checkbox'),
					isName,
					depth + 1,
				),
			}));
			return [{ is: 'list', start: list.ordered ? Number(list.start || 1) : null, items }];
		}
		case 'table': {
			const table = token as Tokens.Table;
			const cell = (one: Tokens.TableCell) => inlines(one.tokens, isName, depth);
			return [
				{ is: 'table', head: table.header.map(cell), rows: table.rows.map((row) => row.map(cell)) },
			];
		}
		case 'hr':
			return [{ is: 'rule' }];
		case 'paragraph':
		case 'text': {
			const { tokens, text } = token as Tokens.Paragraph;
			const inner = tokens ? inlines(tokens, isName, depth) : words(text, isName);
			return [{ is: 'paragraph', inner }];
		}
		default:
			return [{ is: 'paragraph', inner: lines(token.raw.replace(/\n+$/, '')) }];
	}
}

function inlines(tokens: readonly Token[], isName: IsName, depth: number): Inline[] {
	if (depth > DEPTH_MAX) throw new RangeError('nested too deep');
	return tokens.flatMap((token): Inline[] => {
		switch (token.type) {
			case 'strong':
			case 'em':
			case 'del':
				return [{ is: token.type, inner: inlines(token.tokens ?? [], isName, depth + 1) }];
			case 'codespan':
				return [{ is: 'code', text: (token as Tokens.Codespan).text }];
			case 'br':
				return [{ is: 'break' }];
			case 'escape':
				return [{ is: 'text', text: (token as Tokens.Escape).text }];
			case 'link':
			case 'image': {
				const { href, text, tokens: inner } = token as Tokens.Link;
				const safe = safeHref(href);
				if (safe === null) return [{ is: 'text', text: token.raw }];
				const shown = token.type === 'image' ? undefined : inner;
				const made = shown ? inlines(shown, () => false, depth + 1) : [];
				return [
					{
						is: 'link',
						href: safe,
						inner: made.length > 0 ? made : [{ is: 'text', text: text || safe }],
					},
				];
			}
			case 'text': {
				const { tokens: inner, text } = token as Tokens.Text;
				return inner ? inlines(inner, isName, depth + 1) : words(text, isName);
			}
			default:
				return lines(token.raw);
		}
	});
}

/** Plain text, with the names of people here and emoji set apart. */
function words(text: string, isName: IsName): Inline[] {
	const out: Inline[] = [];
	let from = 0;
	for (const match of text.matchAll(MENTION)) {
		const name = called(match[2] ?? '', isName);
		if (name === null) continue;
		const at = match.index + (match[1]?.length ?? 0);
		out.push(...emoji(text.slice(from, at)), { is: 'mention', name });
		from = at + 1 + name.length;
	}
	out.push(...emoji(text.slice(from)));
	return out;
}

/** The name that a word after `@` means: a full stop at its end may be the sentence's. */
export function called(word: string, isName: IsName): string | null {
	if (isName(word)) return word;
	const bare = word.replace(/[._-]+$/, '');
	return bare !== '' && isName(bare) ? bare : null;
}

function emoji(text: string): Inline[] {
	const out: Inline[] = [];
	let from = 0;
	for (const match of text.matchAll(EMOJI_RUN)) {
		if (match.index > from) out.push({ is: 'text', text: text.slice(from, match.index) });
		out.push({ is: 'emoji', text: match[0] });
		from = match.index + match[0].length;
	}
	if (from < text.length) out.push({ is: 'text', text: text.slice(from) });
	return out;
}
