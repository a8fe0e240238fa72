/** What is the person's own, as far as the server has told it. `protocol::client::own` in TypeScript. */

import type { Own, RoomId, Seq, UserId } from './protocol';

/** What a thing of one's own is called by. */
export const own = {
	receipts: 'receipts',
	blocked: (user: UserId) => `blocked/${user}`,
	hidden: (room: RoomId, seq: Seq) => `hidden/${room}/${seq}`,
	saved: (room: RoomId, seq: Seq) => `saved/${room}/${seq}`,
	follow: (room: RoomId, root: Seq) => `follow/${room}/${root}`,
	read: (room: RoomId, root: Seq) => `read/${room}/${root}`,
};

/** What this one is called by. */
export function keyOf(one: Own): string {
	const { kind } = one;
	switch (kind) {
		case 'quiet':
		case 'receipts':
			return kind;
		case 'blocked':
			return `${kind}/${one.user}`;
		case 'scheduled':
			return `${kind}/${one.id}`;
		case 'notify':
		case 'draft':
			return `${kind}/${one.room}`;
		case 'hidden':
		case 'saved':
			return `${kind}/${one.room}/${one.seq}`;
		default:
			return `${kind}/${one.room}/${one.root}`;
	}
}

/** Whether it stands as it does without being set: then it is gone. */
export function isNothing(one: Own): boolean {
	switch (one.kind) {
		case 'quiet':
			return one.hours === undefined;
		case 'notify':
			return (one.level ?? 'all') === 'all' && one.muted_until_ms === undefined;
		case 'draft':
		case 'thread_draft':
		case 'scheduled':
			return !one.text;
		case 'receipts':
			return one.on;
		case 'follow':
			return one.on === undefined;
		case 'read':
			return one.seq === 0 && !one.at && !one.back;
		default:
			return !one.on;
	}
}

/** All of it, and up to which version that is known. */
export class OwnList {
	/** Null until it was told. */
	private version: number | null = null;
	/** The highest version of which there was word while all of it was asked for. */
	private heard = 0;
	private things = new Map<string, Own>();

	/** One thing of it; undefined: nothing was set. */
	of<Kind extends Own['kind']>(kind: Kind, key: string): Extract<Own, { kind: Kind }> | undefined {
		const one = this.things.get(key);
		return one?.kind === kind ? (one as Extract<Own, { kind: Kind }>) : undefined;
	}

	has(key: string): boolean {
		return this.things.has(key);
	}

	all(): Own[] {
		return [...this.things.values()];
	}

	/** All of it. The answer may have been overtaken by a change that is not in it: then something is missing. */
	whole(version: number, all: readonly Own[]): 'new' | 'hole' {
		this.version = version;
		this.things = new Map(all.map((one) => [keyOf(one), one]));
		const isOvertaken = this.heard > version;
		this.heard = 0;
		return isOvertaken ? 'hole' : 'new';
	}

	/** What has changed by this version: known already or not asked for, taken in, or something before it is missing. */
	take(version: number, changed: readonly Own[]): 'old' | 'new' | 'hole' {
		this.heard = Math.max(this.heard, version);
		if (this.version === null || this.version >= version) return 'old';
		if (version > this.version + 1 || changed.length === 0) return 'hole';
		this.version = version;
		for (const one of changed) {
			if (isNothing(one)) this.things.delete(keyOf(one));
			else this.things.set(keyOf(one), one);
		}
		return 'new';
	}
}
