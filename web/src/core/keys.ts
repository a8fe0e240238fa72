/**
 * Which key does what, and where: the one map, for who presses them and for the sheet that lists them. A key is matched
 * by the character that it types, not by its place, so that every layout works.
 */

/** What a key press says of itself: a `KeyboardEvent` fits. */
export interface Press {
	key: string;
	ctrlKey: boolean;
	metaKey: boolean;
	altKey: boolean;
	shiftKey: boolean;
}

/** Where the focus is. `lines`: in a text of more than one line. */
export type Place = 'message' | 'list' | 'lines' | 'field' | 'elsewhere';

export type KeyAction =
	| 'palette'
	| 'search'
	| 'searchHere'
	| 'previousRoom'
	| 'nextRoom'
	| 'previousUnread'
	| 'nextUnread'
	| 'outward'
	| 'sheet'
	| 'sidebar'
	| 'older'
	| 'newer'
	| 'oldest'
	| 'latest'
	| 'unread'
	| MessageAction
	| WritingAction;

/** What is done with a message. */
export type MessageAction = 'reply' | 'thread' | 'react' | 'edit' | 'copy' | 'delete' | 'menu';

/** What the composer does by itself. */
export type WritingAction =
	| 'send'
	| 'newLine'
	| 'editLast'
	| 'bold'
	| 'italic'
	| 'code'
	| 'searchAll';

/** One way to press: `Mod+K`, `Alt+Shift+ArrowUp`, `?`. Shift is named only where the character does not say it. */
export type Combo = string;

export type KeyGroup = 'anywhere' | 'writing' | 'list' | 'message';

export interface KeyLine {
	action: KeyAction;
	group: KeyGroup;
	combos: readonly Combo[];
	/** A letter or sign alone: it acts only among the messages, and can be turned off. */
	single?: true;
	/** Whoever has the focus hears it by themselves: here it is only listed. */
	listed?: true;
}

export const KEYS: readonly KeyLine[] = [
	{ action: 'palette', group: 'anywhere', combos: ['Mod+k'] },
	{ action: 'searchHere', group: 'anywhere', combos: ['Mod+f'] },
	{ action: 'previousRoom', group: 'anywhere', combos: ['Alt+ArrowUp'] },
	{ action: 'nextRoom', group: 'anywhere', combos: ['Alt+ArrowDown'] },
	{ action: 'previousUnread', group: 'anywhere', combos: ['Alt+Shift+ArrowUp'] },
	{ action: 'nextUnread', group: 'anywhere', combos: ['Alt+Shift+ArrowDown'] },
	{ action: 'outward', group: 'anywhere', combos: ['Escape'] },
	{ action: 'sidebar', group: 'anywhere', combos: ['Mod+\\'] },
	{ action: 'sheet', group: 'anywhere', combos: ['Mod+/'] },
	{ action: 'send', group: 'writing', combos: ['Enter'], listed: true },
	{ action: 'newLine', group: 'writing', combos: ['Shift+Enter'], listed: true },
	{ action: 'editLast', group: 'writing', combos: ['ArrowUp'], listed: true },
	{ action: 'bold', group: 'writing', combos: ['Mod+b'], listed: true },
	{ action: 'italic', group: 'writing', combos: ['Mod+i'], listed: true },
	{ action: 'code', group: 'writing', combos: ['Mod+e'], listed: true },
	{ action: 'searchAll', group: 'writing', combos: ['Mod+Enter'], listed: true },
	{ action: 'older', group: 'list', combos: ['k', 'ArrowUp'], single: true },
	{ action: 'newer', group: 'list', combos: ['j', 'ArrowDown'], single: true },
	{ action: 'oldest', group: 'list', combos: ['Home'] },
	{ action: 'latest', group: 'list', combos: ['End'] },
	{ action: 'unread', group: 'list', combos: ['n'], single: true },
	{ action: 'search', group: 'list', combos: ['/'], single: true },
	{ action: 'sheet', group: 'list', combos: ['?'], single: true },
	{ action: 'reply', group: 'message', combos: ['r'], single: true },
	{ action: 'thread', group: 'message', combos: ['t'], single: true },
	{ action: 'react', group: 'message', combos: ['+'], single: true },
	{ action: 'edit', group: 'message', combos: ['e'], single: true },
	{ action: 'copy', group: 'message', combos: ['y'], single: true },
	{ action: 'delete', group: 'message', combos: ['Delete', '#'], single: true },
	{ action: 'menu', group: 'message', combos: ['.', 'ContextMenu'], single: true },
];

/** What a press asks for at this place; null: nothing of ours. */
export function actionOf(
	press: Press,
	place: Place,
	{ isMac, singles }: { isMac: boolean; singles: boolean },
): KeyAction | null {
	for (const line of KEYS) {
		if (line.listed || !isHere(line.group, place)) continue;
		const combo = line.combos.find((one) => fits(press, one, isMac));
		if (combo === undefined) continue;
		if (line.single && isLetter(combo) && !singles) continue;
		// On a Mac, Alt with an arrow moves the caret by paragraphs where there is more than one line.
		if (isMac && place === 'lines' && combo.startsWith('Alt+')) continue;
		return line.action;
	}
	return null;
}

/** Whether a press types something: in the list, with the letters turned off, it goes to the composer. */
export function isTyped({ key, ctrlKey, metaKey, altKey }: Press): boolean {
	return !ctrlKey && !metaKey && !altKey && isLetter(key) && key.trim() !== '';
}

/** The keys of a combo as they stand on the keyboard. */
export function caps(combo: Combo, isMac: boolean): string[] {
	const names: Record<string, string> = {
		Mod: isMac ? '⌘' : 'Ctrl',
		Alt: isMac ? '⌥' : 'Alt',
		Shift: isMac ? '⇧' : 'Shift',
		ArrowUp: '↑',
		ArrowDown: '↓',
		Enter: '↵',
		Escape: 'Esc',
		Delete: 'Del',
		ContextMenu: '☰',
	};
	return split(combo).map((key) => names[key] ?? (isLetter(key) ? key.toUpperCase() : key));
}

function isHere(group: KeyGroup, place: Place): boolean {
	if (group === 'anywhere') return true;
	if (group === 'list') return place === 'list' || place === 'message';
	return group === 'message' && place === 'message';
}

function fits(press: Press, combo: Combo, isMac: boolean): boolean {
	const keys = split(combo);
	const key = keys.at(-1) ?? '';
	const mod = isMac ? press.metaKey : press.ctrlKey;
	const other = isMac ? press.ctrlKey : press.metaKey;
	if (other || mod !== keys.includes('Mod') || press.altKey !== keys.includes('Alt')) return false;
	// A sign may need Shift on one keyboard and not on another; a letter with Shift is another letter.
	const isSign = isLetter(key) && key.toLowerCase() === key.toUpperCase();
	if (!isSign && press.shiftKey !== keys.includes('Shift')) return false;
	return press.key === key || (key.length === 1 && press.key.toLowerCase() === key);
}

/** `Mod++` would be a plus: what stands last is the key. */
function split(combo: Combo): string[] {
	return combo === '+' ? ['+'] : combo.split('+');
}

function isLetter(key: string): boolean {
	return [...key].length === 1;
}
