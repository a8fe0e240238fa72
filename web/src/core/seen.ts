/**
 * What a browser remembers of what it has shown, so that the page opens without a network as it was: who one is, the rooms
 * as they stood, and the end of those that were looked at last. It is a memory and no truth: nothing is sent from it, and
 * what the server says takes its place. It is of one user, and goes when they sign out.
 */

import type { RoomId, RoomSnapshot, User } from './protocol';
import { answer, SEEN } from './store';
import type { Tail } from './timeline';

/** What is remembered. */
export interface Seen {
	me: User;
	/** `head` is how far each was known. */
	rooms: RoomSnapshot[];
	tails: [RoomId, Tail][];
	/** When it was so. */
	at_ms: number;
}

const STORE = 'seen';
const KEY = 'last';

export async function recall(factory: IDBFactory): Promise<Seen | null> {
	return within(factory, 'readonly', (store) => store.get(KEY) as IDBRequest<Seen | undefined>);
}

export async function remember(factory: IDBFactory, seen: Seen): Promise<void> {
	await within(factory, 'readwrite', (store) => store.put(seen, KEY));
}

/** Where the browser keeps nothing, nothing is remembered. */
async function within<T>(
	factory: IDBFactory,
	mode: IDBTransactionMode,
	run: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<NonNullable<T> | null> {
	let db: IDBDatabase | undefined;
	try {
		const opening = factory.open(SEEN, 1);
		opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
		db = await answer(opening);
		return (await answer(run(db.transaction(STORE, mode).objectStore(STORE)))) ?? null;
	} catch {
		return null;
	} finally {
		// One that stays open would hold up who forgets all of it.
		db?.close();
	}
}
