/** What the client's machine puts out, and what it is told about the socket. `protocol::client::step` in TypeScript. */

import type {
	Body,
	ClientFrame,
	DeviceId,
	ErrorCode,
	Event,
	Member,
	MessageState,
	Own,
	Pin,
	PresenceOf,
	Receipt,
	RoomId,
	RoomKind,
	RoomSnapshot,
	SendId,
	Seq,
	Thread,
	User,
	UserId,
} from './protocol';

import type { Kept } from './store';

/** One thing to do or to show, in the order in which they come out. */
export type Step =
	/** Open a socket now; then call `opened`, or `closed` if it cannot be had. */
	| { do: 'connect' }
	/** Drop the socket, or the attempt to open one, and report nothing more of it. */
	| { do: 'close' }
	/** Put the frame on the socket. */
	| { do: 'write'; frame: ClientFrame }
	/** Keep this durably before anything after it is carried out: the send, as every resend must repeat it. */
	| { do: 'record'; pending: Pending }
	/**
	 * The connection is gone; the next try comes after a pause, of which the machine keeps the time itself. When the server
	 * was heard last, by the wall's clock, is not the machine's own: the shell adds it.
	 */
	| { do: 'wait'; ms: number; why: End; heard_ms?: number }
	/** The machine will not come back by itself; `start` tries again. */
	| { do: 'ended'; ended: Ended }
	/** The server knows us: the rooms can be read from the machine. What was missed comes as `show` and `missed`. */
	| { do: 'welcome'; user: User; node: string; build: string; now_ms: number }
	/** A room is ours that was not, or it stands otherwise than before. */
	| { do: 'room'; room: RoomSnapshot }
	/** The room is no longer ours. */
	| { do: 'left'; room: RoomId }
	/** The next event of a room. Each seq comes once, ascending; what is not shown is named by `missed`. */
	| { do: 'show'; room: RoomId; event: Event }
	/** These will not be shown; `history` has them. */
	| { do: 'missed'; room: RoomId; from: Seq; to: Seq }
	/** What was shown of the room is not of its log: forget it. What comes next has a seq above `head`. */
	| { do: 'reset'; room: RoomId; head: Seq }
	/** A send is settled: it has left the outbox, for the only time. */
	| { do: 'settled'; pending: Pending; outcome: Outcome }
	/** A send waits and will be tried again by itself; later ones of its room wait behind it. */
	| { do: 'held'; room: RoomId; id: SendId; code: ErrorCode; message: string; ms: number }
	/** A room's count of unread messages, or of mentions among them, changed. */
	| { do: 'unread'; room: RoomId; unread: number; mentions: number }
	/** What is unread in a thread that is followed may have changed. */
	| { do: 'thread'; room: RoomId; root: Seq; unread: number }
	/** Which threads are followed was told anew. */
	| { do: 'threads' }
	/** What is the person's own was told: these things of it, as they stand. */
	| { do: 'own'; own: readonly Own[] }
	/** What moved of a room's receipts. */
	| { do: 'receipts'; room: RoomId; receipts: readonly Receipt[] }
	/** The answer to an `ask`, for the only time. */
	| { do: 'answer'; number: number; answer: Answer }
	/** Someone is writing; forget it after `TYPING_MS`. */
	| { do: 'typing'; room: RoomId; user: UserId; name: string }
	/** How those are whom we watch. */
	| { do: 'presence'; users: PresenceOf[] }
	/** An error that belongs to no request and no send. */
	| { do: 'notice'; refused: Refused }
	/** Not the machine's own: what was recorded is kept, as far as this browser keeps anything. */
	| { do: 'kept'; id: SendId }
	/** Nor this: another tab that shares it has decided about a send that failed; forget it. */
	| { do: 'forgotten'; kept: Kept }
	/** Nor this: a page that is gone had left these; they wait here from now on, or failed. */
	| { do: 'adopted'; kept: Kept[] }
	/** A text from the server that is no frame of ours. The machine lives on. */
	| { do: 'odd'; text: string };

/** A send in the outbox: all of it is the same in every resend. */
export interface Pending {
	room: RoomId;
	id: SendId;
	/** The position when it first went on the wire; null until then. */
	after: Seq | null;
	/** The device that composed it, and its counter in the room. */
	device: DeviceId;
	n: number;
	body: Body;
}

/** How a send ended. `doubtful`: whether it was stored cannot be told any more; sending it again is a new send. */
export type Outcome =
	| { is: 'stored'; seq: Seq }
	| { is: 'refused'; refused: Refused }
	| { is: 'doubtful'; refused: Refused };

/** A refusal as the server said it; or the machine's own, which has no words and says its code for them. */
export interface Refused {
	code: ErrorCode;
	message: string;
}

export function ownWith(code: ErrorCode): Refused {
	return { code, message: code };
}

/** What is kept of it with a send: its code too, so that it can be said in whatever language is read then. */
export function keptOf({ code, message }: Refused): string {
	return `${code}: ${message}`;
}

/** What may be asked. */
export type Ask =
	| { ask: 'create'; id: SendId; name: string; kind: RoomKind }
	| { ask: 'join'; room: RoomId }
	| { ask: 'direct'; user: string }
	| { ask: 'leave'; room: RoomId }
	| {
			ask: 'history';
			room: RoomId;
			before?: Seq;
			after?: Seq;
			around?: Seq;
			at_ms?: number;
			limit?: number;
	  }
	| { ask: 'members'; room: RoomId; limit?: number }
	| { ask: 'pins'; room: RoomId }
	| { ask: 'edits'; room: RoomId; seq: Seq }
	| { ask: 'thread'; room: RoomId; root: Seq; before?: Seq; after?: Seq; limit?: number }
	| { ask: 'threads'; after?: string; limit?: number }
	| { ask: 'receipts'; room: RoomId }
	| { ask: 'set'; own: Own };

/** What an `ask` came to. */
export type Answer =
	| { is: 'room'; room: RoomSnapshot }
	| { is: 'page'; page: Page }
	| { is: 'members'; members: Member[]; next: UserId | undefined }
	| { is: 'pins'; pins: Pin[]; states: MessageState[] }
	| { is: 'edits'; events: Event[] }
	| { is: 'thread'; page: ThreadPage }
	| { is: 'threads'; threads: Thread[]; unread: number; next: string | undefined }
	| { is: 'receipts'; receipts: Receipt[] }
	| { is: 'done' }
	| { is: 'refused'; refused: Refused };

/** A page of history: ascending and dense. */
export interface Page {
	room: RoomId;
	events: Event[];
	/** How its messages stand now. */
	states: MessageState[];
	/** The log's end as of which it is whole. */
	head: Seq;
	more_before: boolean;
	more_after: boolean;
}

/** A page of a thread: its messages, ascending. */
export interface ThreadPage {
	thread: Thread;
	events: Event[];
	/** How they stand now. */
	states: MessageState[];
	/** The log's end as of which it is whole. */
	head: Seq;
	more_before: boolean;
	more_after: boolean;
}

/** How a socket ended: with a close code, cut, silent for too long, or its upgrade answered with an HTTP status. */
export type End =
	| { by: 'code'; code: number }
	| { by: 'cut' }
	| { by: 'silence' }
	| { by: 'status'; status: number };

/**
 * Why the machine does not come back by itself: sign in first; this client and this server do not fit; or the browser
 * is signed in as somebody else by now, as whom nothing of this outbox may be sent.
 */
export type Ended = 'sign in' | 'stopped' | 'somebody else';

/** Why something was not taken in; nothing was changed. */
export type NotTaken = 'not member' | 'full' | 'twice';
