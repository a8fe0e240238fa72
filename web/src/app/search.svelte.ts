/**
 * Looking for messages: what is typed, where, and what was found so far. It stays as it is while one goes to a hit, so
 * that coming back leads to where one was.
 */

import type { App } from '../app.svelte';
import type { RoomHits, RoomId } from '../core/protocol';
import { isEnough } from '../core/query';
import { w } from '../words/search';
import { keepList, keptList } from './kept';
import { type Found, search } from './searching';

/** Searches remembered. */
const RECENT_MAX = 8;
/** Typing rests for so long before the server is asked. */
const PAUSE_MS = 250;
/** Hits of one room in a page. */
const PAGE = 20;
/** The server looks through some rooms at a time: so often it is asked on by itself, while little was found. */
const PAGES_MAX = 6;
const FEW = 10;
/** The longest that the server takes. */
export const QUERY_CHARS_MAX = 250;

export class Search {
	text = $state('');
	/** In which room; null: in all of one's own. */
	room = $state<RoomId | null>(null);
	rooms = $state.raw<readonly RoomHits[]>([]);
	/** Where further rooms go on; null: those were all. */
	next = $state<string | null>(null);
	is = $state<'idle' | 'looking' | 'found' | 'failed'>('idle');
	why = $state('');
	recent = $state.raw<readonly string[]>(keptList('searches'));
	/** To what the hits belong. */
	looked = $state('');
	/** The hit to which one went last: `ROOM/SEQ`. */
	current = $state<string | null>(null);
	private timer = 0;
	private turn = 0;

	constructor(private readonly app: App) {}

	/** In this room, or in all; what was typed is looked for there. */
	scope(room: RoomId | null): void {
		if (this.room === room) return;
		this.room = room;
		this.clear();
		if (isEnough(this.text)) void this.look();
	}

	/** Looks for something in all rooms. */
	everywhere(text = this.text): void {
		this.room = null;
		this.text = text;
		this.clear();
		if (isEnough(text)) void this.look();
		if (location.hash !== '#/search') location.hash = '#/search';
	}

	/** Something was typed: looked for after a pause, while what was found before stays. */
	typed(text: string): void {
		this.text = text;
		clearTimeout(this.timer);
		if (isEnough(text)) this.timer = window.setTimeout(() => void this.look(), PAUSE_MS);
		else this.clear();
	}

	/** Looked for at once, as with a filter or by Enter. */
	now(text = this.text): void {
		clearTimeout(this.timer);
		this.text = text;
		if (isEnough(text)) void this.look();
		else this.clear();
	}

	async look(): Promise<void> {
		const mine = this.begin();
		const text = this.text.trim();
		const { room } = this;
		const answer = await search(this.app.http, text, { room, limit: PAGE });
		if (mine !== this.turn) return;
		if (!answer.ok) {
			this.fail(answer.message);
			return;
		}
		this.rooms = [];
		this.looked = text;
		this.current = null;
		this.take(answer.value);
		await this.goOn(mine);
	}

	/** Further rooms. */
	async moreRooms(): Promise<void> {
		const mine = this.begin();
		await this.goOn(mine, true);
	}

	/** More of one room. */
	async moreOf({ room, next }: RoomHits): Promise<void> {
		const mine = this.begin();
		const cursor = next ?? null;
		const answer = await search(this.app.http, this.looked, { room, cursor, limit: PAGE });
		if (mine !== this.turn) return;
		if (!answer.ok) {
			this.fail(answer.message);
			return;
		}
		const [found] = (answer.value.rooms as RoomHits[]).filter((one) => one.room === room);
		this.rooms = this.rooms.map((one) => (one.room === room ? joined(one, found) : one));
		this.is = 'found';
	}

	/** Somebody went to a hit: what they looked for is remembered. */
	went(key: string): void {
		this.current = key;
		const before = keptList('searches').filter((one) => one !== this.looked);
		this.recent = [this.looked, ...before].slice(0, RECENT_MAX);
		keepList('searches', this.recent);
	}

	forget(): void {
		this.recent = [];
		keepList('searches', []);
	}

	private begin(): number {
		this.turn += 1;
		this.is = 'looking';
		return this.turn;
	}

	private clear(): void {
		this.turn += 1;
		this.rooms = [];
		this.next = null;
		this.is = 'idle';
		this.looked = '';
	}

	private fail(why: string): void {
		this.is = 'failed';
		this.why = why || w.noAnswer;
	}

	private take({ rooms, next }: Found): void {
		const known = new Set(this.rooms.map((one) => one.room));
		const fresh = (rooms as RoomHits[]).filter((one) => !known.has(one.room));
		this.rooms = [...this.rooms, ...fresh];
		this.next = next ?? null;
	}

	/** Asks on while there are further rooms and little was found; `isAsked`: at least once. */
	private async goOn(mine: number, isAsked = false): Promise<void> {
		for (let page = 0; this.next !== null && page < PAGES_MAX; page += 1) {
			const hits = this.rooms.reduce((sum, one) => sum + one.hits.length, 0);
			if (hits >= FEW && !(isAsked && page === 0)) break;
			const answer = await search(this.app.http, this.looked, { cursor: this.next });
			if (mine !== this.turn) return;
			if (!answer.ok) {
				this.fail(answer.message);
				return;
			}
			this.take(answer.value);
		}
		this.is = 'found';
	}
}

/** What was found in a room, with a further page of it. */
function joined(one: RoomHits, more: RoomHits | undefined): RoomHits {
	if (!more) {
		const { next: _, at_least: __, ...rest } = one;
		return rest;
	}
	const known = new Set(one.hits.map((hit) => hit.seq));
	const hits = [...one.hits, ...more.hits.filter((hit) => !known.has(hit.seq))];
	const { next: _, at_least: __, ...rest } = one;
	const count = Math.max(one.count, more.count, hits.length);
	return {
		...rest,
		count,
		hits,
		...(more.next == null ? {} : { next: more.next }),
		...(more.at_least ? { at_least: true } : {}),
	};
}

const searches = new WeakMap<App, Search>();

/** The one of an app. */
export function searchOf(app: App): Search {
	const known = searches.get(app) ?? new Search(app);
	searches.set(app, known);
	return known;
}
