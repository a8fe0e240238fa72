/** Words of the pages for administrators. */

import { count } from '../words';
import { inLanguage, several } from './language';

export const en = {
	title: 'Server',
	overview: 'Overview',
	people: 'People',
	rooms: 'Rooms',
	invites: 'Invites',
	bots: 'Bots',
	log: 'Audit log',
	notYou: 'This is for administrators only.',

	live: (seconds: number) =>
		`Live · updated ${several(seconds, { one: '# second', other: '# seconds' })} ago`,
	asOf: (time: string) => `As of ${time}`,
	well: 'Messages flow.',
	wellMore: (others: number) =>
		others === 0
			? 'This server runs alone, and nothing waits.'
			: `This server hears ${several(others, { one: '# other', other: '# others' })}, and nothing waits.`,
	slow: 'Messages flow, with something to look at.',
	down: 'This server takes no newcomers.',
	trouble: {
		down: (why: string) => why || 'It is not ready.',
		draining: 'It is going away: its clients move to the others.',
		away: (node: string, time: string) => `${node} has not been heard since ${time}.`,
		unready: (node: string, why: string) => `${node} takes no newcomers${why ? ` (${why})` : ''}.`,
		leaving: (node: string) => `${node} is going away: its clients move to the others.`,
		backing: (address: string, why: string) =>
			`${address} cannot be used${why ? ` (${why})` : ''}.`,
		bus: (why: string) =>
			`The bus between the servers is away${why ? ` (${why})` : ''}: events come later, and nothing is lost.`,
		store: (ms: number) =>
			`The store is slow: a room was not compared with it for ${several(Math.round(ms / 1_000), { one: '# second', other: '# seconds' })}.`,
		clock: (ms: number) =>
			`Its clock is ${several(Math.round(Math.abs(ms) / 1_000), { one: '# second', other: '# seconds' })} ${ms > 0 ? 'ahead of' : 'behind'} the others’.`,
		filling: (node: string, what: string, part: string) =>
			`${node}: ${what}, ${part} of what there may be.`,
	},
	gauges: {
		sockets: 'Open connections',
		outboxes_bytes: 'Waiting for clients',
		sends_bytes: 'Waiting for the store',
	},
	of: (max: string) => `of ${max}`,
	figures: {
		messages: 'Messages a second',
		deliveries: 'Deliveries a second',
		append: '99 of 100 appends within',
	},
	peak: (max: string) => `at most ${max} while this page is open`,
	peakHour: (max: string) => `at most ${max} a minute in the last hour`,
	noHour: 'The line begins when two minutes are over.',
	lineOfHour: (what: string, last: string, max: string) =>
		`${what}, each minute of the last hour: ${last} in the last, at most ${max}`,
	lineOf: (what: string, now: string, max: string) =>
		`${what} while this page is open: now ${now}, at most ${max}`,
	servers: 'Servers',
	server: 'Name',
	state: 'State',
	states: { well: 'Ready', leaving: 'Draining', unready: 'Not ready' },
	awaySince: (time: string) => `Not heard since ${time}`,
	columns: {
		since: 'Since',
		users: 'People',
		rooms: 'Rooms in memory',
		messages: 'In a second',
		deliveries: 'Out a second',
		append: 'Append',
		waiting: 'Waiting',
		memory: 'Memory',
	},
	/** Half of the times, and all but one in a hundred. */
	spread: (half: string, most: string) => `${half}, 99 % within ${most}`,
	noTimes: 'none in the last minute',
	millis: (n: number) => `${count(n)} ms`,
	thisServer: 'answers here',
	build: 'Build',
	clock: 'Clock',
	clockIs: (ms: number) =>
		Math.abs(ms) < 1_000
			? 'Right'
			: `${ms > 0 ? '+' : '−'}${count(Math.round(Math.abs(ms) / 1_000))} s`,
	unknown: '–',
	around: 'Bus and store',
	up: 'Reached',
	isDown: (why: string) => (why ? `Not reached: ${why}` : 'Not reached'),
	commits: (size: string, times: string) => `${size}, commits ${times}`,
	requests: (times: string, timeouts: number) =>
		`requests ${times}; ${count(timeouts)} without an answer in time`,
	busName: 'Bus between servers',
	storeName: 'Store',
	busWell: 'Reached',
	busDown: 'Away',
	storeWell: 'Compared with all rooms',
	storeSlow: 'Slow',
	oldest: (ms: number) =>
		`longest ago ${several(Math.round(ms / 1_000), { one: '# second', other: '# seconds' })}`,
	answers:
		'All servers as the one that answers this page hears them, Redis and the store as it sees them. /metrics says more.',

	find: 'Name begins with',
	onlyBots: 'Bots only',
	none: (words: string) =>
		words ? `Nobody’s name begins with ‘${words}’.` : 'There is nobody yet.',
	more: 'Show more',
	since: 'Since',
	isAdmin: 'Administrator',
	isOut: 'Deactivated',
	isBot: 'Bot',
	noPassword: 'No password',
	active: 'Active',
	you: 'you',
	actions: (name: string) => `Actions for ${name}`,
	sessions: (n: number, used: string) =>
		n === 0
			? 'No session'
			: `${several(n, { one: '# session', other: '# sessions' })}, used ${used}`,
	deactivate: 'Deactivate',
	deactivateSub: 'All their sessions end at once. Their messages and places stay.',
	reactivate: 'Reactivate',
	give: 'Make administrator',
	giveSub: 'They may then do all that you may here.',
	take: 'Take the right away',
	reset: 'Make a link for a new password',
	resetSub: 'It also ends a second factor. Make sure whom you hand it to.',
	resetLink: 'Link for a new password',
	resetOnce: (until: string) => `It is shown this once, works once, until ${until}.`,
	really: (what: string, name: string) => `${what}: ${name}?`,
	yes: 'Do it',
	cancel: 'Cancel',
	delete: 'Delete for ever',
	deleteSub:
		'Their account, profile, settings and places in rooms go. What they wrote and their name stay.',
	typeName: (name: string) => `Type ${name} to confirm`,

	roomsSub:
		'All rooms that have a name, private ones too: how large they are, never what is in them. Direct rooms and groups are not listed. That you look stands in the audit log.',
	room: 'Room',
	members: 'Members',
	kind: 'Kind',
	kinds: {
		public: 'Public',
		private: 'Private',
		direct: 'Direct',
		group: 'Group',
		broadcast: 'Broadcast',
	},
	noRooms: 'There are no such rooms.',
	findRoom: 'Words of the name',
	lastUsed: 'Last used',
	isArchived: 'Archived',

	invitesSub: 'By such a link somebody makes an account here.',
	uses: 'For how many people',
	days: 'For how many days',
	usesWrong: 'A whole number from 1 to 1,000.',
	daysWrong: 'A whole number from 1 to 90.',
	invite: 'Make an invite',
	inviteLink: 'Invite link',
	inviteOnce: (until: string) => `It is shown this once, and is good until ${until}.`,
	noInvites: 'There are no invites.',
	inviteLine: (by: string, used: number, most: number, until: string) =>
		`by ${by} · ${count(used)} of ${count(most)} used · until ${until}`,
	withdraw: 'Withdraw',
	withdrawOf: (by: string, until: string) => `Withdraw the invite by ${by} until ${until}`,

	botsSub: 'Accounts that programs use, by tokens.',
	noBots: 'There are no bots.',
	botName: 'Name',
	botDisplay: 'Shown as',
	makeBot: 'Make a bot',
	tokens: 'Tokens',
	tokensOf: (name: string) => `Tokens of ${name}`,
	noTokens: 'It has none: no program can use it.',
	tokenName: 'What it is for',
	tokenDays: 'Good for days',
	tokenDaysHint: 'Empty: until it is revoked.',
	scopes: 'What it may do',
	scope: {
		read: 'Read rooms, files and profiles',
		send: 'Write, react and upload',
		rooms: 'Enter, make and leave rooms',
		moderate: 'All else that its role in a room allows',
	},
	tokenFaults: {
		name: 'It needs a name.',
		scopes: 'It needs at least one right.',
		days: 'A whole number from 1 to 3,650, or nothing.',
	},
	makeToken: 'Make a token',
	token: 'Token',
	tokenOnce: 'It is shown this once. Whoever has it acts as this bot.',
	tokenLine: (used: string, until: string | null) =>
		`used ${used}${until ? ` · until ${until}` : ''}`,
	revoke: 'Revoke',
	revokeOf: (name: string) => `Revoke ${name}`,

	logSub: 'What administrators did, the newest first. An act is written down before it is done.',
	noActs: 'Nothing yet.',
	when: 'When',
	who: 'Who',
	what: 'What',
	acts: {
		first_administrator: 'became the first administrator',
		admin_given: 'made administrator',
		admin_taken: 'took the right from',
		deactivated: 'deactivated',
		reactivated: 'reactivated',
		deleted: 'deleted',
		reset_made: 'made a link for a new password for',
		reset_link_made: 'made, on the server itself, a link for a new password for',
		reset_used: 'set a new password by a link',
		first_link_made: 'made, on the server itself, a link for the first administrator',
		invitation_made: 'made an invite',
		invitation_withdrawn: 'withdrew an invite',
		bot_made: 'made the bot',
		bot_token_made: 'made a token of',
		bot_token_revoked: 'revoked a token of',
		rooms_listed: 'looked at the list of all rooms',
	} as Record<string, string>,
};
export const wa = await inLanguage('admin', en);
