/** What is sent: out of a draft, or at once as a reaction is; and what of it is on its way, has failed, or is stored. */

import type { App } from '../app.svelte';
import { threadOf } from '../core/event';
import { called, mentionedNames } from '../core/markdown';
import {
	type Body,
	type Everyone,
	MENTIONED_USERS_MAX,
	type Mentions,
	type RoomId,
	type SendId,
	type Seq,
	type UserId,
} from '../core/protocol';
import { has } from '../core/right';
import type { MessageRow, Unsent } from '../core/rows';
import { keptOf, type Step } from '../core/step';
import type { Draft, Kept } from '../core/store';
import { w } from '../words';
import type { RoomView } from './view.svelte';

/** So long nothing is said of a send that is not stored yet. */
const LATE_MS = 300;

export class Sending {
	/** What is not in the log of its room yet. */
	unsent = $state.raw<ReadonlyMap<RoomId, readonly Unsent[]>>(new Map());
	/** Stored, and shown as it was sent until its event is there in its place. */
	private readonly stored = new Map<SendId, { view: RoomView; seq: Seq }>();

	constructor(private readonly app: App) {}

	// ---- Out of the page.

	/** Sends what was written, in the thread `root` if there is one. Null if it was taken, else why not. */
	write(view: RoomView, text: string, root: Seq | null = null): string | null {
		const { drafts, attaching } = this.app;
		const draft = drafts.of(view, root);
		const { edits } = draft;
		const body: Body =
			edits !== null
				? { kind: 'edit', target: edits, text }
				: this.message(view, { ...draft, text }, root);
		const waits = edits === null && draft.files?.some((file) => file.id === null);
		const why = !waits
			? this.send(view.id, body)
			: attaching
				? attaching.hold(view, root, body)
				: w.noPart;
		if (why !== null) return why;
		if (edits !== null) drafts.stopEditing(view, root);
		else drafts.empty(view, root, text);
		if (edits === null && root === null) view.goTo = 'latest';
		return null;
	}

	/** The message that a draft is. */
	message(view: RoomView, draft: Draft, root: Seq | null): Extract<Body, { kind: 'message' }> {
		const { text, reply_to, files = [] } = draft;
		// Who answers what is in a thread writes into the thread.
		const answered = reply_to === null ? undefined : view.timeline.get(reply_to);
		const thread = root ?? (answered ? threadOf(answered.event.body) : null);
		// The server goes by the id and the description; the rest is for who looks at what waits here.
		const attachments = files.map(({ id, key, ...file }) => ({ ...file, id: id ?? key }));
		return {
			kind: 'message',
			text,
			...(reply_to !== null && { reply_to }),
			...(thread !== null && { thread: { root: thread } }),
			...(files.length > 0 && { attachments }),
			...this.mentions(view, draft),
		};
	}

	private mentions(view: RoomView, { text, named }: Draft): { mentions?: Mentions } {
		const byName = new Map([...view.members].map(([user, name]) => [name.toLowerCase(), user]));
		for (const [name, user] of Object.entries(named ?? {})) byName.set(name, user);
		const room = this.app.session?.client.rooms.get(view.id)?.snapshot;
		const mayAll = room && has(room, 'everyone');
		const isName = (name: string) => byName.has(name.toLowerCase());
		const users = new Set<UserId>();
		let everyone: Everyone | undefined;
		for (const word of mentionedNames(text)) {
			const user = byName.get(called(word, isName)?.toLowerCase() ?? '');
			if (user !== undefined) users.add(user);
			else if (mayAll && (word === 'here' || word === 'room')) everyone = word;
		}
		const mentions = {
			...(users.size > 0 && { users: [...users].slice(0, MENTIONED_USERS_MAX) }),
			...(everyone && { everyone }),
		};
		return users.size > 0 || everyone ? { mentions } : {};
	}

	react(room: RoomId, target: Seq, emoji: string, on: boolean): void {
		this.app.notice = this.send(room, { kind: 'react', target, emoji, on });
		if (on) this.app.used?.(emoji);
	}

	/** A reaction is put on, or taken back if it is one's own. */
	toggle(view: RoomView, row: MessageRow, emoji: string): void {
		const isMine = row.reactions.some(
			(one) => one.emoji === emoji && one.users.includes(this.app.me?.id ?? ''),
		);
		if (row.seq !== null) this.react(view.id, row.seq, emoji, !isMine);
	}

	/** Sends anything. Null if it was taken, else why not. */
	send(room: RoomId, body: Body, id?: SendId): string | null {
		const sent = this.app.session?.send(room, body, id);
		if (!sent) return w.noAnswer;
		if ('id' in sent) return null;
		return sent.not === 'full' ? w.compose.full : w.side.none;
	}

	// ---- What becomes of it.

	setUnsent(room: RoomId, change: (list: readonly Unsent[]) => readonly Unsent[]): void {
		const unsent = new Map(this.unsent);
		unsent.set(room, change(unsent.get(room) ?? []));
		this.unsent = unsent;
	}

	/** What an earlier page has left, or one that is gone. */
	takeKept(kept: readonly Kept[]): void {
		const unsent = new Map(this.unsent);
		for (const { pending, at_ms, failed } of kept) {
			const known = unsent.get(pending.room) ?? [];
			unsent.set(pending.room, [...known, { pending, at_ms, failed, late: true, stored: false }]);
		}
		this.unsent = unsent;
	}

	/** It is not sent from here any more. */
	gone(room: RoomId, id: SendId): void {
		this.setUnsent(room, (list) => list.filter((one) => one.pending.id !== id));
	}

	recorded(pending: Extract<Step, { do: 'record' }>['pending']): void {
		const { room, id } = pending;
		this.setUnsent(room, (list) => {
			const known = list.find((one) => one.pending.id === id);
			if (known) return list.map((one) => (one === known ? { ...one, pending } : one));
			setTimeout(() => this.late(room, id), LATE_MS);
			return [...list, { pending, at_ms: Date.now(), failed: null, late: false, stored: false }];
		});
	}

	private late(room: RoomId, id: SendId): void {
		this.setUnsent(room, (list) =>
			list.map((one) => (one.pending.id === id && !one.stored ? { ...one, late: true } : one)),
		);
	}

	settled({ pending, outcome }: Extract<Step, { do: 'settled' }>): void {
		const { app } = this;
		const { room, id, body } = pending;
		const isWord = body.kind === 'message' || body.kind === 'edit';
		if (outcome.is === 'stored' || !isWord) {
			if (outcome.is === 'stored' && body.kind === 'message') app.link.counted.sent += 1;
			if (outcome.is === 'refused' || outcome.is === 'doubtful') {
				void app.say(outcome.refused, what(body.kind));
			}
			// An acknowledged message stays on the page until its event is there, which may come a moment later.
			const view = app.reading.viewOf(room);
			if (outcome.is === 'stored' && view) this.acknowledged(view, id, outcome.seq);
			else this.gone(room, id);
			return;
		}
		const failed = keptOf(outcome.refused);
		this.setUnsent(room, (list) => {
			const known = list.find((one) => one.pending.id === id);
			const at_ms = known?.at_ms ?? Date.now();
			const kept = { pending, at_ms, failed, late: true, stored: false };
			return [...list.filter((one) => one !== known), kept];
		});
	}

	/** It is stored: no more waits, and what was drawn at once stays until the event is there in its place. */
	private acknowledged(view: RoomView, id: SendId, seq: Seq): void {
		this.setUnsent(view.id, (list) =>
			list.map((one) => (one.pending.id === id ? { ...one, late: false, stored: true } : one)),
		);
		this.stored.set(id, { view, seq });
		this.arrived();
	}

	/** What is stored goes where its event is there, or will not come: it was missed, or its room is not held any more. */
	arrived(): void {
		for (const [id, { view, seq }] of this.stored) {
			const isHeld = this.app.reading.viewOf(view.id) === view;
			if (isHeld && seq > view.head.seq && !view.timeline.covers(seq)) continue;
			this.stored.delete(id);
			this.gone(view.id, id);
		}
	}

	/** Of the log in which it is stored nothing comes any more. */
	reset(room: RoomId): void {
		const view = this.app.reading.viewOf(room);
		for (const [id, of] of this.stored) {
			if (of.view === view) this.stored.set(id, { view, seq: 0 });
		}
		this.arrived();
	}
}

/** What was to be done, in words. */
function what(kind: Body['kind']): string {
	const words: Record<string, string> = w.do;
	return words[kind] ?? w.do.other;
}
