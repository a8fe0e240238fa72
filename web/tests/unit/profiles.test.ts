import { describe, expect, it } from 'vitest';
import type { Profile } from '../../src/core/http';
import { KEPT_MAX, Profiles, plain, type Shown } from '../../src/core/profiles';

/** A server with profiles, and a clock that is moved by hand. */
class World {
	now = 0;
	readonly held = new Set<string>();
	readonly shown = new Map<string, Shown>();
	readonly calls: (readonly string[])[] = [];
	readonly there = new Map<string, Profile>();
	isAway = false;
	/** What a call waits for, if it is to wait. */
	gate: Promise<void> | null = null;
	private timers: { at: number; run: () => void }[] = [];
	readonly profiles = new Profiles({
		now: () => this.now,
		setTimer: (run, ms) => void this.timers.push({ at: this.now + ms, run }),
		chance: () => 0.5,
		held: this.held,
		read: async (users) => {
			this.calls.push(users);
			const found = users.flatMap((user) => this.there.get(user) ?? []);
			await this.gate;
			return this.isAway ? null : found;
		},
		onShown: (user, is) => void (is ? this.shown.set(user, is) : this.shown.delete(user)),
	});

	is(id: string, version: number, display = `Somebody ${id}`): void {
		this.there.set(id, { id, name: id, display, version });
	}

	hold(...users: string[]): void {
		for (const user of users) {
			this.held.add(user);
			this.profiles.want(user);
		}
	}

	async pass(ms: number): Promise<void> {
		const end = this.now + ms;
		for (;;) {
			for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
			const next = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
			if (!next) break;
			this.timers.splice(this.timers.indexOf(next), 1);
			this.now = next.at;
			next.run();
		}
		this.now = end;
	}
}

const many = (count: number, from = 0) => Array.from({ length: count }, (_, at) => `u${from + at}`);

describe('how people want to be shown', () => {
	it('is asked for of all who come within a moment, a hundred in a call, one call at a time', async () => {
		const world = new World();
		for (const user of many(250)) world.is(user, 1);
		let open = () => {};
		world.gate = new Promise((resolve) => {
			open = resolve;
		});
		world.hold(...many(250), ...many(250));
		await world.pass(1_000);
		expect(world.calls.map((call) => call.length)).toEqual([100]);
		open();
		world.gate = null;
		await world.pass(1_000);
		expect(world.calls.map((call) => call.length)).toEqual([100, 100, 50]);
		expect(new Set(world.calls.flat()).size).toBe(250);
		expect(world.shown.get('u249')?.display).toBe('Somebody u249');
		world.hold(...many(250));
		await world.pass(1_000);
		expect(world.calls.length).toBe(3);
	});

	it('is waited for as long as it is under way, and not where it cannot be told', async () => {
		const world = new World();
		world.is('ada', 1);
		let open = () => {};
		world.gate = new Promise((resolve) => {
			open = resolve;
		});
		let done = false;
		const wait = () => void world.profiles.settled('ada').then(() => (done = true));
		world.hold('ada');
		wait();
		await world.pass(1_000);
		expect(done).toBe(false);
		open();
		world.gate = null;
		await world.pass(0);
		expect([done, world.shown.has('ada')]).toEqual([true, true]);
		// Who is known, or not wanted at all, is not waited for; nor is a server that does not answer.
		for (const who of ['ada', 'bob']) await world.profiles.settled(who);
		world.isAway = true;
		done = false;
		world.profiles.changed('ada');
		wait();
		await world.pass(100);
		expect(done).toBe(true);
		await world.profiles.settled('ada');
	});

	it('is asked for again when another version is told, also of one that was told while it was read', async () => {
		const world = new World();
		world.is('ada', 1);
		world.hold('ada', 'nobody');
		await world.pass(100);
		world.profiles.told('ada', 1);
		world.profiles.told('nobody', 0);
		world.profiles.told('never-seen', 7);
		await world.pass(100);
		expect(world.calls.length).toBe(1);
		world.is('ada', 2, 'Ada of the Hill');
		let open = () => {};
		world.gate = new Promise((resolve) => {
			open = resolve;
		});
		world.profiles.told('ada', 2);
		await world.pass(100);
		world.is('ada', 3, 'Ada of the Dale');
		world.profiles.told('ada', 3);
		open();
		await world.pass(100);
		expect(world.calls.length).toBe(3);
		expect(world.shown.get('ada')?.display).toBe('Ada of the Dale');
		// They are deleted.
		world.there.delete('ada');
		world.profiles.told('ada', 0);
		await world.pass(100);
		expect(world.shown.has('ada')).toBe(false);
	});

	it('is asked for again on a new connection, and when it is old; of whom one sees alone', async () => {
		const world = new World();
		for (const user of many(3)) world.is(user, 1);
		world.hold(...many(3));
		await world.pass(100);
		world.held.delete('u0');
		world.profiles.again();
		await world.pass(900);
		expect(world.calls.length).toBe(1);
		await world.pass(5_000);
		expect(world.calls[1]).toEqual(['u1', 'u2']);
		world.profiles.told('u0', 2);
		await world.pass(100);
		expect(world.calls.length).toBe(2);
		world.hold('u0');
		await world.pass(100);
		expect(world.calls[2]).toEqual(['u0']);
		await world.pass(10 * 60_000);
		world.hold(...many(3));
		await world.pass(100);
		expect(world.calls[3]?.length).toBe(3);
	});

	it('waits longer and longer while it comes to nothing, and not at all on a new connection', async () => {
		const world = new World();
		world.is('ada', 1);
		world.isAway = true;
		world.hold('ada');
		await world.pass(60_000);
		// At once, and after 5, 10 and 20 s.
		expect(world.calls.length).toBe(4);
		world.hold('bob');
		await world.pass(1_000);
		expect(world.calls.length).toBe(4);
		world.isAway = false;
		world.profiles.again();
		await world.pass(20_000);
		expect(world.shown.has('ada')).toBe(true);
	});

	it('is asked for again of whoever comes, where nobody is left of those of whom it came to nothing', async () => {
		const world = new World();
		world.is('bob', 1);
		world.isAway = true;
		world.hold('ada');
		await world.pass(1_000);
		world.held.delete('ada');
		await world.pass(60_000);
		world.isAway = false;
		world.hold('bob');
		await world.pass(1_000);
		expect(world.shown.has('bob')).toBe(true);
	});

	it('is forgotten of those who are not seen any more, and never of those who are', async () => {
		const world = new World();
		const all = many(KEPT_MAX + 300);
		for (const user of all) world.is(user, 1);
		world.hold(...all);
		await world.pass(10_000);
		expect(world.shown.size).toBe(all.length);
		for (const user of all.slice(10)) world.held.delete(user);
		world.is('late', 1);
		world.hold('late');
		await world.pass(100);
		expect(world.shown.size).toBe(KEPT_MAX);
		expect(all.slice(0, 10).every((user) => world.shown.has(user))).toBe(true);
		expect(world.shown.has('late')).toBe(true);
	});

	it('is a name that can be seen and turns nothing', () => {
		expect(plain('Ada of the Hill', 'ada')).toBe('Ada of the Hill');
		expect(plain('\u202etxt.exe\u202c', 'ada')).toBe('txt.exe');
		expect(plain('\u200b\u2060\u3164 \u2800', 'ada')).toBe('ada');
		expect(plain('\u200d\u0301', 'ada')).toBe('ada');
		expect(plain('👩‍🚀 Ada', 'ada')).toBe('👩‍🚀 Ada');
		expect(plain('نص عربي', 'ada')).toBe('نص عربي');
		// Signs that are not seen make no other name of it, and emoji stay whole.
		for (const unseen of [
			'\u034f',
			'\u200d',
			'\ufe0f',
			'\u180e',
			'\u{e0061}',
			'\u{e0100}',
			'\u2065',
		])
			expect(plain(`a${unseen}da`, 'eve')).toBe('ada');
		for (const whole of ['Ada ❤️‍🔥', '🏴󠁧󠁢󠁷󠁬󠁳󠁿 Ada', '1️⃣ Ada', 'Ada 👋🏽', '👨‍👩‍👧‍👦 Ada', '🇩🇪 Ada'])
			expect(plain(whole, 'ada')).toBe(whole);
	});

	it('is written as the log-in name that it looks like', () => {
		for (const alike of ['ａｄａ', '𝐚𝐝𝐚', '@ada', '＠ada', 'ⓐⓓⓐ', ' ada\u00a0'])
			expect(plain(alike, 'eve'), alike).toBe('ada');
		expect(plain('Ada ½ ™', 'eve')).toBe('Ada ½ ™');
	});
});
