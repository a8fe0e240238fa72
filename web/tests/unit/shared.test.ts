import { describe, expect, it } from 'vitest';
import type { Body, ClientFrame, ServerFrame } from '../../src/core/protocol';
import type { Socket } from '../../src/core/session';
import { type Call, Hosts, type Port, Shared, type Told } from '../../src/core/shared';
import type { Step } from '../../src/core/step';
import { event, ME, message, OTHER, ROOM, snapshot, user } from './world';

/** A browser with its worker: ports that deliver in order and later, one clock, sockets that the test answers. */
class Browser {
	now = 0;
	readonly sockets: { said: ClientFrame[]; socket: Socket; isClosed: boolean }[] = [];
	private timers: { at: number; run: () => void; id: number }[] = [];
	private ids = 0;
	private readonly free = new Map<string, () => void>();
	readonly hosts: Hosts;
	isDead = false;

	constructor() {
		const world = {
			now: () => this.now,
			wall: () => this.now,
			setTimer: (run: () => void, ms: number) => this.timer(run, ms),
			clearTimer: (id: number) => this.clear(id),
			connect: () => {
				const said: ClientFrame[] = [];
				const opened = { said, isClosed: false, socket: undefined as unknown as Socket };
				opened.socket = {
					onopen: null,
					onmessage: null,
					onclose: null,
					send: (text) => void said.push(JSON.parse(text)),
					close: () => {
						opened.isClosed = true;
					},
				};
				this.sockets.push(opened);
				return opened.socket;
			},
			probe: async () => 200,
			newId: () => this.id(),
		};
		this.hosts = new Hosts({
			settings: {
				build: 'test',
				chance: () => 0.5,
				outboxMax: 3,
				followsOwn: true,
				tellsDelivered: true,
			},
			world,
			threads: () => import('../../src/core/threads'),
			open: () => Promise.reject(new Error('nothing is kept here')),
			whenFree: (lock, run) => void this.free.set(lock, run),
		});
	}

	id(): string {
		this.ids += 1;
		return `id-${this.ids}`;
	}
	timer(run: () => void, ms: number): number {
		this.ids += 1;
		this.timers.push({ at: this.now + ms, run, id: this.ids });
		return this.ids;
	}
	clear(id: number): void {
		this.timers = this.timers.filter((timer) => timer.id !== id);
	}
	async pass(ms: number): Promise<void> {
		const end = this.now + ms;
		for (;;) {
			await settle();
			const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
			if (!next) break;
			this.clear(next.id);
			this.now = next.at;
			next.run();
		}
		this.now = end;
		await settle();
	}
	/** The page with this lock ends, however it ends. */
	ends(lock: string): void {
		this.free.get(lock)?.();
	}
	say(frame: ServerFrame, socket = this.sockets.at(-1)): void {
		socket?.socket.onmessage?.({ data: JSON.stringify(frame) } as never);
	}
	/** The newest socket is let in. */
	async welcome(head: number): Promise<void> {
		this.sockets.at(-1)?.socket.onopen?.(undefined as never);
		const rooms = [snapshot(head)];
		this.say({ type: 'welcome', build: '1', node: 'n', user, now_ms: 0, rooms });
		await settle();
	}

	async tab(
		of = ME,
	): Promise<{ tab: Shared; steps: Step[]; lock: string; dead: () => Body[] | null }> {
		const near: Port = { onmessage: null, postMessage: () => {} };
		const far: Port = { onmessage: null, postMessage: () => {} };
		const to = (port: Port) => (what: Call | Told) =>
			queueMicrotask(() => {
				if (!this.isDead) port.onmessage?.({ data: structuredClone(what) as never });
			});
		near.postMessage = to(far);
		far.postMessage = to(near);
		this.hosts.connect(far);
		const steps: Step[] = [];
		const lock = this.id();
		let isDead: Body[] | null = null;
		const entering = Shared.enter(near, {
			user: of,
			lock,
			remembered: [],
			newId: () => this.id(),
			setTimer: (run, ms) => this.timer(run, ms),
			clearTimer: (id) => this.clear(id),
			onStep: (step) => void steps.push(step),
			onUnkept: () => {},
			onDead: (words) => {
				isDead = words.map(({ body }) => body);
			},
		});
		await settle();
		const entered = await entering;
		if (!entered) throw new Error('it did not come in');
		if (entered.link) steps.push(entered.link);
		return { tab: entered.shared, steps, lock, dead: () => isDead };
	}
}

async function settle(): Promise<void> {
	for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
}

const kinds = (steps: Step[]) => steps.map((step) => step.do);

describe('tabs that share a session', () => {
	it('have one socket, and both see what comes by it with the room as it stands then', async () => {
		const browser = new Browser();
		const one = await browser.tab();
		one.tab.start();
		await settle();
		await browser.welcome(4);
		const two = await browser.tab();
		expect(browser.sockets.length).toBe(1);
		expect(kinds(two.steps)).toEqual(['welcome']);
		expect(two.tab.client.rooms.get(ROOM)?.position).toBe(4);
		browser.say({ type: 'events', room: ROOM, events: [event(5)] });
		await settle();
		for (const { tab, steps } of [one, two]) {
			expect(kinds(steps)).toContain('show');
			expect(tab.client.rooms.get(ROOM)).toMatchObject({ position: 5, unread: 1 });
			expect(tab.client.isUpToDate(ROOM)).toBe(true);
		}
	});

	it('show one outbox: what one of them writes, and what became of it', async () => {
		const browser = new Browser();
		const one = await browser.tab();
		one.tab.start();
		await settle();
		await browser.welcome(0);
		const two = await browser.tab();
		expect(one.tab.send(ROOM, message('hello'), 'given')).toEqual({ id: 'given' });
		await settle();
		expect(kinds(two.steps)).toContain('record');
		const sent = browser.sockets[0]?.said.find((frame) => frame.type === 'send');
		if (sent?.type !== 'send') throw new Error('nothing was sent');
		const error = { code: 'forbidden', message: 'Not now.' } as const;
		browser.say({ type: 'error', room: ROOM, id: sent.id, ...error });
		await settle();
		const settled = two.steps.find((step) => step.do === 'settled');
		expect(settled).toMatchObject({ outcome: { is: 'refused' } });
		await one.tab.forget(sent.id);
		await settle();
		expect(two.steps.at(-1)).toMatchObject({ do: 'forgotten', kept: { pending: { id: sent.id } } });
	});

	it('lose no word of which the outbox has no room', async () => {
		const browser = new Browser();
		const one = await browser.tab();
		one.tab.start();
		await settle();
		await browser.welcome(0);
		for (const text of ['a', 'b', 'c', 'd']) one.tab.send(ROOM, message(text));
		await settle();
		const back = one.steps.filter((step) => step.do === 'settled');
		expect(back).toMatchObject([
			{ pending: { room: ROOM, body: { text: 'd' } }, outcome: { is: 'refused' } },
		]);
		expect(one.tab.send('0190b6a1-0000-7000-8000-00000000ffff', message('x'))).toEqual({
			not: 'not member',
		});
	});

	it('get the answers to what they asked, each its own', async () => {
		const browser = new Browser();
		const one = await browser.tab();
		one.tab.start();
		await settle();
		await browser.welcome(3);
		const two = await browser.tab();
		const answers = [one, two].map(({ tab }) => tab.ask({ ask: 'history', room: ROOM, limit: 9 }));
		await settle();
		const asked = browser.sockets[0]?.said.filter((frame) => frame.type === 'history') ?? [];
		expect(asked.length).toBe(2);
		for (const [at, frame] of asked.entries()) {
			if (frame.type !== 'history') continue;
			const more = { head: 3, more_before: false, more_after: false };
			browser.say({
				type: 'history',
				ref: frame.ref,
				room: ROOM,
				events: [event(at + 1)],
				...more,
			});
		}
		const pages = await Promise.all(answers);
		expect(pages.map((page) => page.is === 'page' && page.page.events[0]?.seq)).toEqual([1, 2]);
	});

	it('are as the most present of them, and see whom any of them watches', async () => {
		const browser = new Browser();
		const one = await browser.tab();
		one.tab.start();
		await settle();
		await browser.welcome(0);
		const two = await browser.tab();
		one.tab.watch('away', [OTHER]);
		two.tab.watch('online', []);
		await settle();
		const last = browser.sockets[0]?.said.filter((frame) => frame.type === 'presence').at(-1);
		expect(last).toMatchObject({ status: 'online', watch: [OTHER] });
		browser.say({ type: 'presence', users: [{ user: OTHER, status: 'online' }] });
		await settle();
		const three = await browser.tab();
		three.tab.watch('online', [OTHER]);
		await settle();
		expect(three.steps.at(-1)).toEqual({
			do: 'presence',
			users: [{ user: OTHER, status: 'online' }],
		});
	});

	it('end the session with the last of them, and begin it again', async () => {
		const browser = new Browser();
		const one = await browser.tab();
		one.tab.start();
		await settle();
		await browser.welcome(0);
		const two = await browser.tab();
		browser.ends(one.lock);
		await settle();
		expect(browser.sockets[0]?.isClosed).toBe(false);
		browser.ends(two.lock);
		await settle();
		expect(browser.sockets[0]?.isClosed).toBe(true);
		const three = await browser.tab();
		three.tab.start();
		await settle();
		await browser.welcome(0);
		expect(browser.sockets.length).toBe(2);
		expect(kinds(three.steps)).toContain('welcome');
	});

	it('know when the worker is dead, and which words it may not have', async () => {
		const browser = new Browser();
		const one = await browser.tab();
		one.tab.start();
		await settle();
		await browser.welcome(0);
		one.tab.send(ROOM, message('kept'));
		await one.tab.kept();
		await browser.pass(60_000);
		expect(one.dead()).toBeNull();
		browser.isDead = true;
		one.tab.send(ROOM, message('into the void'));
		await browser.pass(60_000);
		expect(one.dead()).toEqual([message('into the void')]);
	});
});
