/**
 * What the person has chosen for this browser: how things look and which keys do what. It is kept in `localStorage`, so
 * that it is known before anything is drawn; whoever needs one of them reads it there, by its name here.
 */

export const THEMES = ['system', 'light', 'dark', 'contrast'] as const;
export const SIZE = { least: 13, usual: 15, most: 18 };

/** What there is to choose; the first word is what holds where nothing was chosen. */
export const CHOICES = {
	theme: THEMES,
	density: ['roomy', 'compact'],
	/** Which of Enter and Mod+Enter sends. */
	send: ['enter', 'mod'],
	/** Whether single letters act in the list of messages. */
	keys: ['on', 'off'],
	sound: ['off', 'on'],
} as const;
export type Choice = keyof typeof CHOICES;

type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export function chosen(kept: Kept, what: Choice): string {
	const word = read(kept, what);
	const words: readonly string[] = CHOICES[what];
	return word !== null && words.includes(word) ? word : (words[0] ?? '');
}

export function sizeChosen(kept: Kept): number {
	const size = Number(read(kept, 'size') ?? SIZE.usual);
	return Number.isInteger(size) && size >= SIZE.least && size <= SIZE.most ? size : SIZE.usual;
}

/** Keeps a choice; whether the browser does. What holds anyway is not kept. */
export function choose(kept: Kept, what: Choice | 'size' | 'language', word: string): boolean {
	const usual = what === 'size' ? String(SIZE.usual) : what === 'language' ? '' : CHOICES[what][0];
	try {
		if (word === usual) kept.removeItem(`hearth.${what}`);
		else kept.setItem(`hearth.${what}`, word);
		return true;
	} catch {
		return false;
	}
}

/** Makes the page look as it was chosen. */
export function applyLooks(root: HTMLElement, kept: Kept): void {
	const theme = chosen(kept, 'theme');
	if (theme === 'system') delete root.dataset.theme;
	else root.dataset.theme = theme;
	if (chosen(kept, 'density') === 'compact') root.dataset.density = 'compact';
	else delete root.dataset.density;
	const size = sizeChosen(kept);
	const isUsual = size === SIZE.usual;
	// In the measure of the tokens, so that it grows with the browser's own size of text.
	root.style.setProperty('--t-body', isUsual ? '' : `${size / 16}rem`);
	root.style.setProperty('--l-body', isUsual ? '' : `${Math.round(size * 1.46) / 16}rem`);
}

/** What is kept under that name; null: nothing is, or the browser does not say. */
export function read(kept: Kept, what: string): string | null {
	try {
		return kept.getItem(`hearth.${what}`);
	} catch {
		return null;
	}
}

/** What this browser keeps, or nothing at all where it does not let the page. */
export function keptHere(window: Window): Kept {
	try {
		return window.localStorage;
	} catch {
		return { getItem: () => null, setItem: refuse, removeItem: refuse };
	}
}

function refuse(): never {
	throw new Error('this browser keeps nothing for this page');
}
