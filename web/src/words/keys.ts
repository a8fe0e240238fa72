/** Words of the sheet of keys. */

import { type Combo, caps as capsOf, type KeyAction, type KeyGroup } from '../core/keys';
import { inLanguage } from './language';

export const en = {
	title: 'Keys',
	all: 'All keys',
	or: 'or',
	groups: {
		anywhere: 'Anywhere',
		writing: 'Writing',
		list: 'Among messages',
		message: 'On a message',
	} satisfies Record<KeyGroup, string>,
	does: {
		palette: 'Jump to anything',
		searchHere: 'Search in this room',
		search: 'Search in this room',
		searchAll: 'Search all messages, in “Jump to”',
		previousRoom: 'Previous room',
		nextRoom: 'Next room',
		previousUnread: 'Previous unread room',
		nextUnread: 'Next unread room',
		outward: 'One step outward',
		sheet: 'This sheet',
		sidebar: 'Hide or show the list of rooms',
		send: 'Send',
		newLine: 'New line',
		editLast: 'Edit my last message',
		bold: 'Bold',
		italic: 'Italic',
		code: 'Code',
		older: 'Older',
		newer: 'Newer',
		oldest: 'Oldest loaded',
		latest: 'Latest',
		unread: 'Next unread room',
		reply: 'Reply',
		thread: 'Reply in a thread',
		react: 'React',
		edit: 'Edit mine',
		copy: 'Copy the link',
		delete: 'Delete mine',
		menu: 'Menu',
	} satisfies Record<KeyAction, string>,
	on: 'Single letters act only while the messages have the focus.',
	off: 'Single letters are turned off: one typed among the messages goes to the composer.',
	turnOff: 'Turn them off',
	turnOn: 'Turn them on',
	/** Where a keyboard of the language has other words on its keys. */
	caps: { Ctrl: 'Ctrl', Shift: 'Shift', Del: 'Del', Home: 'Home', End: 'End' },
};
export const w = await inLanguage('keys', en);

/** The keys of a combo as they stand on a keyboard of the reader's language. */
export function caps(combo: Combo, isMac: boolean): string[] {
	const named: Record<string, string> = w.caps;
	return capsOf(combo, isMac).map((cap) => named[cap] ?? cap);
}
