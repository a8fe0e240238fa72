/** Words of the palette. */

import { inLanguage } from './language';

export const en = {
	title: 'Jump to',
	field: 'Room, person, message or command',
	results: 'Results',
	rooms: 'Rooms and people',
	people: 'People',
	open: 'Rooms you can join',
	commands: 'Commands',
	messages: 'Messages',
	bot: 'bot',
	here: 'here',
	join: 'join',
	write: (name: string) => `Write to ${name}`,
	says: (name: string, text: string) => `${name}: “${text}”`,
	all: (words: string) => `Search all messages for “${words}”`,
	nothing: (words: string) => `No room or person called ‘${words}’. Search messages for it?`,
	nothingCommand: (words: string) => `No command called ‘${words}’.`,
	count: (n: number) => (n === 1 ? 'One result' : `${n} results`),
	hints: [
		['↑', 'choose'],
		['↵', 'open'],
		['#', 'rooms'],
		['@', 'people'],
		['>', 'commands'],
	] as [string, string][],
};
export const w = await inLanguage('palette', en);
