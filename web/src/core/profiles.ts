/**
 * How people want to be shown, as far as this page knows: a soft copy of the server's profiles.
 *
 * Asked for are those alone who are on the screen. What is wanted within a moment goes in one call, one call is under way
 * at a time, and of those who are not on the screen any more only the last are kept. What the server tells of changes may
 * be lost: what is shown is read again on each new connection, and what is old when it is shown again.
 */

import type { Profile } from './http';
import { PROFILES_MAX, type ProfileVersion, type UserId } from './protocol';

/** Of a profile, what stands beside what somebody does. */
export interface Shown {
	name: string;
	/** Never empty. */
	display: string;
	avatar: string | null;
	emoji: string;
	doing: string;
}

export interface ProfilesWorld {
	now(): number;
	setTimer(run: () => void, ms: number): void;
	/** From 0 to 1. */
	chance(): number;
	/** Who is on the screen. */
	held: { has(user: UserId): boolean; keys(): Iterable<UserId> };
	/** Null: it came to nothing now. */
	read(users: readonly UserId[]): Promise<readonly Profile[] | null>;
	/** From now on somebody is shown so; null: as where nothing is known. */
	onShown(user: UserId, shown: Shown | null): void;
}

/** Those who come on the screen together are asked for together. */
const GATHER_MS = 30;
/** What is so old is read again when it is shown again. */
const OLD_MS = 10 * 60_000;
/** After a new connection it is read again at a time of each page's own: all come back at once when a server dies. */
const AGAIN_MS = 1_000;
const AGAIN_SPREAD_MS = 4_000;
/** What came to nothing is tried again after this, and each time after twice as long. */
const RETRY_MS = 5_000;
const RETRY_MS_MAX = 5 * 60_000;
/** So many are kept beside those on the screen. */
export const KEPT_MAX = 1_000;
/** Whoever has no account (any more). */
const NOBODY: ProfileVersion = 0;

export class Profiles {
	/** In the order in which they were last wanted. */
	private readonly known = new Map<UserId, { version: ProfileVersion; read_ms: number }>();
	private readonly waiting = new Set<UserId>();
	/** Who is being read, and which version was told meanwhile. */
	private readonly reading = new Map<UserId, ProfileVersion | null>();
	/** When it is asked next. */
	private due = Number.POSITIVE_INFINITY;
	private failures = 0;
	/** Who waits for what is under way. */
	private awaiting: (() => void)[] = [];

	constructor(private readonly world: ProfilesWorld) {}

	/** Somebody came on the screen. */
	want(user: UserId): void {
		const known = this.known.get(user);
		if (known) {
			this.known.delete(user);
			this.known.set(user, known);
		}
		if (!known || this.world.now() - known.read_ms >= OLD_MS) this.ask(user);
	}

	/** Done when somebody who is wanted was read, or could not be. */
	async settled(user: UserId): Promise<void> {
		const isAsked = () => this.waiting.has(user) || this.reading.has(user);
		while (isAsked() && this.failures === 0)
			await new Promise<void>((resolve) => this.awaiting.push(resolve));
	}

	/** The server has heard of a version. */
	told(user: UserId, version: ProfileVersion): void {
		if (this.reading.has(user)) this.reading.set(user, version);
		const known = this.known.get(user);
		if (known && known.version !== version) this.changed(user);
	}

	/** What is known of somebody holds no more. */
	changed(user: UserId): void {
		const known = this.known.get(user);
		if (known) known.read_ms = Number.NEGATIVE_INFINITY;
		if (this.world.held.has(user)) this.ask(user);
	}

	/** The connection is a new one: what was told before it may be lost. */
	again(): void {
		this.failures = 0;
		for (const known of this.known.values()) known.read_ms = Number.NEGATIVE_INFINITY;
		const all = () => {
			for (const user of this.world.held.keys()) this.want(user);
			this.soon(GATHER_MS);
		};
		this.world.setTimer(all, AGAIN_MS + this.world.chance() * AGAIN_SPREAD_MS);
	}

	private ask(user: UserId): void {
		if (this.reading.has(user) || this.waiting.has(user)) return;
		this.waiting.add(user);
		if (this.failures === 0) this.soon(GATHER_MS);
	}

	private soon(ms: number): void {
		const due = this.world.now() + ms;
		if (due >= this.due) return;
		this.due = due;
		const run = () => {
			// Another one is due before it.
			if (due !== this.due) return;
			this.due = Number.POSITIVE_INFINITY;
			void this.run();
		};
		this.world.setTimer(run, ms);
	}

	private async run(): Promise<void> {
		if (this.reading.size > 0) return;
		// Whoever is gone from the screen is asked for when they come back.
		const users = [...this.waiting].filter((user) => this.world.held.has(user));
		this.waiting.clear();
		for (const user of users.slice(PROFILES_MAX)) this.waiting.add(user);
		const now = users.slice(0, PROFILES_MAX);
		if (now.length === 0) {
			// Nothing is tried again any more: whoever comes next is asked for at once.
			this.failures = 0;
			return;
		}
		for (const user of now) this.reading.set(user, null);
		const read = await this.world.read(now);
		const meanwhile = new Map(this.reading);
		this.reading.clear();
		if (read) {
			this.failures = 0;
			const found = new Map(read.map((profile) => [profile.id, profile]));
			for (const user of now) this.take(user, found.get(user) ?? null, meanwhile.get(user) ?? null);
			this.forget();
		} else {
			this.failures += 1;
			for (const user of now) this.waiting.add(user);
		}
		for (const done of this.awaiting.splice(0)) done();
		if (this.waiting.size === 0) return;
		const wait_ms = RETRY_MS * 2 ** (this.failures - 1);
		this.soon(this.failures > 0 ? Math.min(wait_ms, RETRY_MS_MAX) : GATHER_MS);
	}

	private take(user: UserId, profile: Profile | null, told: ProfileVersion | null): void {
		const version = profile?.version ?? NOBODY;
		this.known.delete(user);
		this.known.set(user, { version, read_ms: this.world.now() });
		this.world.onShown(user, profile && shownOf(profile));
		// It may have been read before the change of which was told.
		if (told !== null && told !== version) this.changed(user);
	}

	private forget(): void {
		let over = this.known.size - KEPT_MAX;
		for (const user of this.known.keys()) {
			if (over <= 0) break;
			if (this.world.held.has(user)) continue;
			this.known.delete(user);
			this.world.onShown(user, null);
			over -= 1;
		}
	}
}

/** What is not seen, and what turns the direction of what follows. */
const UNSEEN = String.raw`[\p{Default_Ignorable_Code_Point}\p{Cc}\u2028\u2029\u2800\ufff9-\ufffb]`;
/** Emoji that are made of several signs, of which some are not seen where they stand alone. */
const PICTURE = String.raw`\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?`;
const EMOJI = String.raw`[#*\d]\ufe0f\u20e3|\u{1f3f4}[\u{e0030}-\u{e007a}]{2,6}\u{e007f}|${PICTURE}(?:\u200d${PICTURE})*`;
const EMOJI_OR_UNSEEN = new RegExp(`(${EMOJI})|${UNSEEN}`, 'gu');
const LOG_IN_NAME = /^@*([\p{L}\p{N}._-][\p{L}\p{M}\p{N}._-]*)$/u;

/**
 * A shown name as it may stand in a line; the log-in name where nothing of it is seen. What looks like a log-in name is
 * written as that, so that it is known for somebody else's where it is.
 */
export function plain(display: string, name: string): string {
	const seen = display.replace(EMOJI_OR_UNSEEN, (_, emoji = '') => emoji).trim();
	const [, looks] = LOG_IN_NAME.exec(seen.normalize('NFKC')) ?? [];
	return looks ?? (/[\p{L}\p{N}\p{P}\p{S}]/u.test(seen) ? seen : name);
}

function shownOf({ name, display, avatar, status_emoji, status_text }: Profile): Shown {
	return {
		name,
		display: plain(display, name),
		avatar: avatar ?? null,
		emoji: status_emoji ?? '',
		doing: status_text ?? '',
	};
}
