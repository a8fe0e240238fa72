/** Words of the settings. */

import { count } from '../words';
import { inLanguage } from './language';

export const en = {
	title: 'Settings',
	you: 'You',
	look: 'Look',
	keys: 'Keys and sounds',
	notifications: 'Notifications',
	privacy: 'Privacy',
	security: 'Sign-in and sessions',
	account: 'Account',
	server: 'Server overview',
	password: 'Your password',
	notKept: 'This browser keeps nothing for this page: it holds until the page is closed.',

	youSub: 'What the others see.',
	display: 'Shown as',
	name: 'Name for mentions',
	nameHint: 'It stays as it is.',
	status: 'Status',
	statusExample: 'For example On the early boat',
	emoji: 'Emoji of the status',
	emojiHint: 'One emoji, or nothing.',
	zone: 'Time zone',
	zoneNone: 'Not said',
	zoneHere: (zone: string) => `This device’s: ${zone}`,
	language: 'Language',
	languageHint: 'Of this browser.',
	languageSet: 'The page speaks it when it is loaded anew.',
	reload: 'Load the page anew',

	theme: 'Colours',
	themeHint: 'They follow your system unless you choose.',
	themes: { system: 'System', light: 'Day', dark: 'Night', contrast: 'High contrast' } as Record<
		string,
		string
	>,
	density: 'Density',
	densityHint: 'Close fits about a fifth more on a screen.',
	densities: { roomy: 'Roomy', compact: 'Close' } as Record<string, string>,
	size: 'Size of messages',
	px: (n: number) => `${count(n)} px`,
	sample: 'The winter timetable goes live on Sunday.',
	thisBrowser: 'What you choose here holds in this browser.',

	letters: 'Single-letter keys',
	lettersHint:
		'R replies, E edits, while the list of messages has the focus. Off: letters go to the composer.',
	enter: 'Enter sends',
	enterHint: 'Off: Ctrl Enter or ⌘ Enter sends, and Enter makes a new line.',
	sound: 'Sounds',
	soundHint: 'For what you are told of. Off unless you choose.',

	quiet: 'Quiet hours',
	quietHint: 'You are told of nothing then, on any device.',
	from: 'From',
	to: 'To',
	quietSame: 'They have to end at another time than they begin.',
	quietZone: (zone: string) => `By the clock of ${zone}.`,
	saveHours: 'Save the hours',
	levels: 'Rooms with a level of their own',
	levelsHint: 'It is set in the details of each room. All other rooms tell you of everything.',
	levelsNone: 'There are none.',
	levelNames: { all: 'Everything', mentions: 'Mentions', none: 'Nothing' } as Record<
		string,
		string
	>,
	mutedUntil: (time: string) => `muted until ${time}`,
	likeOthers: 'Like all others',
	likeOthersOf: (room: string) => `Let ${room} be like all others`,
	gone: 'A room that you have left',
	device: 'This device',
	permission: {
		granted: 'This browser lets the page notify you.',
		denied: 'This browser forbids it. It is changed in the browser’s own settings for this page.',
		default: 'The browser has not been asked yet.',
		none: 'This browser knows no notifications.',
	},
	ask: 'Ask the browser',
	push: 'Tell this browser while the page is closed',
	pushHint: 'Of what is said to you, by the push service of the browser.',
	pushText: 'Say what was written',
	pushTextHint: 'Off: who wrote, and where, but not what. It travels sealed either way.',
	pushNone: 'It is told only while the page is open: this browser or this server knows no push.',
	pushDenied: 'It is told of nothing until that is changed.',
	pushFailed: 'The browser did not reach its push service. Try again later.',
	devices: 'Browsers that are told',
	devicesNone: 'No browser is told while it sleeps.',
	deviceLine: (service: string, since: string) => `by ${service}, since ${since}`,
	stopTelling: 'Stop telling it',

	receipts: 'Tell others what you have read',
	receiptsHint: 'Off: you are not told of others either.',
	blocked: 'Blocked people',
	blockedHint:
		'You do not see what they write, and they cannot begin a conversation with you. They are not told.',
	blockedNone: 'You have blocked nobody.',
	blockName: 'Whom to block',
	block: 'Block',
	unblock: 'Unblock',
	unblockOf: (name: string) => `Unblock ${name}`,
	yourself: 'That is you.',

	changePassword: 'Password',
	changeSub: 'A new one signs out all your other devices.',
	current: 'Password now',
	currentOpen: 'Empty, if you have none.',
	newPassword: 'New password',
	newHint: 'At least 10 characters. A sentence you can remember beats symbols.',
	setPassword: 'Set the password',
	passwordSet: 'It is set. All your other devices are signed out.',

	sessions: 'Where you are signed in',
	sessionsSub: 'Ending one closes its connection at once.',
	thisOne: 'This one',
	sessionLine: (address: string, used: string, since: string) =>
		`${address} · used ${used} · since ${since}`,
	/** A browser and its system. */
	deviceOn: (browser: string, system: string) => `${browser} on ${system}`,
	end: 'End',
	endOf: (name: string) => `End ${name}`,
	endOthers: 'End all others',
	othersEnded: 'All others have ended.',

	factor: 'Second factor',
	factorSub: 'A code from an app on your phone, asked for besides the password.',
	begin: 'Set it up',
	turnOff: 'Turn it off',
	isOff: 'It is off.',
	scan: 'Scan this with your authenticator, then type the code that it shows.',
	qr: 'Code to scan',
	byHand: 'Secret to type by hand',
	code: 'Code',
	confirm: 'Turn it on',
	isOn: 'It is on.',
	codesSub: 'Each of these codes lets you in once without the device. They are shown this once.',
	recovery: 'Recovery codes',
	download: 'Download',
	fileName: 'hearth-recovery-codes.txt',
	kept: 'I have kept them',

	mail: 'Mail address',
	mailSub: 'A link for a new password can be sent there.',
	mailNone: 'You have none.',
	mailIs: (mail: string) => `Yours: ${mail}`,
	mailPending: (mail: string) => `A link was sent to ${mail}. It counts when the link is followed.`,
	mailOff: 'This server sends no mail: an administrator can make a link for a new password.',
	newMail: 'New address',
	setMail: 'Send a link there',
	dropMail: 'Remove the address',

	leave: 'Sign out',
	leaveSub: 'Ends this session. What is not sent stays in this browser.',
	delete: 'Delete the account',
	deleteSub: 'For ever. An administrator can keep an account out instead, which can be taken back.',
	goes: 'What goes: your password, shown name, profile and mail address, your sessions, settings, drafts, saved and scheduled messages, your picture, and your place in every room.',
	stays:
		'What stays: what you wrote, under your name; your direct rooms, for the others; and your name, which nobody else gets.',
	typeName: (name: string) => `Type ${name} to confirm`,
	doDelete: 'Delete it for ever',
	deleting: 'Deleting…',
};
export const ws = await inLanguage('settings', en);

/** What a device is called: what the server has guessed of a browser, in the reader's language. */
export function deviceName(name: string): string {
	const [, browser = '', system = ''] = /^(\w+) on (\w+)$/.exec(name) ?? [];
	return system ? ws.deviceOn(browser, system) : name;
}
