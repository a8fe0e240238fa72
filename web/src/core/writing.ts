/** What keys and pasting make of a text that is being written: places in it and words in, what to put there out. */

/** Puts `text` in the place of what stands from one character to another; the selection afterwards. */
export interface Change {
	from: number;
	to: number;
	text: string;
	select: [number, number];
}

/** Puts a mark around what is selected, or takes it off. Without a selection: around the caret. */
export function marked(text: string, from: number, to: number, mark: string): Change {
	const { length } = mark;
	const inner = text.slice(from, to);
	const isAround =
		text.slice(Math.max(0, from - length), from) === mark && text.slice(to, to + length) === mark;
	// One star around is not two stars, which are another mark.
	const isOther =
		mark.length === 1 && text[from - 2] === mark && text[to + 1] === mark && mark === '*';
	if (isAround && !isOther) {
		return {
			from: from - length,
			to: to + length,
			text: inner,
			select: [from - length, to - length],
		};
	}
	const isWithin =
		inner.length > 2 * length && inner.startsWith(mark) && inner.endsWith(mark) && !isOther;
	if (isWithin && !(mark === '*' && inner.startsWith('**'))) {
		const bare = inner.slice(length, -length);
		return { from, to, text: bare, select: [from, from + bare.length] };
	}
	// Marks stand at words, not at the spaces around them.
	const lead = inner.length - inner.trimStart().length;
	const trail = inner.trim() === '' ? 0 : inner.length - inner.trimEnd().length;
	const bare = inner.trim() === '' ? '' : inner.trim();
	const start = from + (bare === '' ? 0 : lead);
	const made = `${mark}${bare}${mark}`;
	const at = start + length;
	return {
		from: start,
		to: bare === '' ? from : to - trail,
		text: made,
		select: [at, at + bare.length],
	};
}

/** Code: between backticks on a line, as a block over several. */
export function coded(text: string, from: number, to: number): Change {
	const inner = text.slice(from, to);
	if (!inner.includes('\n')) return marked(text, from, to, '`');
	const before = from === 0 || text[from - 1] === '\n' ? '' : '\n';
	const after = text[to] === undefined || text[to] === '\n' ? '' : '\n';
	const bare = inner.replace(/\n$/, '');
	const made = `${before}\`\`\`\n${bare}\n\`\`\`${after}`;
	const start = from + before.length + 4;
	return { from, to, text: made, select: [start, start + bare.length] };
}

/** A pasted text that becomes something else: a link over the selected words, or a table. Null: it stays as it is. */
export function pasted(clip: string, text: string, from: number, to: number): Change | null {
	const words = text.slice(from, to);
	const link = clip.trim();
	if (words.trim() !== '' && !words.includes('\n') && isLink(link) && !isLink(words.trim())) {
		const made = `[${words.replace(/[[\]]/g, '\\$&')}](${link.replace(/[()]/g, (sign) => (sign === '(' ? '%28' : '%29'))})`;
		return { from, to, text: made, select: [from + made.length, from + made.length] };
	}
	const table = tabled(clip);
	if (table === null || isInCode(text, from)) return null;
	const before = text.slice(0, from);
	const gap =
		before.trim() === ''
			? ''
			: before.endsWith('\n\n')
				? ''
				: before.endsWith('\n')
					? '\n'
					: '\n\n';
	const made = `${gap}${table}\n`;
	return { from, to, text: made, select: [from + made.length, from + made.length] };
}

/** Whether a text is the address of a page, and nothing else. */
export function isLink(text: string): boolean {
	return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

/** Cells of a spreadsheet, which come as lines and tabs, as a table of Markdown. Null: that is none. */
export function tabled(clip: string): string | null {
	const lines = clip.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
	const rows = lines.map((line) => line.split('\t').map(cell));
	const width = rows[0]?.length ?? 0;
	if (rows.length < 2 || width < 2 || rows.some((row) => row.length !== width)) return null;
	// Lines that are indented alike are code.
	if (lines.every((line) => line.startsWith('\t'))) return null;
	const [head = [], ...body] = rows;
	const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

function cell(text: string): string {
	return text.trim().replace(/\\/g, '\\\\').replace(/\|/g, '\\|');
}

/** Whether a place lies in a block of code. */
export function isInCode(text: string, at: number): boolean {
	return (text.slice(0, at).match(/^```/gm)?.length ?? 0) % 2 === 1;
}
