/** What a push becomes on the screen. */

import type { Words } from './words';

/** What the server pushes (docs/protocol.md, Push). */
export interface Pushed {
	room: string;
	seq: number;
	why: 'message' | 'direct' | 'mention';
	room_name: string;
	sender: string;
	/** Messages that stand behind it; it tells of the last. */
	count: number;
	at_ms: number;
	text?: string;
}

export interface Notice {
	title: string;
	body: string;
	/** One notice for each room: a newer one takes its place. */
	tag: string;
	timestamp: number;
	/** Where a click leads. */
	address: string;
}

export function notice(pushed: Pushed, words: Words): Notice {
	const { room, seq, why, room_name, sender, count, at_ms, text } = pushed;
	const isDirect = why === 'direct';
	const said = text === undefined ? unsaid(pushed, words) : isDirect ? text : `${sender}: ${text}`;
	const more = text !== undefined && count > 1 ? `\n${words.messages(count)}` : '';
	return {
		title: isDirect ? sender : `#${room_name}`,
		body: said + more,
		tag: room,
		timestamp: at_ms,
		address: `/#/${room}/${seq}`,
	};
}

function unsaid({ why, sender, count }: Pushed, words: Words): string {
	return why === 'mention' ? words.mention(sender) : words.messages(count);
}

/** What was pushed, if it is that. */
export function read(json: unknown): Pushed | null {
	const pushed = json as Pushed | null;
	const isOne =
		typeof pushed === 'object' &&
		pushed !== null &&
		typeof pushed.room === 'string' &&
		typeof pushed.seq === 'number' &&
		typeof pushed.room_name === 'string' &&
		typeof pushed.sender === 'string';
	return isOne ? pushed : null;
}
