/** What is done from dialogs and menus with whole rooms and with all of them: none of it is needed for the first messages. */

import type { App, RoomItem } from '../app.svelte';
import type { Event, RoomId, RoomKind, Seq } from '../core/protocol';
import type { Answer } from '../core/step';
import { w } from '../words';
import { w as wm } from '../words/message';
import { randomId } from '../world';
import { forget } from './entering';
import { PAGE } from './reading.svelte';
import { offer } from './undo';
import type { RoomView } from './view.svelte';

export async function createRoom(app: App, name: string, kind: RoomKind): Promise<string | null> {
	const id = randomId(window.crypto);
	return entered(app, await app.ask({ ask: 'create', id, name, kind }));
}

export async function joinRoom(app: App, room: RoomId): Promise<string | null> {
	return entered(app, await app.ask({ ask: 'join', room }));
}

export async function openDirect(app: App, user: string): Promise<string | null> {
	return entered(app, await app.ask({ ask: 'direct', user }));
}

export async function leaveRoom(app: App, room: RoomId): Promise<string | null> {
	const answer = await app.ask({ ask: 'leave', room });
	return answer.is === 'refused' ? answer.refused.message : null;
}

/** What an answer that brings a room says; it is shown then. */
function entered(app: App, answer: Answer): string | null {
	if (answer.is === 'refused') return answer.refused.message;
	if (answer.is === 'room') app.go(answer.room.id);
	return null;
}

/** Rooms in the order of their last use, the present one first. */
export function lastUsed(app: App): RoomItem[] {
	const used = app.reading.openViews().map((view) => view.id);
	return [...app.rooms].sort((a, b) => used.indexOf(b.id) - used.indexOf(a.id));
}

/** Everything from this message on is to be unread, until one comes back. */
export function markUnread(app: App, view: RoomView, seq: Seq): void {
	view.isSetBack = true;
	view.lineAfter = seq - 1;
	if (view.root === null) app.session?.unreadFrom(view.id, seq - 1);
	else void app.set({ kind: 'read', room: view.id, root: view.root, seq: seq - 1, back: true });
}

/** How a room stood before it was marked read. */
export interface Before {
	room: RoomId;
	read: Seq;
	line: Seq | null;
}

/** A room was marked read. */
export function offerBack(app: App, before: Before): void {
	offer(app, { said: wm.marked, undo: () => setBack(app, before) });
}

/** It is as it was, until one comes back. */
function setBack(app: App, { room, read, line }: Before): void {
	const log = app.session?.client.rooms.get(room);
	const view = app.reading.viewOf(room);
	if (view) view.lineAfter = line;
	if (!log || log.mark.seq <= read) return;
	if (view) view.isSetBack = true;
	app.session?.unreadFrom(room, read);
}

/** Everything is read, in every room and in every thread that one follows. */
export function markAllRead(app: App): void {
	const { session, view } = app;
	if (!session) return;
	const { rooms, threads } = session.client;
	const before = [...rooms].flatMap(([room, { unread, mark }]): Before[] => {
		const line = app.reading.viewOf(room)?.lineAfter ?? null;
		return unread > 0 || room === view?.id ? [{ room, read: mark.seq, line }] : [];
	});
	const marks = (threads?.followed() ?? []).flatMap(({ room, root, unread, read, last }) =>
		unread.size > 0 ? [{ room, root, read, last }] : [],
	);
	for (const { room } of before) session.read(room, rooms.get(room)?.position ?? 0);
	if (view) view.lineAfter = null;
	const isMarked = inThreads(app, marks, ({ last }) => ({ seq: last }));
	offer(app, {
		said: wm.allMarked,
		undo: () => {
			for (const one of before) setBack(app, one);
			const back = () => inThreads(app, marks, ({ read }) => ({ seq: read, back: true }));
			void isMarked.then(back);
		},
	});
}

interface Mark {
	room: RoomId;
	root: Seq;
	read: Seq;
	last: Seq;
}

/** One after the other: of more at once than may be asked some would be refused. */
async function inThreads(
	app: App,
	marks: readonly Mark[],
	to: (mark: Mark) => { seq: Seq; back?: boolean },
): Promise<void> {
	for (const mark of marks) {
		const { room, root } = mark;
		await app.set({ kind: 'read', room, root, ...to(mark) });
	}
}

/** To the first message of a time, or the last before it. Why not, if it cannot be. */
export async function goToTime(app: App, view: RoomView, at_ms: number): Promise<string | null> {
	const found = (events: readonly Event[]) =>
		events.find((event) => event.at_ms >= at_ms) ?? events.at(-1);
	const keep = (events: readonly Event[]) => found(events)?.seq ?? view.keep;
	const page = await app.reading.load(view, 'around', { at_ms, limit: PAGE }, keep);
	if (!page) return view.failed;
	const first = found(page.events);
	if (first) view.goTo = { seq: first.seq, focus: true };
	return null;
}

export async function signOut(app: App): Promise<void> {
	for (const part of app.parts) await part.end?.();
	const out = await app.http.logOut();
	if (!out.ok && out.status !== 401) {
		app.notice = w.noAnswer;
		return;
	}
	app.session?.stop();
	app.me = null;
	await forget();
	window.location.replace('/');
}
