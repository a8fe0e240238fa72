// Written by crates/protocol/tests/typescript.rs from that crate; do not edit.

/** A room's id. */
export type RoomId = string;

/** A user's id. */
export type UserId = string;

/** A client's id of a send. */
export type SendId = string;

/** A device's id. */
export type DeviceId = string;

/** A file's id. */
export type FileId = string;

/** A client's id of a message that is to be sent later. */
export type ScheduledId = string;

/** An event's number in its room, from 1; 0: before the first. */
export type Seq = number;

/** A message's number among the messages of its room. */
export type Ordinal = number;

/** Which state of somebody's profile; 0: they are deleted. */
export type ProfileVersion = number;

/** Up to where a client has a room's log without a hole. */
export interface Position {
	/** The room. */
	room: RoomId;
	/** The last seq that it has. */
	seq: Seq;
}

/** What a client says. */
export type ClientFrame =
	| ClientFrameHello
	| ClientFrameSend
	| ClientFrameCreate
	| ClientFrameJoin
	| ClientFrameDirect
	| ClientFrameGroup
	| ClientFrameLeave
	| ClientFrameRename
	| ClientFrameHistory
	| ClientFrameMembers
	| ClientFrameBans
	| ClientFramePins
	| ClientFrameEdits
	| ClientFrameSearch
	| ClientFrameThread
	| ClientFrameThreads
	| ClientFrameReceipts
	| ClientFrameDelivered
	| ClientFrameMark
	| ClientFrameOwn
	| ClientFrameSet
	| ClientFrameTyping
	| ClientFramePresence
	| ClientFramePing;

/** The first frame: who speaks and what they have. Answered by `welcome`, then what was missed in each room. */
export interface ClientFrameHello {
	type: 'hello';
	/** The device that speaks. */
	device: DeviceId;
	/** The client's build. */
	build?: string;
	/** Per room the last seq that the client has; a room left out is new to it and starts at the room's end. */
	rooms?: Position[];
}

/** Adds an event to a room. Answered by `ack` or `error` with the same `room` and `id`. */
export interface ClientFrameSend {
	type: 'send';
	/** The room. */
	room: RoomId;
	/** The client's id, the same in each resend. */
	id: SendId;
	/** The client's contiguous position when this first went on the wire, the same in each resend. */
	after: Seq;
	/** The device that composed it. */
	device: DeviceId;
	/** The device's counter of sends in this room, rising. */
	n: number;
	/**
	 * What is to happen: message, edit, delete, react, pin, invite, remove, ban, unban, role, topic, description,
	 * archive, slow, right.
	 */
	body: Body;
}

/** Makes a room. Answered by `room` with the same `ref`. */
export interface ClientFrameCreate {
	type: 'create';
	/** The client's number of the request. */
	ref: number;
	/** The client's id: the same id again answers the same room. */
	id: SendId;
	/** The room's name. */
	name: string;
	/** Who may find and enter it; direct rooms are opened with `direct`. */
	kind?: RoomKind;
}

/** Enters a public room, by id or by name. Answered by `room`. */
export interface ClientFrameJoin {
	type: 'join';
	/** The client's number of the request. */
	ref: number;
	/** The room. */
	room?: RoomId;
	/** Or its name. */
	name?: string;
}

/** Opens the direct room with a user, by id or name. Answered by `room`. */
export interface ClientFrameDirect {
	type: 'direct';
	/** The client's number of the request. */
	ref: number;
	/** The user's id or name. */
	user: string;
}

/** Makes a group of a few people. Answered by `room`. */
export interface ClientFrameGroup {
	type: 'group';
	/** The client's number of the request. */
	ref: number;
	/** The client's id: the same id again answers the same group. */
	id: SendId;
	/** The others' ids or names. */
	users: string[];
}

/** Leaves a room. Answered by `done`. */
export interface ClientFrameLeave {
	type: 'leave';
	/** The client's number of the request. */
	ref: number;
	/** The room. */
	room: RoomId;
}

/** Gives a room another name. Answered by `room`. */
export interface ClientFrameRename {
	type: 'rename';
	/** The client's number of the request. */
	ref: number;
	/** The room. */
	room: RoomId;
	/** The new name. */
	name: string;
}

/**
 * Asks for a page of history: the events before, after or around a seq, around a time, or the newest. Answered by
 * `history`.
 */
export interface ClientFrameHistory {
	type: 'history';
	/** The client's number of the request. */
	ref: number;
	/** The room. */
	room: RoomId;
	/** Events with a lower seq, the nearest first counted. */
	before?: Seq;
	/** Events with a higher seq. */
	after?: Seq;
	/** Events on both sides. */
	around?: Seq;
	/** Events on both sides of the first that was stored at this time or later, in milliseconds since 1970 (UTC). */
	at_ms?: number;
	/** How many at most. */
	limit?: number;
}

/** Asks for a page of a room's members. Answered by `members`. */
export interface ClientFrameMembers {
	type: 'members';
	/** The client's number of the request. */
	ref: number;
	/** The room. */
	room: RoomId;
	/** Words that begin one of the member's name; left out: all members. */
	q?: string;
	/** Where the page before ended. */
	after?: UserId;
	/** How many at most. */
	limit?: number;
}

/** Asks for a page of a room's bans, as its moderators may. Answered by `bans`. */
export interface ClientFrameBans {
	type: 'bans';
	/** The client's number of the request. */
	ref: number;
	/** The room. */
	room: RoomId;
	/** Where the page before ended. */
	after?: UserId;
	/** How many at most. */
	limit?: number;
}

/** Asks for a room's pinned messages. Answered by `pins`. */
export interface ClientFramePins {
	type: 'pins';
	/** The client's number of the request. */
	ref: number;
	/** The room. */
	room: RoomId;
}

/** Asks what a message's text was. Answered by `edits`. */
export interface ClientFrameEdits {
	type: 'edits';
	/** The client's number of the request. */
	ref: number;
	/** The room. */
	room: RoomId;
	/** The message. */
	seq: Seq;
}

/** Looks for messages in one room, or in all of one's own. Answered by `found`. */
export interface ClientFrameSearch {
	type: 'search';
	/** The client's number of the request. */
	ref: number;
	/** Words and filters, as they were typed. */
	q: string;
	/** In which room; left out: in all of one's own, or as `q` says. */
	room?: RoomId;
	/** By how many minutes the clock is ahead of UTC by which dates are meant. */
	offset_min?: number;
	/** Where the page before ended. */
	cursor?: string;
	/** How many hits of one room are listed at most. */
	limit?: number;
}

/** Asks for a page of a thread: its messages before or after a seq, or the newest. Answered by `thread`. */
export interface ClientFrameThread {
	type: 'thread';
	/** The client's number of the request. */
	ref: number;
	/** The room. */
	room: RoomId;
	/** The message at which the thread begins. */
	root: Seq;
	/** Messages with a lower seq, the nearest first counted. */
	before?: Seq;
	/** Messages with a higher seq. */
	after?: Seq;
	/** How many at most. */
	limit?: number;
}

/** Asks for a page of the threads that one follows. Answered by `threads`. */
export interface ClientFrameThreads {
	type: 'threads';
	/** The client's number of the request. */
	ref: number;
	/** Where the page before ended. */
	after?: string;
	/** How many at most. */
	limit?: number;
}

/** Asks for a small room's receipts, and to be told from now on what moves of them. Answered by `receipts`. */
export interface ClientFrameReceipts {
	type: 'receipts';
	/** The client's number of the request. */
	ref: number;
	/** The room. */
	room: RoomId;
}

/** This device has what was said in a small room. Not answered. */
export interface ClientFrameDelivered {
	type: 'delivered';
	/** The room. */
	room: RoomId;
	/** Up to and with this. */
	seq: Seq;
}

/** Moves the own read mark. A lower seq than the mark's counts only with `back`. Not answered but by `mark`. */
export interface ClientFrameMark {
	type: 'mark';
	/** The room. */
	room: RoomId;
	/** Read up to and with this. */
	seq: Seq;
	/** "Unread from here": sets the mark back and begins a new revision. */
	back?: boolean;
}

/** Asks for what is one's own, and to be told from now on what changes of it. Answered by `own`. */
export interface ClientFrameOwn {
	type: 'own';
	/** The client's number of the request. */
	ref: number;
	/** Of which kinds; all if left out. */
	kinds?: OwnKind[];
}

/** Sets one thing of one's own. Answered by `done`. */
export interface ClientFrameSet {
	type: 'set';
	/** The client's number of the request. */
	ref: number;
	/** The thing, as it is to stand. */
	own: Own;
}

/** The user is writing. Not answered. */
export interface ClientFrameTyping {
	type: 'typing';
	/** The room. */
	room: RoomId;
}

/** Says the own status, and whose status is wanted from now on. Answered by `presence`. */
export interface ClientFramePresence {
	type: 'presence';
	/** The own status. */
	status: Status;
	/** Whose status to be told: replaces the list before. */
	watch?: UserId[];
}

/** Is anybody there? Answered by `pong`: browsers cannot see the protocol's own pings. */
export interface ClientFramePing {
	type: 'ping';
	/** The client's number of the request. */
	ref: number;
}

/** What the server says. */
export type ServerFrame =
	| ServerFrameWelcome
	| ServerFrameRoom
	| ServerFrameAck
	| ServerFrameEvents
	| ServerFrameGap
	| ServerFrameReset
	| ServerFrameLeft
	| ServerFrameHistory
	| ServerFrameMembers
	| ServerFrameBans
	| ServerFramePins
	| ServerFrameEdits
	| ServerFrameFound
	| ServerFrameThread
	| ServerFrameThreads
	| ServerFrameReceipts
	| ServerFrameMark
	| ServerFrameOwn
	| ServerFrameTyping
	| ServerFramePresence
	| ServerFrameDone
	| ServerFramePong
	| ServerFrameDrain
	| ServerFrameError;

/** The answer to `hello`: who you are, and your rooms as they stand. What was missed follows, room by room. */
export interface ServerFrameWelcome {
	type: 'welcome';
	/** The server's build. */
	build: string;
	/** The node that speaks. */
	node: string;
	/** Who the credential says you are. */
	user: User;
	/** The server's clock, in milliseconds since 1970. */
	now_ms: number;
	/** Your rooms. */
	rooms: RoomSnapshot[];
}

/** A room is yours now: the answer to `create`, `join`, `direct`, `group`, or brought about elsewhere (no `ref`). */
export interface ServerFrameRoom {
	type: 'room';
	/** The request. */
	ref?: number;
	/** The room as it stands. */
	room: RoomSnapshot;
}

/** The send is stored, under this seq. It says nothing about the events in between. */
export interface ServerFrameAck {
	type: 'ack';
	/** The room. */
	room: RoomId;
	/** The client's id. */
	id: SendId;
	/** Its number in the room, for ever. */
	seq: Seq;
}

/** A dense run of one room's events, live or replayed. */
export interface ServerFrameEvents {
	type: 'events';
	/** The room. */
	room: RoomId;
	/** The run, ascending. */
	events: Event[];
}

/** You are too far behind: what lies between is not replayed; ask `history` for it. Live events follow after `to`. */
export interface ServerFrameGap {
	type: 'gap';
	/** The room. */
	room: RoomId;
	/** The first that is missing. */
	from: Seq;
	/** The last that is missing. */
	to: Seq;
}

/** What you have of this room does not fit its log (you are ahead of it): drop it and begin at `head`. */
export interface ServerFrameReset {
	type: 'reset';
	/** The room. */
	room: RoomId;
	/** The log's end. */
	head: Seq;
}

/** The room is no longer yours; nothing after `seq` is shown to you. */
export interface ServerFrameLeft {
	type: 'left';
	/** The room. */
	room: RoomId;
	/** The event that ended it. */
	seq: Seq;
	/** The request, if it was yours (`leave`). */
	ref?: number;
}

/** A page of history. */
export interface ServerFrameHistory {
	type: 'history';
	/** The request. */
	ref: number;
	/** The room. */
	room: RoomId;
	/** The page, ascending and dense. Deleted messages come as `erased`. */
	events: Event[];
	/** How its messages stand now, where later events changed them. */
	states?: MessageState[];
	/** The log's end as of which the page is whole. */
	head: Seq;
	/** Whether there is more before its first event. */
	more_before: boolean;
	/** Whether there is more after its last event. */
	more_after: boolean;
}

/** A page of a room's members, by id. */
export interface ServerFrameMembers {
	type: 'members';
	/** The request. */
	ref: number;
	/** The room. */
	room: RoomId;
	/** The page. */
	members: Member[];
	/** Where the next page begins, if there is one. */
	next?: UserId;
}

/** A page of a room's bans, by the user's id. */
export interface ServerFrameBans {
	type: 'bans';
	/** The request. */
	ref: number;
	/** The room. */
	room: RoomId;
	/** The page. */
	bans: Ban[];
	/** Where the next page begins, if there is one. */
	next?: UserId;
}

/** A room's pinned messages, the one pinned last first. */
export interface ServerFramePins {
	type: 'pins';
	/** The request. */
	ref: number;
	/** The room. */
	room: RoomId;
	/** All of them. */
	pins: Pin[];
	/** How those messages stand now, where later events changed them. */
	states?: MessageState[];
}

/** A message as it was sent and what it became. */
export interface ServerFrameEdits {
	type: 'edits';
	/** The request. */
	ref: number;
	/** The room. */
	room: RoomId;
	/** The message, then its newest edits in their order, each as it stands in the log. */
	events: Event[];
}

/** Messages that were found, by rooms. */
export interface ServerFrameFound {
	type: 'found';
	/** The request. */
	ref: number;
	/** The rooms in which some were found, or which were not looked through to their beginning. */
	rooms: RoomHits[];
	/** The `cursor` with which to go on with further rooms, if there are any. */
	next?: string;
}

/** A page of a thread. */
export interface ServerFrameThread {
	type: 'thread';
	/** The request. */
	ref: number;
	/** The thread as it stands for you; boxed, since other frames are far smaller. */
	thread: Thread;
	/** Its messages, ascending. Deleted ones come as `erased`. */
	events: Event[];
	/** How they stand now, where later events changed them. */
	states?: MessageState[];
	/** The log's end as of which the page is whole. */
	head: Seq;
	/** Whether the thread has more before the first of them. */
	more_before: boolean;
	/** Whether it has more after the last. */
	more_after: boolean;
}

/** A page of the threads that you follow, the one written in last first. */
export interface ServerFrameThreads {
	type: 'threads';
	/** The request. */
	ref: number;
	/** The page. */
	threads: Thread[];
	/** How many of all that you follow have something unread. */
	unread: number;
	/** Where the next page begins, if there is one. */
	next?: string;
}

/** Receipts: all that was asked for (`ref`), or those that have moved. */
export interface ServerFrameReceipts {
	type: 'receipts';
	/** The request. */
	ref?: number;
	/** The room. */
	room: RoomId;
	/** Of those who tell theirs. */
	receipts: Receipt[];
}

/** Your read mark (moved by any of your devices). */
export interface ServerFrameMark {
	type: 'mark';
	/** The room. */
	room: RoomId;
	/** Read up to and with this. */
	seq: Seq;
	/** Its revision: the higher revision wins, within one the higher seq. */
	revision: number;
	/** Messages after it, exact. */
	unread: number;
	/** Those of them that mention you. */
	mentioned?: Seq[];
}

/** What is your own: all that was asked for (`ref`), or what has changed by this version. */
export interface ServerFrameOwn {
	type: 'own';
	/** The request. */
	ref?: number;
	/** The version of all that is yours: one more with each change. */
	version: number;
	/** The things as they stand. None, and no `ref`: there is something newer, ask for it. */
	own: Own[];
}

/** Someone is writing; forget it after 4 s. */
export interface ServerFrameTyping {
	type: 'typing';
	/** The room. */
	room: RoomId;
	/** Who. */
	user: UserId;
	/** Their name. */
	name: string;
}

/** How people are whom you watch. */
export interface ServerFramePresence {
	type: 'presence';
	/** Those whose status changed, or all after a `presence` of yours. */
	users: PresenceOf[];
}

/** The request is done. */
export interface ServerFrameDone {
	type: 'done';
	/** The request. */
	ref: number;
}

/** The answer to `ping`. */
export interface ServerFramePong {
	type: 'pong';
	/** The request. */
	ref: number;
}

/** The server is going away: it closes this socket next; come back (elsewhere) after `after_ms`. */
export interface ServerFrameDrain {
	type: 'drain';
	/** How long to wait, jittered by the server. */
	after_ms: number;
}

/** Something was refused or could not be done; the socket lives on. */
export interface ServerFrameError {
	type: 'error';
	/** The request, if it had a `ref`. */
	ref?: number;
	/** The room of the `send`. */
	room?: RoomId;
	/** The id of the `send`. */
	id?: SendId;
	/** For programs. */
	code: ErrorCode;
	/** For people: what is wrong and what helps. */
	message: string;
	/** When to try again, where trying again helps. */
	retry_after_ms?: number;
}

/** A user as others see them. */
export interface User {
	/** The account. */
	id: UserId;
	/** The name by which they are called. */
	name: string;
	/** The name that is shown. */
	display: string;
}

/**
 * A room as it stands, for one member. Whoever is in five hundred has as many in one `welcome`, so that what a field is
 * most often is left out, and is its default.
 */
export interface RoomSnapshot {
	/** The room. */
	id: RoomId;
	/** Its name; for a direct room the other's name, for a group the others'. */
	name: string;
	/** Who may find and enter it. */
	kind?: RoomKind;
	/** Its topic. */
	topic?: string;
	/** Its description. */
	description?: string;
	/** Its avatar. */
	avatar?: FileId;
	/** Your role. */
	role?: Role;
	/** How many members it has. */
	members: number;
	/** The other member, for a direct room. */
	peer?: UserId;
	/** Whether it is archived: it can be read, and nothing more is written. */
	archived?: boolean;
	/** How long each waits between two messages of their own, in seconds; 0 for not at all. */
	slow_seconds?: number;
	/** Who may do what in it, where that is not as usual. */
	rights?: Rights;
	/** The log's end. */
	head: Seq;
	/** Messages up to the end. */
	ordinal?: Ordinal;
	/** Your read mark. */
	mark?: Seq;
	/** The read mark's revision. */
	revision?: number;
	/** Messages after the mark, exact. */
	unread?: number;
	/** Those of them that mention you, ascending, without those that were deleted: their number is the count of mentions. */
	mentioned?: Seq[];
}

/** A member of a room. */
export interface Member {
	/** The account. */
	user: UserId;
	/** Their name. */
	name: string;
	/** What they may do. */
	role: Role;
	/** Whether it is a bot, as its id says. */
	bot?: boolean;
}

/** A ban that stands. */
export interface Ban {
	/** Who is banned. */
	user: UserId;
	/** Their name. */
	name: string;
	/** Who banned them. */
	by: UserId;
	/** When. */
	at_ms: number;
	/** When it ends by itself. */
	until_ms?: number;
	/** Why. */
	reason?: string;
}

/** A pinned message. */
export interface Pin {
	/** The message, as it was sent. */
	message: Event;
	/** Who pinned it. */
	by: UserId;
	/** When. */
	at_ms: number;
}

/** Up to where a member has a room. */
export interface Receipt {
	/** The member. */
	user: UserId;
	/** Their read mark. */
	read?: Seq;
	/** Up to where one of their devices has it, as far as is known: not below what is read. */
	delivered: Seq;
}

/** A thread as it stands for one member. */
export interface Thread {
	/** The room. */
	room: RoomId;
	/** The message at which it begins. */
	root: Seq;
	/** That message, as it was sent; as `erased` if it was deleted. */
	message?: Event;
	/** How that message stands now, if later events changed it. */
	state?: MessageState;
	/**
	 * How many messages are in it. This and what follows is 0 where nothing was written yet, or nothing is counted any
	 * more.
	 */
	messages?: number;
	/** The last of them. */
	last?: Seq;
	/** When that was stored, in milliseconds since 1970. */
	last_ms?: number;
	/** Whether you follow it. */
	following?: boolean;
	/** Up to where you have read it. */
	read?: Seq;
	/** The messages after that, ascending, without those that were deleted: their number is what is unread. */
	unread?: Seq[];
}

/** How somebody is. */
export type Status = 'offline' | 'away' | 'online' | 'do_not_disturb';

/** One person's status. */
export interface PresenceOf {
	/** Who. */
	user: UserId;
	/** How. */
	status: Status;
	/** Of who is offline, when they were last connected, if that is known. */
	seen_ms?: number;
	/** The version of their profile, if the server has heard lately of a change of it. */
	profile?: ProfileVersion;
}

/** One event of a room's log. Its room is said by the frame or the row that carries it. */
export interface Event {
	/** Its number in the room. */
	seq: Seq;
	/** How many messages the room had up to and with this event. */
	ordinal: Ordinal;
	/** When the appending node stored it, in milliseconds since 1970 (UTC): for display, never for order. */
	at_ms: number;
	/** Who did it. */
	by: UserId;
	/** The name that they had then. */
	name: string;
	/** The client's id of the send. */
	id: SendId;
	/** What happened. */
	body: Body;
}

/** What happened. */
export type Body =
	| BodyCreate
	| BodyMessage
	| BodyEdit
	| BodyDelete
	| BodyReact
	| BodyPin
	| BodyJoin
	| BodyLeave
	| BodyInvite
	| BodyRemove
	| BodyBan
	| BodyUnban
	| BodyRole
	| BodyTopic
	| BodyDescription
	| BodyAvatar
	| BodyRename
	| BodyArchive
	| BodySlow
	| BodyRight
	| BodyErased;

/** The room began. Always seq 1. `by` is its first owner, and for a direct room or a group `with` the other members. */
export interface BodyCreate {
	kind: 'create';
	/** The room's name; empty for direct rooms and groups. */
	title: string;
	/** Who may find and enter it. */
	room_kind: RoomKind;
	/** The others who are members from the start (direct rooms and groups): id and name. */
	with?: [UserId, string][];
}

/** A message. The only body that counts as unread: in its room, or if it is in a thread, there. */
export interface BodyMessage {
	kind: 'message';
	/** The text as written (Markdown source). */
	text: string;
	/** The message to which it replies. */
	reply_to?: Seq;
	/** Whom it mentions. */
	mentions?: Mentions;
	/** Where it was copied from. */
	forward?: Forward;
	/** Files that come with it. */
	attachments?: Attachment[];
	/** The thread to which it belongs. */
	thread?: InThread;
}

/** A message's text was replaced. */
export interface BodyEdit {
	kind: 'edit';
	/** The message. */
	target: Seq;
	/** The new text. */
	text: string;
}

/** A message was deleted for all. */
export interface BodyDelete {
	kind: 'delete';
	/** The message. */
	target: Seq;
}

/** A reaction was put on a message or taken back. */
export interface BodyReact {
	kind: 'react';
	/** The message. */
	target: Seq;
	/** The emoji. */
	emoji: string;
	/** Put on, or taken back. */
	on: boolean;
}

/** A message was pinned, or its pin taken off. */
export interface BodyPin {
	kind: 'pin';
	/** The message. */
	target: Seq;
	/** Pinned, or taken off. */
	on: boolean;
}

/** `by` came in by themselves. */
export interface BodyJoin {
	kind: 'join';
}

/** `by` left. */
export interface BodyLeave {
	kind: 'leave';
}

/** `by` brought a user in. */
export interface BodyInvite {
	kind: 'invite';
	/** The user. */
	user: UserId;
	/** The name that they had then. In a send it may be left out: the server fills it in. */
	user_name?: string;
	/** Whether the user came by themselves, with an invitation link that `by` had made. A client does not say it. */
	accepted?: boolean;
}

/** `by` put a user out. */
export interface BodyRemove {
	kind: 'remove';
	/** The user. */
	user: UserId;
	/** Why, for all to read. */
	reason?: string;
}

/** `by` put a user out, or kept one out who was not in: they cannot come back before the ban ends or is lifted. */
export interface BodyBan {
	kind: 'ban';
	/** The user. */
	user: UserId;
	/** Why, for all to read. */
	reason?: string;
	/**
	 * When it ends by itself, in milliseconds since 1970 (UTC): compared with `at_ms` of the event by which they
	 * would come in. Without it, not by itself.
	 */
	until_ms?: number;
}

/** `by` lifted a user's ban. */
export interface BodyUnban {
	kind: 'unban';
	/** The user. */
	user: UserId;
}

/** `by` gave a member a role. */
export interface BodyRole {
	kind: 'role';
	/** The member. */
	user: UserId;
	/** The role. */
	role: Role;
}

/** The topic was changed. */
export interface BodyTopic {
	kind: 'topic';
	/** The new topic; empty for none. */
	topic: string;
}

/** What the room is for was said anew, at more length than a topic has. */
export interface BodyDescription {
	kind: 'description';
	/** The new description; empty for none. */
	description: string;
}

/** The room was given another avatar, or none any more. It is shown at `/avatars/ID/256` and `/avatars/ID/64`. */
export interface BodyAvatar {
	kind: 'avatar';
	/** The picture. */
	avatar?: FileId;
}

/** The room was given another name. The one before stays the room's as well: who uses it finds the room. */
export interface BodyRename {
	kind: 'rename';
	/** The new name. */
	name: string;
}

/** The room was archived, or opened again. */
export interface BodyArchive {
	kind: 'archive';
	/** Archived, or opened again. */
	on: boolean;
}

/** Slow mode was changed: how long each waits between two messages of their own. */
export interface BodySlow {
	kind: 'slow';
	/** The wait in seconds; 0 for none. */
	seconds: number;
}

/** A right was given to another role on: all that are not below it have it in this room, and no others. */
export interface BodyRight {
	kind: 'right';
	/** The right. */
	right: Right;
	/** The lowest role that has it. */
	role: Role;
}

/** What stood here was erased; its number, sender and id stay, and what is counted by it. */
export interface BodyErased {
	kind: 'erased';
	/**
	 * What it was, without a word of it. Not there for what is neither a message nor an edit, and for what was erased
	 * before this was kept.
	 */
	was?: Was;
}

/** What stays of a body whose words were erased: all that is counted by it. */
export type Was =
	| WasMessage
	| WasEdit;

/** A message. */
export interface WasMessage {
	kind: 'message';
	/** The message to which it replied. */
	reply_to?: Seq;
	/** Whom it mentioned. */
	mentions?: Mentions;
	/** The thread to which it belongs. */
	thread?: InThread;
}

/** An edit. */
export interface WasEdit {
	kind: 'edit';
	/** The message whose text it replaced. */
	target: Seq;
}

/** Whom a message mentions, beside all who read it. */
export interface Mentions {
	/** Users. For who is no member it says nothing. */
	users?: UserId[];
	/** Everyone in the room. */
	everyone?: Everyone;
}

/**
 * A message that was copied, text and all, as it stood then. In a send only `room` and `seq` count: the server fills in
 * the rest, and the text.
 */
export interface Forward {
	/** The room in which it stands. */
	room: RoomId;
	/** Its number there. */
	seq: Seq;
	/** Who wrote it. */
	by?: UserId;
	/** The name that they had then. */
	name?: string;
	/** When it was stored. */
	at_ms?: number;
}

/**
 * A file that comes with a message. In a send only `id` and `alt` count: the server fills in what it knows of the upload,
 * so whoever reads the message asks for nothing more to show it.
 */
export interface Attachment {
	/** The upload, and then the file. */
	id: FileId;
	/** What it was called where it came from, without what no file name should have. */
	name?: string;
	/** Its media type, by its content. */
	type?: string;
	/** How many bytes it has. */
	size?: number;
	/** A picture's width in pixels, as it is shown. */
	width?: number;
	/** A picture's height in pixels, as it is shown. */
	height?: number;
	/**
	 * A picture in very small, to be shown until the thumbnail is there: a JPEG in base64. There is a thumbnail where
	 * this is.
	 */
	preview?: string;
	/** What is to be seen, in words, for who does not see it: the sender's. */
	alt?: string;
}

/** To which thread a message belongs. In a send only `root` counts: the server fills in the rest. */
export interface InThread {
	/** The message of the room at which it begins. */
	root: Seq;
	/** Who wrote that one. */
	by?: UserId;
}

/** How everyone is mentioned. Both count alike, for who is here is not in the log; they tell clients whom to alert. */
export type Everyone = 'here' | 'room';

/** Who may find and enter a room. */
export type RoomKind = 'public' | 'private' | 'direct' | 'group' | 'broadcast';

/**
 * What a member may do. In this order each may do all that the ones before it may; what that is, is a table in
 * `docs/protocol.md`, and each room's owners say it of some [`Right`]s.
 */
export type Role = 'guest' | 'member' | 'moderator' | 'owner';

/** What a room's owners give to roles, from the lowest that has it on. */
export type Right = 'write' | 'react' | 'everyone' | 'pin' | 'invite' | 'describe';

/** The lowest role that has each right in a room; left out where it is the usual one of the room's kind. */
export interface Rights {
	/** Writing messages, and editing one's own. */
	write?: Role;
	/** Putting reactions on messages. */
	react?: Role;
	/** Mentioning everyone. */
	everyone?: Role;
	/** Pinning messages, and taking pins off. */
	pin?: Role;
	/** Bringing people in, and making invitation links. */
	invite?: Role;
	/** Setting the room's name, topic, description and avatar. */
	describe?: Role;
}

/** A message as it stands now, where later events changed it, or a thread began at it. */
export interface MessageState {
	/** The message. */
	seq: Seq;
	/** Its text now, if it was edited. */
	text?: string;
	/** The event that edited it last. */
	edited?: Seq;
	/** When that was, in milliseconds since 1970, where it is known. */
	edited_ms?: number;
	/** The event that deleted it. */
	deleted?: Seq;
	/** Reactions that stand, by emoji. */
	reactions?: Reaction[];
	/** How long the thread is that begins at it, if there is one and it is counted. Only pages of history tell it. */
	thread?: ThreadLength;
}

/** How long a thread is. */
export interface ThreadLength {
	/** How many messages are in it. */
	messages: number;
	/** The last of them that is counted there: what comes after it is not. */
	last: Seq;
	/** When that was stored, in milliseconds since 1970. */
	last_ms: number;
	/** The log's end as of which it is counted: a deletion after it is to be taken off. */
	as_of: Seq;
}

/** One emoji on a message and who put it there. */
export interface Reaction {
	/** The emoji. */
	emoji: string;
	/** Who, in the order of their ids. */
	users: UserId[];
}

/** One thing of a user's own, as it was set. */
export type Own =
	| OwnQuiet
	| OwnNotify
	| OwnBlocked
	| OwnDraft
	| OwnThreadDraft
	| OwnHidden
	| OwnSaved
	| OwnScheduled
	| OwnReceipts
	| OwnFollow
	| OwnRead;

/** When one is not to be told of anything. */
export interface OwnQuiet {
	kind: 'quiet';
	/** The hours; left out: none. */
	hours?: QuietHours;
}

/** Of what in a room one is to be told. */
export interface OwnNotify {
	kind: 'notify';
	/** The room. */
	room: RoomId;
	/** Of which messages; `all` if left out. */
	level?: NotifyLevel;
	/** Until then of none. */
	muted_until_ms?: number;
}

/** Somebody whose messages are not to be shown. */
export interface OwnBlocked {
	kind: 'blocked';
	/** The user. */
	user: UserId;
	/** Blocked, or not any more. */
	on: boolean;
}

/** A message that is not sent yet: one in each room. */
export interface OwnDraft {
	kind: 'draft';
	/** The room. */
	room: RoomId;
	/** Its text; left out: there is none. */
	text?: string;
	/** The message to which it is to reply. */
	reply_to?: Seq;
	/** When it was set so. The server says it; what a client says there counts for nothing. */
	at_ms?: number;
}

/**
 * A message that is not sent yet, for a thread: one in each. A kind of its own: who does not know it would take it
 * for the room's.
 */
export interface OwnThreadDraft {
	kind: 'thread_draft';
	/** The room. */
	room: RoomId;
	/** The message at which the thread begins. */
	root: Seq;
	/** Its text; left out: there is none. */
	text?: string;
	/** The message to which it is to reply. */
	reply_to?: Seq;
	/** When it was set so. The server says it; what a client says there counts for nothing. */
	at_ms?: number;
}

/** A message that is not to be shown. */
export interface OwnHidden {
	kind: 'hidden';
	/** The room. */
	room: RoomId;
	/** The message. */
	seq: Seq;
	/** Hidden, or not any more. */
	on: boolean;
}

/** A message to come back to. */
export interface OwnSaved {
	kind: 'saved';
	/** The room. */
	room: RoomId;
	/** The message. */
	seq: Seq;
	/** Saved, or not any more. */
	on: boolean;
}

/** A message that is to be sent later. */
export interface OwnScheduled {
	kind: 'scheduled';
	/** By which it is named; the send has the same id. */
	id: ScheduledId;
	/** The room. */
	room: RoomId;
	/** When. */
	at_ms: number;
	/** Its text; left out, and no files: there is none any more, it was sent or is not to be sent. */
	text?: string;
	/** The message to which it is to reply. */
	reply_to?: Seq;
	/** Whom it is to mention. */
	mentions?: Mentions;
	/** The message at which the thread begins into which it is to go. */
	thread?: Seq;
	/** The uploads that it is to bring along, by their ids, with their descriptions. */
	attachments?: Attachment[];
	/** What has become of it. The server says it; what a client says there counts for nothing. */
	state?: ScheduledState;
	/** Why it could not be sent, or cannot be said to be. */
	reason?: string;
}

/** Whether others are told what one has read, and one of others. */
export interface OwnReceipts {
	kind: 'receipts';
	/** Told, or not. */
	on: boolean;
}

/** Whether one follows a thread. */
export interface OwnFollow {
	kind: 'follow';
	/** The room. */
	room: RoomId;
	/** The message at which the thread begins. */
	root: Seq;
	/** Followed, or not; left out: as it goes by itself, who has a part in it follows it. */
	on?: boolean;
	/**
	 * Where the room's log ended then: who had no part in the thread has read it up to here. A client does not say
	 * it.
	 */
	since?: Seq;
}

/** Up to where one has read a thread. */
export interface OwnRead {
	kind: 'read';
	/** The room. */
	room: RoomId;
	/** The message at which the thread begins. */
	root: Seq;
	/** Read up to and with this. A lower one than the one that stands counts only with `back`. */
	seq: Seq;
	/** Whether it may go back. What stands does not say it. */
	back?: boolean;
	/**
	 * Where the room's log ended when it was set back last: what one wrote before it is no sign that one has read
	 * on. A client does not say it.
	 */
	at?: Seq;
}

/** What has become of a scheduled message. */
export type ScheduledState = 'waiting' | 'sending' | 'failed' | 'doubtful';

/** Hours of each day. */
export interface QuietHours {
	/** When they begin, in minutes after midnight. */
	from_min: number;
	/** When they end; before `from_min`: on the next day. */
	to_min: number;
	/**
	 * Where the clock stands that counts, by its name in the time zone database: an offset would be wrong for half of
	 * the year.
	 */
	zone: string;
}

/** Of which messages of a room one is to be told. */
export type NotifyLevel = 'all' | 'mentions' | 'none';

/** What kind of thing it is. */
export type OwnKind = 'quiet' | 'notify' | 'blocked' | 'draft' | 'thread_draft' | 'hidden' | 'saved' | 'scheduled' | 'receipts' | 'follow' | 'read';

/** What was found in one room, the newest first. */
export interface RoomHits {
	/** The room. */
	room: RoomId;
	/** How many messages fit in the part of the room that was looked at. */
	count: number;
	/** Whether a part of the room was not looked at: there may be more than `count`. */
	at_least?: boolean;
	/** The newest of them. */
	hits: Hit[];
	/** The `cursor` with which to go on in this room, if there may be more. */
	next?: string;
}

/** A message that fits. */
export interface Hit {
	/** Its number. */
	seq: Seq;
	/** When it was stored, in milliseconds since 1970 (UTC). */
	at_ms: number;
	/** Who wrote it. */
	by: UserId;
	/** The name that they had then. */
	name: string;
	/** A part of its text as it stands now, around the first place that fits. */
	excerpt: string;
	/** How many characters of the text stand before the excerpt. */
	before?: number;
	/** How many characters of the text stand after the excerpt. */
	after?: number;
	/**
	 * Where in the excerpt what was looked for stands: from a character up to another, which is no more part of it. In
	 * Unicode scalar values.
	 */
	marks?: [number, number][];
}

/** What a client does after an error. */
export type Retry = 'never' | 'same' | 'ask' | 'sign_in';

/** Every error code, and what a client does after it. */
export const RETRY = {
	bad_request: 'never',
	unknown_kind: 'never',
	too_large: 'never',
	unauthorized: 'sign_in',
	forbidden: 'never',
	not_found: 'never',
	not_member: 'never',
	banned: 'never',
	scope_read: 'never',
	scope_send: 'never',
	scope_rooms: 'never',
	scope_moderate: 'never',
	taken: 'never',
	out_of_order: 'never',
	full: 'never',
	archived: 'never',
	doubtful: 'same',
	too_old: 'ask',
	busy: 'same',
	slow: 'same',
	unavailable: 'same',
	internal: 'same',
} as const satisfies Record<string, Retry>;

export type ErrorCode = keyof typeof RETRY;

/** A message's text, in bytes of UTF-8: a long page of prose; more belongs into a file. */
export const TEXT_BYTES_MAX = 16 * 1024;
/** One frame from a client, in bytes: the longest text with every character escaped (`\uXXXX`), and its envelope. */
export const CLIENT_FRAME_BYTES_MAX = 128 * 1024;
/** A user's name, in characters. */
export const USER_NAME_CHARS_MAX = 32;
/** A display name, in characters. */
export const DISPLAY_NAME_CHARS_MAX = 64;
/** What somebody says that they are doing, in characters: a line. */
export const STATUS_CHARS_MAX = 100;
/** A language tag, in bytes: what BCP 47 asks everybody to take. */
export const LANGUAGE_BYTES_MAX = 35;
/** A room's name, in characters: the specification's own bound of `group_name`. */
export const ROOM_NAME_CHARS_MAX = 25;
/** A room's topic, in characters. */
export const TOPIC_CHARS_MAX = 250;
/** A room's description, in characters: half a page. Longer rules belong into a message of the room. */
export const DESCRIPTION_CHARS_MAX = 1_000;
/** Why somebody was removed or banned, in characters: as a topic. */
export const REASON_CHARS_MAX = 250;
/** Bans of one room that stand at a time: what its moderators can still look through, in five pages. */
export const BANS_PER_ROOM_MAX = 1_000;
/** Names of one room, those that it had before included: each stays the room's, so nobody may collect them. */
export const NAMES_PER_ROOM_MAX = 20;
/** Slow mode's wait, in seconds: an hour. Who is to say less should say it elsewhere. */
export const SLOW_SECONDS_MAX = 3_600;
/** Users mentioned by one message; beyond that it means everyone. */
export const MENTIONED_USERS_MAX = 50;
/** Mentions of one user in one room that are counted, the newest: beyond that nobody reads them one by one. */
export const MENTIONS_COUNTED_MAX = 100;
/** Threads of one room that are counted, those of the newest messages: who follows more does not read them all. */
export const THREADS_COUNTED_MAX = 1_000;
/** Messages of one thread that are counted as unread, the newest: as mentions. */
export const THREAD_UNREAD_COUNTED_MAX = 100;
/** Who follows one thread by having a part in it, those who had it first; whoever comes later follows it by hand. */
export const THREAD_FOLLOWERS_MAX = 200;
/** Threads in one page of a list: each one's first message is read from its room. */
export const THREADS_PAGE_MAX = 50;
/** Threads for which one user has said whether to follow them. */
export const FOLLOWS_MAX = 1_000;
/** Threads of which it is kept how far one user has read them. */
export const THREADS_READ_MAX = 1_000;
/** Members of a room in which receipts are told: among more, each message would be followed by a storm of them. */
export const RECEIPTS_MEMBERS_MAX = 50;
/** Messages pinned in one room at a time: what can be looked through, and read in one call. */
export const PINS_PER_ROOM_MAX = 50;
/** Edits of one message that are told, the newest: what can be looked through, and read in one call. */
export const EDITS_SHOWN_MAX = 50;
/** Files that come with one message: more want a message each, or an archive. */
export const ATTACHMENTS_MAX = 10;
/** A file's name, in characters. */
export const FILE_NAME_CHARS_MAX = 100;
/** What is to be seen in an attachment, in characters: two sentences. */
export const ALT_CHARS_MAX = 200;
/** A picture in very small, in bytes as it stands in the message. */
export const PREVIEW_BYTES_MAX = 1024;
/** A part of an upload, in bytes: each but the last has so many. */
export const CHUNK_BYTES = 1024 * 1024;
/** Uploads of one user that no message refers to yet. */
export const UPLOADS_MAX = 50;
/** The file from which an avatar is made, in bytes. */
export const AVATAR_BYTES_MAX = 8 * 1024 * 1024;
/** A client's id of a send, in bytes: room for a UUID with a prefix, or an `Idempotency-Key`. */
export const SEND_ID_BYTES_MAX = 64;
/** A device's id, in bytes. */
export const DEVICE_ID_BYTES_MAX = 64;
/** A reaction, in bytes: the longest emoji sequences of Unicode have 35. */
export const EMOJI_BYTES_MAX = 64;
/** Different emoji on one message: more are not looked at, and each is shown to everybody. */
export const REACTION_KINDS_MAX = 50;
/** Rooms of one user: what one `hello` can resume. */
export const ROOMS_PER_USER_MAX = 500;
/** Members of one room. */
export const MEMBERS_PER_ROOM_MAX = 100_000;
/** Members of a group: what still fits on a line as its name, and more want a room with one. */
export const GROUP_DIRECT_MEMBERS_MAX = 20;
/** What is one user's own, all together, in bytes as it is kept: what one record takes without being slow to write. */
export const OWN_BYTES_MAX = 128 * 1024;
/** Drafts of one user, those of threads included: nobody has begun more than they come back to. */
export const DRAFTS_MAX = 50;
/** Saved messages of one user. */
export const SAVED_MAX = 500;
/** Saved messages in one page: each is read from its room. */
export const SAVED_PAGE_MAX = 50;
/** Messages that one user has hidden in one room. */
export const HIDDEN_PER_ROOM_MAX = 100;
/** Messages that one user has hidden in all rooms. */
export const HIDDEN_MAX = 500;
/** People whom one user has blocked. */
export const BLOCKED_MAX = 200;
/** Messages of one user that are to be sent later, those that could not be sent among them. */
export const SCHEDULED_MAX = 100;
/** How far ahead a message is scheduled at least, in milliseconds: whoever is to send it has seen it by then. */
export const SCHEDULED_AHEAD_MS_MIN = 60_000;
/** How far ahead a message is scheduled at most, in milliseconds: a year, also a leap one. */
export const SCHEDULED_AHEAD_MS_MAX = 366 * 24 * 60 * 60 * 1_000;
/** A time zone's name, in bytes: the longest of the time zone database has 32. */
export const ZONE_BYTES_MAX = 64;
/** Hits of one room in one page of a search. */
export const SEARCH_HITS_MAX = 50;
/** Events in one page of history. */
export const PAGE_EVENTS_MAX = 200;
/** Events in a page whose `limit` is absent. */
export const PAGE_EVENTS_DEFAULT = 50;
/** Events in one `events` frame: a longer run is sent as several frames. */
export const RUN_EVENTS_MAX = 200;
/** Events that a resume replays per room; a reader further behind is told a gap and gets the newest page. */
export const RESUME_EVENTS_MAX = 1_000;
/** Events that an append looks back over for de-duplication; a resend whose `after` lies further back is "too old". */
export const SCAN_EVENTS_MAX = 10_000;
/** People whose presence one connection can watch. */
export const WATCHED_USERS_MAX = 100;
/** People whose profiles one call reads. */
export const PROFILES_MAX = 100;
/** Requests of one connection under way at once; the server reads on when one of them is done. */
export const REQUESTS_IN_FLIGHT_MAX = 16;
/** Frames that one connection's outbox may hold, in bytes; beyond it the socket closes with `slow`. */
export const OUTBOX_BYTES_MAX = 1024 * 1024;
/** Messages in the specification's own frames: `msg`, in characters. */
export const SEED_MSG_CHARS_MAX = 1000;
/** How long a typing notice lives without another, in milliseconds. */
export const TYPING_MS = 4_000;
/** The server's ping, in milliseconds: well inside the time-outs of proxies (Nginx's default is 60 s). */
export const PING_INTERVAL_MS = 25_000;

