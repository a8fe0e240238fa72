/** Every word that the client says, in one place. Short, plain, in the voice of a calm colleague. */

import type { Body, RoomKind } from './core/protocol';
import { count, inLanguage, several, speech } from './words/language';

export { count };

/** `Mara`, `Mara and Jonas`, `Mara, Jonas and 2 more`. */
export function names(list: readonly string[]): string {
	if (list.length <= 4) return speech.all(list);
	return speech.all([...list.slice(0, 3), w.more(list.length - 3)]);
}

const roles: { [role: string]: string } = {
	guest: 'a guest',
	member: 'a member',
	moderator: 'a moderator',
	owner: 'an owner',
};
const english = {
	app: 'Hearth',
	today: 'Today',
	yesterday: 'Yesterday',
	you: 'you',
	somebody: 'somebody',
	more: (n: number) => `${count(n)} more`,
	units: ['B', 'KB', 'MB', 'GB', 'TB'],
	table: 'Table',
	close: 'Close',
	loading: 'Loading…',
	noPart: 'This part could not be loaded.',
	tryAgain: 'Try again',
	noAnswer: 'The server doesn’t answer. Try again in a moment.',

	side: {
		label: 'Rooms and people',
		threads: 'Threads',
		unreadThreads: (n: number) => `, ${count(n)} with something new`,
		saved: 'Saved messages',
		rooms: 'Rooms',
		direct: 'Direct messages',
		add: 'Create or find a room',
		addDirect: 'New direct message',
		none: 'No rooms yet.',
		unread: (n: number) => `, ${count(n)} unread`,
		mentions: (n: number) => `, ${several(n, { one: '# mention', other: '# mentions' })}`,
		isPrivate: ', private',
		isGroup: ', group',
		draft: ', draft',
		starred: 'Starred',
		jump: 'Jump to…',
		jumpKey: (mod: string) => `${mod} K`,
		newMessage: 'New message',
		scheduled: 'Scheduled',
		muted: ', muted',
		own: ', status, settings, sign out',
		online: 'Online',
		away: 'Away',
		do_not_disturb: 'Do not disturb',
		offline: 'Offline',
		connecting: 'Connecting…',
		reconnecting: 'Reconnecting…',
	},

	head: {
		skip: 'Skip to messages',
		back: 'Back to rooms',
		details: 'Room details',
		pins: 'Pinned messages',
		search: 'Search in this room',
		members: (n: number) => several(n, { one: '# member', other: '# members' }),
		membersHere: (n: number, here: number) =>
			`${several(n, { one: '# member', other: '# members' })}, ${count(here)} here now`,
	},

	feed: {
		label: (room: string) => `Messages in ${room}`,
		older: 'Loading older messages',
		beginning: (room: string) => `This is the very beginning of ${room}`,
		beginningDirect: (name: string) =>
			`This is the very beginning of what you and ${name} write to each other`,
		beginningSubDirect: 'Only the two of you can read it.',
		noRoom: 'Pick a room, or make one',
		noRoomSub: 'Rooms that you join stand on the left.',
		findRoom: 'Find or create a room',
		newLine: 'New',
		newMessages: 'New messages',
		edited: '(edited)',
		deleted: 'This message was deleted.',
		editedAt: (when: string) => `Edited ${when}`,
		editedBefore: 'What it was before',
		blocked: 'A message by somebody you have blocked.',
		hidden: 'A message that you have hidden.',
		show: 'Show',
		bot: 'Bot',
		webhook: 'Webhook',
		read: 'Read',
		delivered: 'Delivered',
		thread: 'Thread',
		replies: (n: number, isAll: boolean) =>
			isAll ? several(n, { one: '# reply', other: '# replies' }) : `${count(n)}+ replies`,
		last: (when: string) => `last ${when}`,
		newIn: (n: number) => `${n > 99 ? '99+' : n} new`,
		notSent: (n: number) => `${count(n)} not sent`,
		picture: 'A picture',
		file: 'A file',
		noPicture: 'The picture didn’t come.',
		retryOf: (name: string) => `Try again: ${name}`,
		download: 'Download',
		forwarded: (name: string) => `Forwarded from ${name}`,
		quoteGone: 'a deleted message',
		quoteBlocked: 'somebody you have blocked',
		quoteFar: 'an earlier message',
		waiting: (n: number) => `${count(n)} waiting for the connection`,
		onItsWay: 'On its way…',
		failed: (why: string) => `Couldn’t send: ${lowered(why)}`,
		sendAgain: 'Send again',
		edit: 'Edit',
		delete: 'Delete',
		strip: (n: number) => `${count(n)} new`,
		jumpFirst: 'Jump to first',
		markRead: 'Mark read',
		below: (n: number, mentions: number) =>
			mentions > 0 ? `${count(n)} below · @ ${count(mentions)}` : `${count(n)} below`,
		latest: 'Latest',
		toLatest: 'Jump to latest',
		says: (name: string, text: string) => `${name}: ${text}`,
		andMore: (n: number) => `and ${count(n)} more`,
		code: 'Code',
		copy: 'Copy code',
		copied: 'Copied',
		unfold: (n: number) => `Show all ${several(n, { one: '# line', other: '# lines' })}`,
		fold: 'Show fewer lines',
		done: 'Done: ',
		todo: 'To do: ',
	},

	act: {
		label: 'Message actions',
		reply: 'Reply (R)',
		react: 'Other reaction (+)',
		thread: 'Reply in thread (T)',
		more: 'More actions (.)',
		with: (emoji: string) => `React with ${emoji}`,
		by: (emoji: string, n: number, who: string) => `${emoji} ${count(n)}${who ? `: ${who}` : ''}`,
	},

	compose: {
		label: 'Write',
		to: (room: string) => `Message ${room}`,
		first: (room: string) => `Write the first message in ${room}`,
		send: 'Send',
		save: 'Save the edit',
		replying: (name: string) => `Replying to ${name}`,
		inThread: 'Reply in the thread',
		files: 'Attach files',
		emoji: 'Insert an emoji',
		later: 'Send later',
		waits: 'Sends when the upload is done. You can go on writing.',
		asFile: 'Send as file',
		editing: 'Editing your message',
		stop: 'Stop',
		tooMany: (n: number) => `${count(n)} too many. Send it as a file, or shorten it.`,
		keys: ['**bold**', '`code`', 'Shift Enter for a new line'],
		typing: (list: readonly string[]) =>
			`${names(list)} ${list.length === 1 ? 'is' : 'are'} typing`,
		asOf: (time: string) => `Up to date as of ${time}`,
		archived: 'This room is archived. It can be read, and nothing more is written.',
		readOnly: 'You can read here, not write.',
		slow: (seconds: number) =>
			`Slow mode: a message every ${several(seconds, { one: '# second', other: '# seconds' })}.`,
		full: 'Too much waits to be sent. What you wrote is kept here.',
		atAnEdit: 'Save the edit that you are at, or stop it, first.',
	},

	link: {
		lost: 'No connection. What you send is kept and goes out when you are back.',
		in: (seconds: number) => `Trying again in ${seconds} s`,
		now: 'Trying again…',
		tryNow: 'Try now',
		back: (missed: number, sent: number) => {
			const parts = [
				missed > 0 ? several(missed, { one: '# new message', other: '# new messages' }) : '',
				sent > 0 ? `your ${count(sent)} ${sent === 1 ? 'is' : 'are'} sent` : '',
			];
			const said = parts.filter(Boolean).join(', ');
			return said ? `Back. ${said[0]?.toUpperCase()}${said.slice(1)}.` : 'Back.';
		},
		stopped: 'This page and the server don’t fit together any more. Your words are kept.',
		reload: 'Load the page anew',
		unkept: 'This browser keeps nothing for this page: what is not sent is lost when it is closed.',
		newer: 'A new version is ready. Your drafts are kept.',
		loadNow: 'Load now',
	},

	couldNot: (what: string, why: string) => `Couldn’t ${what}: ${lowered(why)}`,
	do: {
		react: 'react',
		delete: 'delete it',
		load: 'load them',
		other: 'do that',
	},

	/** What happened in a room; the name of who did it stands before. */
	happened: {
		began: 'began this conversation',
		made: 'made this room',
		join: 'came in',
		leave: 'left',
		let: (who: string) => `let ${who} in by a link`,
		added: (who: string) => `added ${who}`,
		removed: (who: string) => `removed ${who}`,
		banned: (who: string) => `banned ${who}`,
		unbanned: (who: string) => `lifted the ban of ${who}`,
		role: (who: string, role: string) => `made ${who} ${roles[role] ?? role}`,
		topic: (topic: string) => (topic ? `set the topic: ${topic}` : 'took the topic away'),
		described: 'described the room anew',
		undescribed: 'took the description away',
		picture: 'gave the room a picture',
		noPicture: 'took the room’s picture away',
		renamed: (name: string) => `renamed the room to ${name}`,
		archived: 'archived the room',
		opened: 'opened the room again',
		slow: (seconds: number) =>
			seconds > 0
				? `set slow mode to ${several(seconds, { one: '# second', other: '# seconds' })}`
				: 'ended slow mode',
		right: 'changed who may do what here',
	},
};
export type Words = typeof english;
export const w: Words = await inLanguage('base', english);

/** Why something was refused, as one reads it: `words/refused`, or what the server has said while that cannot be fetched. */
export async function reason(
	...refused: [message: string, code?: string, name?: string]
): Promise<string> {
	const words = await import('./words/refused').catch(() => null);
	return words?.why(...refused) ?? refused[0];
}

/** Of a sentence of the server's the way it stands behind a colon. */
function lowered(sentence: string): string {
	return /^[A-Z][a-z]/.test(sentence)
		? `${sentence[0]?.toLowerCase()}${sentence.slice(1)}`
		: sentence;
}

/** What happened in a room, in words; the name of who did it stands before. */
export function happened(body: Body, who: (user: string, name?: string) => string): string {
	const { happened: say } = w;
	const because = (said: string, reason?: string) => (reason ? `${said}: ${reason}` : said);
	switch (body.kind) {
		case 'create':
			return body.room_kind === 'direct' || body.room_kind === 'group' ? say.began : say.made;
		case 'join':
			return say.join;
		case 'leave':
			return say.leave;
		case 'invite': {
			const name = who(body.user, body.user_name);
			return body.accepted ? say.let(name) : say.added(name);
		}
		case 'remove':
			return because(say.removed(who(body.user)), body.reason);
		case 'ban':
			return because(say.banned(who(body.user)), body.reason);
		case 'unban':
			return say.unbanned(who(body.user));
		case 'role':
			return say.role(who(body.user), body.role);
		case 'topic':
			return say.topic(body.topic ?? '');
		case 'description':
			return body.description ? say.described : say.undescribed;
		case 'avatar':
			return body.avatar ? say.picture : say.noPicture;
		case 'rename':
			return say.renamed(body.name);
		case 'archive':
			return body.on ? say.archived : say.opened;
		case 'slow':
			return say.slow(body.seconds);
		case 'right':
			return say.right;
		default:
			return '';
	}
}

/** How large a file is: `640 B`, `12 KB`, `3.4 MB`. */
export function sizeOf(bytes: number): string {
	const { units } = w;
	let at = 0;
	let size = bytes;
	for (; size >= 999.5 && at < units.length - 1; at += 1) size /= 1_000;
	const shown = at === 0 || size >= 9.95 ? Math.round(size) : Math.round(size * 10) / 10;
	return `${count(shown)} ${units[at]}`;
}

/** A room as it is called in a sentence. */
export function called(name: string, kind: RoomKind | undefined): string {
	return kind === 'direct' || kind === 'group' ? name : `#${name}`;
}
