/** What the body of an event says of itself. `protocol::event` in TypeScript. */

import type { Attachment, Body, BodyMessage, Seq, WasMessage } from './protocol';

/** The message that it is, or was before its words were erased: what is counted by it stays. */
export function messageOf(body: Body): BodyMessage | WasMessage | null {
	if (body.kind === 'message') return body;
	return body.kind === 'erased' && body.was?.kind === 'message' ? body.was : null;
}

/** Whether it counts as a message of the room (ordinals, unread): what is in a thread counts there alone. */
export function counts(body: Body): boolean {
	const message = messageOf(body);
	return message !== null && message.thread === undefined;
}

/** The message at which its thread begins. */
export function threadOf(body: Body): Seq | null {
	return messageOf(body)?.thread?.root ?? null;
}

/** The files that come with it. */
export function filesOf(body: Body): readonly Attachment[] {
	return body.kind === 'message' ? (body.attachments ?? []) : [];
}

/** What it says where there is one line: its text as it stands, or the name of its first file. */
export function saidIn(body: Body, text: string): string {
	return text || (filesOf(body)[0]?.name ?? '');
}
