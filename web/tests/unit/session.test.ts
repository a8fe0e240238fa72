import { describe, expect, it } from 'vitest';
import type { ClientFrame, Event, ServerFrame } from '../../src/core/protocol';
import { Session, type Socket, type World } from '../../src/core/session';
import type { Pending, Step } from '../../src/core/step';
import type { Kept, Store } from '../../src/core/store';
import { chance, ME, message, ROOM, snapshot, user } from './world';

/** Where the wall's clock stood when the other began. */
const WALL = 1_700_000_000_000;

/** Time, in which everything happens in its order and nothing waits. */
class Time {
	now = 0;
	private timers = new Map<number, { at: number; run: () => void }>();
	private last = 0;

	after(ms: number, run: () => void): number {
		this.last += 1;
		this.timers.set(this.last, { at: this.now + ms, run });
		return this.last;
	}
	clear(timer: number): void {
		this.timers.delete(timer);
	}
	/** What is due next, with all that follows from it at once. */
	async step(): Promise<boolean> {
		for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
		const next = [...this.timers].sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
		if (!next) return false;
		this.timers.delete(next[0]);
		this.now = Math.max(this.now, next[1].at);
		next[1].run();
		for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
		return true;
	}
}

/** As much of a server as keeps its promises: one room, whose log outlives every socket. */
class Server {
	log: Event[] = [];
	readonly sockets = new Set<Line>();

	constructor(readonly by: string) {}

	take(line: Line, frame: ClientFrame): void {
		if (frame.type === 'hello') {
			const at = frame.rooms?.[0]?.seq ?? this.log.length;
			const room = snapshot(this.log.length, { mark: 0, unread: 0 });
			line.say({ type: 'welcome', build: '', node: '', user, now_ms: 0, rooms: [room] });
			if (at < this.log.length)
				line.say({ type: 'events', room: ROOM, events: this.log.slice(at) });
			this.sockets.add(line);
		} else if (frame.type === 'history') {
			const events = this.log.filter((event) => event.seq > (frame.after ?? 0)).slice(0, 200);
			line.say({
				type: 'history',
				ref: frame.ref,
				room: ROOM,
				events,
				head: this.log.length,
				more_before: false,
				more_after: false,
			});
		} else if (frame.type === 'send') {
			const { room, id } = frame;
			const known = this.log.find((event) => event.seq > frame.after && event.id === id);
			const isBelow = this.log.some((event) => event.id === id) && !known;
			if (isBelow) throw new Error('a resend whose after lies above the first copy');
			if (!known) {
				const seq = this.log.length + 1;
				const event: Event = {
					seq,
					ordinal: seq,
					at_ms: 0,
					by: this.by,
					name: 'mara',
					id,
					body: frame.body,
				};
				this.log.push(event);
				for (const socket of this.sockets) socket.say({ type: 'events', room, events: [event] });
			}
			line.say({ type: 'ack', room, id, seq: known?.seq ?? this.log.length });
		}
	}
}

/** A socket over a network that delays, and is cut. */
class Line implements Socket {
	onopen: Socket['onopen'] = null;
	onmessage: Socket['onmessage'] = null;
	onclose: Socket['onclose'] = null;
	private isCut = false;

	constructor(
		private readonly time: Time,
		private readonly server: Server,
		private readonly random: () => number,
		isDown: () => boolean,
	) {
		time.after(this.delay(), () => {
			if (isDown()) this.cut();
			else if (!this.isCut) this.onopen?.(undefined as never);
		});
	}
	private delay = () => Math.floor(this.random() * 40);
	// Delays differ, but nothing overtakes.
	private last = { out: 0, in: 0 };
	private inOrder(way: 'out' | 'in', run: () => void): void {
		this.last[way] = Math.max(this.last[way], this.time.now + this.delay());
		this.time.after(this.last[way] - this.time.now, run);
	}

	send(text: string): void {
		this.inOrder('out', () => {
			// What is on its way when the network is cut may have come, or not.
			if (this.isCut && this.random() < 0.5) return;
			this.server.take(this, JSON.parse(text) as ClientFrame);
		});
	}
	say(frame: ServerFrame): void {
		this.inOrder('in', () => {
			if (!this.isCut) this.onmessage?.({ data: JSON.stringify(frame) } as never);
		});
	}
	close(): void {
		this.isCut = true;
		this.server.sockets.delete(this);
	}
	cut(): void {
		if (this.isCut) return;
		this.close();
		this.onclose?.({ code: 1006 } as never);
	}
}

/** A store that outlives the page. */
class Kept_ {
	readonly device = 'd-1';
	readonly slot = 0;
	readonly counters = new Map<string, number>();
	sends = new Map<string, Kept>();
	isBroken = false;

	async keep(kept: Kept): Promise<void> {
		if (this.isBroken) throw new Error('broken');
		this.counters.set(
			kept.pending.room,
			Math.max(this.counters.get(kept.pending.room) ?? 0, kept.pending.n),
		);
		this.sends.set(kept.pending.id, kept);
	}
	async drop(_: string, id: string): Promise<void> {
		this.sends.delete(id);
	}
	list(): Kept[] {
		return [...this.sends.values()].sort((a, b) => a.order - b.order);
	}
}

function page(
	time: Time,
	server: Server,
	random: () => number,
	store: Kept_ | null,
	isDown = () => false,
) {
	const steps: Step[] = [];
	const lines: Line[] = [];
	const told = { unkept: false };
	const world: World = {
		now: () => time.now,
		wall: () => WALL + time.now,
		setTimer: (run, ms) => time.after(ms, run),
		clearTimer: (timer) => time.clear(timer),
		connect: () => {
			const line = new Line(time, server, random, isDown);
			lines.push(line);
			return line;
		},
		probe: async () => 0,
		newId: () => `id-${Math.floor(random() * 1e12)}`,
		onStep: (step) => steps.push(step),
		onUnkept: () => {
			told.unkept = true;
		},
	};
	const settings = { build: '', chance: random, outboxMax: 1_000 };
	const session = new Session(world, settings, ME, store as unknown as Store, store?.list() ?? []);
	return { session, steps, lines, told };
}

describe('a session', () => {
	it.each(Array.from({ length: 40 }, (_, seed) => seed))(
		'loses nothing, doubles nothing and keeps the order, over cuts and reloads: seed %i',
		async (seed) => {
			const random = chance(seed);
			const time = new Time();
			const server = new Server(ME);
			const store = new Kept_();
			let isDown = false;
			let now = page(time, server, random, store, () => isDown);
			now.session.start();
			const written: string[] = [];
			// Messages can be written once the room is known.
			for (let step = 0; step < 50 && !now.session.client.isLive; step += 1) await time.step();
			for (let turn = 0; turn < 200; turn += 1) {
				const what = random();
				if (what < 0.3) {
					const text = `m${written.length}`;
					const sent = now.session.send(ROOM, message(text));
					if ('id' in sent) {
						// What was taken is kept before anything else can happen: a page ends between tasks, not within one.
						await Promise.resolve();
						written.push(text);
					}
				} else if (what < 0.4) {
					for (const line of now.lines) line.cut();
				} else if (what < 0.45) {
					isDown = !isDown;
				} else if (what < 0.48) {
					// The page is gone without a word, and another comes.
					for (const line of now.lines) {
						line.onmessage = null;
						line.onclose = null;
						line.onopen = null;
						line.close();
					}
					const gone = now.session as unknown as { carryOut: () => void };
					gone.carryOut = () => {};
					now = page(time, server, random, store, () => isDown);
					now.session.start();
				} else {
					await time.step();
				}
			}
			isDown = false;
			now.session.start();
			for (let step = 0; step < 3_000 && store.sends.size > 0; step += 1) await time.step();
			const texts = server.log.map((event) =>
				event.body.kind === 'message' ? event.body.text : '',
			);
			expect(texts).toEqual(written);
			expect([...store.sends]).toEqual([]);
			expect(now.session.client.pending()).toEqual([]);
		},
	);

	it('writes nothing on the wire that is not kept', async () => {
		const time = new Time();
		const server = new Server(ME);
		const store = new Kept_();
		const { session } = page(time, server, chance(1), store);
		session.start();
		while (!session.client.isLive) await time.step();
		let keep = () => {};
		store.keep = () =>
			new Promise((resolve) => {
				keep = resolve;
			});
		session.send(ROOM, message('x'));
		for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
		expect(server.log).toEqual([]);
		keep();
		for (let step = 0; step < 5; step += 1) await time.step();
		expect(server.log).toHaveLength(1);
	});

	it('says when the server was heard last, however late its silence is found', async () => {
		const time = new Time();
		const { session, steps, lines } = page(time, new Server(ME), chance(1), null);
		session.start();
		const [line] = lines;
		const hear = line?.onmessage;
		let heard = 0;
		if (line) {
			line.onmessage = (event) => {
				heard = time.now;
				hear?.(event);
			};
		}
		const waits = () => steps.find((step) => step.do === 'wait');
		for (let step = 0; step < 50 && !waits(); step += 1) await time.step();
		expect(heard).toBeGreaterThan(0);
		expect(time.now).toBeGreaterThan(heard + 30_000);
		expect(waits()).toMatchObject({ why: { by: 'silence' }, heard_ms: WALL + heard });
	});

	it('goes on without a store that fails, and says so', async () => {
		const time = new Time();
		const server = new Server(ME);
		const store = new Kept_();
		store.isBroken = true;
		const { session, told } = page(time, server, chance(1), store);
		session.start();
		while (!session.client.isLive) await time.step();
		session.send(ROOM, message('x'));
		for (let step = 0; step < 20; step += 1) await time.step();
		expect(server.log).toHaveLength(1);
		expect(told.unkept).toBe(true);
	});

	it('keeps what was refused until the person has decided', async () => {
		const time = new Time();
		const server = new Server(ME);
		const store = new Kept_();
		server.take = (line, frame) => {
			if (frame.type === 'send')
				line.say({ type: 'error', room: ROOM, id: frame.id, code: 'archived', message: 'No.' });
			else Server.prototype.take.call(server, line, frame);
		};
		const { session } = page(time, server, chance(1), store);
		session.start();
		while (!session.client.isLive) await time.step();
		session.send(ROOM, message('x'));
		for (let step = 0; step < 20; step += 1) await time.step();
		expect(store.list()).toMatchObject([{ failed: 'archived: No.' }]);
		const pending: Pending[] = store.list().map((one) => one.pending);
		expect(session.client.pending()).toEqual([]);
		await session.forget(pending[0]?.id ?? '');
		expect(store.list()).toEqual([]);
	});
});
