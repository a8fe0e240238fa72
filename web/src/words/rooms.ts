/** Words of finding and making rooms, and of writing to somebody. */

import { count, names } from '../words';
import { inLanguage } from './language';

export const en = {
	find: 'Find or create a room',
	words: 'Name, topic or description',
	example: 'For example timetable',
	join: 'Join',
	joining: 'Joining…',
	open: 'Open',
	nothing: (words: string) => `No room called ‘${words}’ that you can join.`,
	none: 'There are no public rooms yet.',
	what: 'Public rooms are listed here. Private ones are entered by invitation.',
	more: 'Show more',
	found: (n: number) => (n === 1 ? 'One room' : `${count(n)} rooms`),
	quick: (name: string) => `Create #${name}`,
	withMore: 'With topic and people…',
	hint: 'To make a room of your own, type its name.',
	isPrivate: 'Private: people come by invitation',

	create: 'Create a room',
	name: 'Name',
	nameHint: (n: number) => `At most ${count(n)} characters.`,
	tooLong: 'A room’s name has at most 25 characters.',
	unseen: 'A name has nothing invisible in it.',
	taken: (name: string) => `There is a room called #${name} already.`,
	kind: 'Who comes in',
	kinds: {
		public: 'Everybody here',
		private: 'Who is invited',
		broadcast: 'Everybody here; moderators write',
	},
	kindHints: {
		public: 'Anyone finds it and joins',
		private: 'It is in no list',
		broadcast: 'The others read and react',
	},
	topic: 'Topic',
	topicExample: 'What is being talked about',
	about: 'About',
	aboutExample: 'What the room is for',
	people: 'Add people',
	make: 'Create the room',
	making: 'Creating…',
	partly: (what: readonly string[], why: string) =>
		`The room is there. Couldn’t set or add: ${names(what)}. ${why}`,

	direct: 'New direct message',
	to: 'Name',
	toExample: 'Who do you want to write to?',
	toHint: (n: number) => `One name, or up to ${count(n)} for a group.`,
	write: 'Write',
	writing: 'Opening…',

	haveLink: 'Have an invite link?',
	link: 'Invite link',
	linkExample: 'https://… /#invitation=…',
	openLink: 'Open it',
	noLink: 'This is no invite link. Ask whoever gave it to you for another.',
	invited: 'You were invited',
	entering: 'Joining the room…',
	notEntered: 'You are not in the room.',
	askAgain: 'Ask for another link.',
	notIn: 'This link leads to a room that you are not in.',
	notInSub: 'If it is private, somebody who is in it can let you in.',
};
export const wo = await inLanguage('rooms', en);
