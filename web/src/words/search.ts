/** Words of the search. */

import { count, names } from '../words';
import { inLanguage, several } from './language';

export const en = {
	title: 'Search',
	everywhere: 'All rooms',
	field: 'Search messages',
	fieldIn: (room: string) => `Search in ${room}`,
	clear: 'Clear',
	filters: 'Filters',
	from: 'From…',
	fromMe: 'From me',
	inRoom: 'In…',
	has: {
		file: 'With file',
		link: 'With link',
		mention: 'With mention',
		reply: 'Reply',
		reaction: 'With reaction',
		forward: 'Forwarded',
	},
	more: 'More filters',
	after: 'After',
	before: 'Before',
	set: { from: 'From', in: 'In', has: 'Has', before: 'Before', after: 'After' },
	remove: (filter: string) => `Remove ${filter}`,
	suggestions: 'Suggestions',
	looking: 'Searching…',
	summary: (messages: number, rooms: number, isAtLeast: boolean) =>
		`${isAtLeast ? 'At least ' : ''}${several(messages, { one: '# message', other: '# messages' })}${rooms > 1 ? ` in ${several(rooms, { one: '# room', other: '# rooms' })}` : ''}`,
	of: (shown: number, all: number, isAtLeast: boolean) =>
		shown < all || isAtLeast
			? `${count(shown)} of ${isAtLeast ? 'at least ' : ''}${count(all)}`
			: count(all),
	moreIn: (room: string) => `Show more in ${room}`,
	older: (room: string) => `Look further back in ${room}`,
	moreRooms: 'Look in more rooms',
	all: 'Nothing more.',
	nothing: (words: string, who: readonly string[]) =>
		`No message${words ? ` with ‘${words}’` : ''}${who.length > 0 ? ` ${names(who)}` : ''}.`,
	nothingIn: (room: string) => `Searched: ${room}.`,
	nothingAll: 'Searched: all your rooms.',
	notYet: 'Add a word to look for.',
	wider: 'Search in all rooms',
	unfiltered: (words: string) => `Search ‘${words}’ without filters`,
	recent: 'Recent searches',
	forget: 'Forget them',
	hint: 'Words begin like those of the message. “Quotes” keep them together; -word leaves out.',
	failed: (why: string) => `Couldn’t search: ${why}`,
	again: 'Try again',
	noAnswer: 'the server doesn’t answer.',
	day: 'Go to a day',
	dayLabel: 'Day',
	dayGo: 'Go there',
	dayGoing: 'Going there…',
	dayHint: 'The first message of that day is brought into sight.',
};
export const w = await inLanguage('search', en);
