/** Words of a room's details. */

import { count, names } from '../words';
import { inLanguage, language, several } from './language';

export const en = {
	title: 'Room details',
	name: 'Name',
	topic: 'Topic',
	beginning: 'Write the first message, or add somebody.',
	addPeople: 'Add people',
	setTopic: 'Set a topic',
	noTopic: 'No topic yet',
	about: 'About',
	noAbout: 'Nothing is said about this room yet',
	kinds: {
		public: 'Open to everyone here',
		private: 'Private: people come by invitation',
		broadcast: 'Open to everyone here; few write',
		direct: 'Between the two of you',
		group: 'A group without a name',
	},
	archived: 'Archived: it can be read, and nothing more is written.',
	copyLink: 'Copy link to the room',
	roomLink: 'the room’s link',

	notify: 'Notify me about',
	levels: { all: 'Everything', mentions: 'Mentions', none: 'Nothing' },
	levelHints: {
		all: 'Each message',
		mentions: 'Messages that name you, or everyone',
		none: 'Stays quiet; unread still shows',
	},
	mute: 'Mute',
	muteNot: 'Not muted',
	muteHour: 'For an hour',
	muteDay: 'Until tomorrow at 8',
	muteWeek: 'For a week',
	muteAsIs: (time: string) => `Until ${time}`,

	members: 'Members',
	find: 'Find a member',
	noMember: (words: string) => `No member’s name begins with ‘${words}’.`,
	you: '(you)',
	bot: 'Bot',
	roles: { guest: 'Guest', member: 'Member', moderator: 'Moderator', owner: 'Owner' },
	actions: (name: string) => `Actions for ${name}`,
	role: 'Role',
	roleHints: {
		guest: 'Reads, writes and reacts',
		member: 'Also invites',
		moderator: 'Also removes, bans, deletes, and changes what is said of the room',
		owner: 'May do everything',
	},
	write: 'Write to them',
	remove: (name: string) => `Remove ${name}`,
	ban: (name: string) => `Ban ${name}`,
	removeSub: 'They may come back, if the room lets them.',
	banSub: 'They can’t come back until the ban ends.',
	reason: 'Reason',
	reasonHint: 'Everybody in the room can read it. May be left empty.',
	until: 'It ends',
	untils: {
		never: 'When it is lifted',
		hour: 'In an hour',
		day: 'In a day',
		week: 'In a week',
		month: 'In 30 days',
	},
	doRemove: 'Remove them',
	doBan: 'Ban them',
	add: 'Add somebody',
	addName: 'Their name',
	added: (list: readonly string[]) => `${names(list)} ${list.length === 1 ? 'was' : 'were'} added.`,

	bans: 'Bans',
	noBans: 'Nobody is banned.',
	banned: (since: string, until: string | null) =>
		until ? `since ${since}, until ${until}` : `since ${since}, until it is lifted`,
	lift: 'Lift the ban',
	liftOf: (name: string) => `Lift the ban of ${name}`,
	banByName: 'Ban somebody who is not in the room',
	banName: 'Name of whom to ban',

	links: 'Invitation links',
	linksSub: 'Whoever has an account here and the link comes in.',
	noLinks: 'There are no links.',
	uses: 'For how many people',
	good: 'Good for',
	goods: { hour: 'an hour', day: 'a day', week: 'a week', month: '30 days' },
	make: 'Make a link',
	theLink: 'Invitation link',
	linkOnce: 'It is shown this once. Whoever has it comes in.',
	linkLine: (by: string, used: number, uses: number, until: string) =>
		`${by} · ${count(used)} of ${count(uses)} used · until ${until}`,
	revoke: 'Revoke',
	revokeOf: (by: string) => `Revoke the link by ${by}`,
	usesWrong: 'A whole number from 1 to 1,000.',

	slow: 'Slow mode',
	slowSub: 'How long everybody but moderators waits between two messages.',
	slowOff: 'Off',
	seconds: (n: number) =>
		n < 60
			? several(n, { one: '# second', other: '# seconds' })
			: n < 3_600
				? several(n / 60, { one: '# minute', other: '# minutes' })
				: several(n / 3_600, { one: '# hour', other: '# hours' }),

	hooks: 'Webhooks',
	hooksSub: 'Programs write into the room by an address, or are told what happens here.',
	noHooks: 'There are no webhooks.',
	hookName: 'Name',
	hookNameExample: 'For example Build',
	direction: 'What it does',
	wayIn: 'Writes into the room',
	wayOut: 'Is told what happens',
	isIn: 'writes here',
	isOut: (url: string) => `is told at ${url}`,
	url: 'Address',
	urlExample: 'https://example.org/told',
	makeHook: 'Make a webhook',
	hookAddress: 'Address to post to',
	hookSecret: 'Secret of the signature',
	hookOnce: 'It is shown this once. Whoever has it acts as this webhook.',
	rename: 'Rename',
	renameIt: (name: string) => `Rename ${name}`,
	delete: 'Delete',
	deleteIt: (name: string) => `Delete ${name}`,
	reallyDelete: (name: string) =>
		`Delete ${name}? Nobody writes by it any more, and nothing more is posted.`,
	resume: 'Resume',
	resumeIt: (name: string) => `Resume ${name}`,
	suspended: 'Suspended',
	why: {
		failing: 'Its address refused for a day.',
		gone: 'Its address said that it is gone.',
		maker: 'Who made it is no moderator here any more.',
	} as Record<string, string>,
	failures: (n: number, error: string) =>
		`${several(n, { one: '# failure', other: '# failures' })}: ${error}`,

	rights: 'Who may',
	rightsSub: 'Whoever has the role, or a higher one, may.',
	right: 'What',
	from: 'Who',
	rightTo: {
		write: 'Write',
		react: 'React',
		everyone: 'Mention everyone',
		pin: 'Pin messages',
		invite: 'Bring people in',
		describe: 'Change name, picture, topic and about',
	},
	rightFrom: {
		guest: 'Everybody',
		member: 'Members',
		moderator: 'Moderators',
		owner: 'Owners',
	},

	archive: 'Archive the room',
	archiveSub: 'It can be read, and nothing more is written, until an owner opens it again.',
	doArchive: 'Archive it',
	reopen: 'Open the room again',

	leave: 'Leave room',
	leaving: 'Leaving…',
	leaveOpen: 'You can come back at any time: the room is open.',
	leaveClosed: 'Only a member can let you back in.',
	leaveOnly: (list: readonly string[]) =>
		`Only ${new Intl.ListFormat(language, { type: 'disjunction' }).format(list)} can let you back in.`,
	leaveAlone: 'You are the last one here: nobody could let you back in.',
	lastOwner: (name: string) =>
		`You are the only owner. When you leave, ${name || 'another member'} becomes owner. Make somebody else an owner first if it should be them.`,
	reallyLeave: 'Leave it',
	stay: 'Stay',
};
export const wr = await inLanguage('room', en);
