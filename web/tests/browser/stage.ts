/**
 * What the tests in the browser stand on: the real server, a network between it and the browser that can be cut, and
 * people, each with a browser context of their own.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { foundIn, learn, learnPath, learnText, note } from './secrets';

const web = join(import.meta.dirname, '../..');
const binary = process.env.HEARTH_BIN ?? join(web, '../target/debug/hearth');
export const shots = join(web, 'shots');

let launched: Promise<Browser> | undefined;

/** Chromium: one for all files of a worker, of which each test has contexts of its own. It ends with the worker. */
export async function launch(): Promise<Browser> {
	const before = await launched?.catch(() => undefined);
	if (!before?.isConnected()) launched = begin();
	return launched as Promise<Browser>;
}

async function begin(): Promise<Browser> {
	// Without what a browser has around a page, which takes a third of the processor's time.
	return start('/usr/bin/chromium-headless-shell');
}

/** All of Chromium, for who needs more of it than a page: what a service worker shows. Whoever launches it closes it. */
export const launchWhole = (): Promise<Browser> => start('/usr/bin/chromium');

async function start(debian: string): Promise<Browser> {
	const executablePath = process.env.CHROMIUM ?? debian;
	if (!existsSync(executablePath))
		throw new Error(`no ${executablePath}: scripts/install --for browser`);
	const args = [
		...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
		...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
		'--enable-smooth-scrolling',
	];
	return chromium.launch({ executablePath, headless: true, args });
}

/** Servers that are to run, and networks that are open. */
const servers = new Set<Server>();
const networks = new Set<Network>();

/** What a test that failed has left open or dead is none of the next one's. */
export async function tidy(): Promise<void> {
	const browser = await launched?.catch(() => undefined);
	for (const network of networks) network.close();
	for (const context of browser?.contexts() ?? []) await context.close();
	for (const server of servers) await server.revive();
}

export function freePort(): Promise<number> {
	return new Promise((resolve) => {
		const server = net.createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address() as net.AddressInfo;
			server.close(() => resolve(port));
		});
	});
}

export async function until(
	what: string,
	holds: () => Promise<boolean> | boolean,
	ms = 60_000,
): Promise<void> {
	const end = Date.now() + ms;
	while (!(await holds())) {
		if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

/** What a proxy says while it finds no server, and a server that cannot do it just now. */
const AWAY: readonly number[] = [502, 503, 504];
/** Posts that come to the same without a key. */
const REPEATABLE = /\/(join|mark)$/;

/** Where a browser finds Hearth, whoever runs it. */
export abstract class Hearth {
	abstract readonly url: string;
	/** So long a call that is safe to repeat is tried again while nobody takes it. Of one server alone nothing is hidden. */
	readonly patienceMs: number = 0;

	async call<T = Record<string, never>>(
		method: string,
		path: string,
		body?: object,
		token?: string,
		headers: Record<string, string> = {},
	): Promise<T> {
		learn(body);
		learnPath(path);
		if (token) note('a token', token);
		const request = {
			method,
			headers: {
				...(body ? { 'Content-Type': 'application/json' } : {}),
				...(token ? { Authorization: `Bearer ${token}` } : {}),
				...headers,
			},
			body: body ? JSON.stringify(body) : undefined,
		};
		const isSafe = method !== 'POST' || 'Idempotency-Key' in headers || REPEATABLE.test(path);
		const end = Date.now() + (isSafe ? this.patienceMs : 0);
		const tried = () =>
			fetch(this.url + path, request).catch((fault) => {
				if (Date.now() >= end) throw fault;
				return null;
			});
		let answer = await tried();
		while (!answer || (AWAY.includes(answer.status) && Date.now() < end)) {
			await new Promise((resolve) => setTimeout(resolve, 200));
			answer = await tried();
		}
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
		const told = answer.status === 204 ? {} : await answer.json();
		learn(told);
		return told as T;
	}

	/** Somebody who writes without a browser. */
	async someone(name: string): Promise<Writer> {
		const { token, user } = await this.call<{ token: string; user: { id: string } }>(
			'POST',
			'/api/v1/signup',
			{ name },
			undefined,
			{ 'Idempotency-Key': crypto.randomUUID() },
		);
		return new Writer(this, token, user.id);
	}
}

/** One server with its own store, which outlives it. */
export class Server extends Hearth {
	private process: ChildProcess | null = null;
	private said = '';
	private readonly data = mkdtempSync(join(tmpdir(), 'hearth-web-'));

	private constructor(
		readonly port: number,
		private readonly options: readonly string[],
	) {
		super();
	}

	static async start(...options: string[]): Promise<Server> {
		if (!existsSync(binary))
			throw new Error(`no server at ${binary}: build it, or name it in HEARTH_BIN`);
		const server = new Server(await freePort(), options);
		await server.start();
		servers.add(server);
		return server;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	async start(): Promise<void> {
		const args = [
			'serve',
			'--listen',
			`127.0.0.1:${this.port}`,
			'--data',
			this.data,
			...this.options,
		];
		const process_ = spawn(binary, args, {
			env: { ...process.env, HEARTH_LIMITS: 'off' },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		process_.stdout?.on('data', (data) => (this.said += data));
		process_.stderr?.on('data', (data) => (this.said += data));
		this.process = process_;
		await until(
			'the server is ready',
			async () => {
				if (process_.exitCode !== null) throw new Error(`the server ended: ${this.said}`);
				return fetch(`${this.url}/readyz`).then(
					(answer) => answer.ok,
					() => false,
				);
			},
			60_000,
		);
	}

	/** As a power cut does. */
	async kill(): Promise<void> {
		const { process: process_ } = this;
		if (!process_ || !this.isUp) return;
		const ended = new Promise((resolve) => process_.once('exit', resolve));
		process_.kill('SIGKILL');
		await ended;
	}

	/** Starts it again if it was killed, or has ended by itself. */
	async revive(): Promise<void> {
		if (!this.isUp) await this.start();
	}

	private get isUp(): boolean {
		return this.process?.exitCode === null && this.process.signalCode === null;
	}

	/** What it has said holds no secret of the tests. */
	async stop(): Promise<void> {
		servers.delete(this);
		await this.kill();
		rmSync(this.data, { recursive: true, force: true });
		expect(foundIn(this.said), 'a log has what it must not have').toEqual([]);
	}

	/** What the server has said, for the first administrator's link. */
	get log(): string {
		return this.said;
	}
}

export class Writer {
	private sent = 0;
	/** The last that was heard of each room: a copy of what is sent now can only lie after it. */
	private readonly heard = new Map<string, number>();

	constructor(
		private readonly server: Hearth,
		readonly token: string,
		readonly id: string,
	) {}

	call<T>(
		method: string,
		path: string,
		body?: object,
		headers?: Record<string, string>,
	): Promise<T> {
		return this.server.call<T>(method, path, body, this.token, headers);
	}
	async room(name: string): Promise<string> {
		const key = { 'Idempotency-Key': crypto.randomUUID() };
		const made = this.call<{ id: string; head: number }>('POST', '/api/v1/rooms', { name }, key);
		const { id, head } = await made;
		this.heard.set(id, head);
		return id;
	}
	async send(room: string, body: object): Promise<number> {
		this.sent += 1;
		const { seq } = await this.call<{ seq: number }>(
			'POST',
			`/api/v1/rooms/${room}/events`,
			{ after: this.heard.get(room), body },
			{ 'Idempotency-Key': `w-${this.id}-${this.sent}` },
		);
		this.heard.set(room, Math.max(seq, this.heard.get(room) ?? 0));
		return seq;
	}
	say(room: string, text: string): Promise<number> {
		return this.send(room, { kind: 'message', text });
	}
	/** Brings a small file up, of which a message then says the id. */
	async upload(room: string, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
		const upload = { room, name, size: bytes.length };
		const { id } = await this.call<{ id: string }>('POST', '/api/v1/uploads', upload);
		const answer = await fetch(`${this.server.url}/api/v1/uploads/${id}?offset=0`, {
			method: 'PUT',
			headers: { Authorization: `Bearer ${this.token}` },
			body: bytes,
		});
		expect(await answer.json()).toMatchObject({ whole: true });
		return id;
	}
	/** Many at once: their order is by chance. */
	async flood(
		room: string,
		count: number,
		text: (at: number) => string,
		atOnce = 50,
	): Promise<void> {
		let at = 0;
		const writing = async () => {
			for (let mine = at++; mine < count; mine = at++) await this.say(room, text(mine));
		};
		await Promise.all(Array.from({ length: atOnce }, writing));
	}
	/** What all messages of a room say, as the log has them. */
	async log(room: string): Promise<string[]> {
		return (await this.messages(room)).map(({ text }) => text);
	}
	/** All messages of a room with their numbers, as the log has them. */
	async messages(room: string): Promise<{ seq: number; text: string }[]> {
		const messages: { seq: number; text: string }[] = [];
		for (let after = 0; ; ) {
			const page = await this.call<{
				events: { seq: number; body: { kind: string; text?: string } }[];
				more_after: boolean;
			}>('GET', `/api/v1/rooms/${room}/events?after=${after}&limit=200`);
			for (const { seq, body } of page.events)
				if (body.kind === 'message') messages.push({ seq, text: body.text ?? '' });
			after = page.events.at(-1)?.seq ?? after;
			if (!page.more_after) return messages;
		}
	}
}

/** The network between a browser and the server. */
export class Network {
	private readonly pairs = new Set<[net.Socket, net.Socket]>();
	private server: net.Server | null = null;
	private isCut = false;
	/** While it is on, nothing comes back from the server, but what is sent arrives. */
	private isMute = false;
	/** While it is on, the server says that it is of another build than it is. */
	isNewer = false;
	port = 0;

	constructor(private readonly to: number) {}

	static async to({ port }: { port: number }): Promise<Network> {
		const network = new Network(port);
		networks.add(network);
		network.port = await freePort();
		network.server = net.createServer((near) => network.connected(near));
		await new Promise<void>((resolve) =>
			network.server?.listen(network.port, '127.0.0.1', resolve),
		);
		return network;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	private connected(near: net.Socket): void {
		if (this.isCut) {
			near.destroy();
			return;
		}
		const far = net.connect(this.to, '127.0.0.1');
		const pair: [net.Socket, net.Socket] = [near, far];
		this.pairs.add(pair);
		near.on('data', (data) => far.write(data));
		far.on('data', (data) => {
			if (!this.isMute) near.write(this.isNewer ? newer(data) : data);
		});
		for (const [one, other] of [pair, [far, near] as const]) {
			one.on('error', () => {});
			one.on('close', () => {
				other.destroy();
				this.pairs.delete(pair);
			});
		}
	}

	cut(): void {
		this.isCut = true;
		for (const [near, far] of this.pairs) {
			near.destroy();
			far.destroy();
		}
	}
	mute(): void {
		this.isMute = true;
	}
	mend(): void {
		this.isCut = false;
		this.isMute = false;
	}
	close(): void {
		networks.delete(this);
		this.cut();
		this.server?.close();
	}
}

/** The same bytes, with the build that is said in them written otherwise. */
function newer(data: Buffer): Buffer {
	const said = data.toString('latin1').replace(/("type":"welcome".*"build":")./, '$1~');
	return Buffer.from(said, 'latin1');
}

export interface Look {
	width?: number;
	height?: number;
	dark?: boolean;
	touch?: boolean;
	/** Whether there is a service worker: it fetches the whole client, and few tests are about what it does. */
	worker?: boolean;
	/** Whether time can be made to pass (`passes`): only the page's, a shared worker has its own. */
	clock?: boolean;
}

/** Somebody at a browser. What must never happen is counted from the first moment. */
export class Person {
	readonly faults: string[] = [];

	private constructor(
		readonly context: BrowserContext,
		readonly page: Page,
		readonly url: string,
	) {}

	/** Somebody whose browser is open, and shows nothing. */
	static async by(browser: Browser, url: string, look: Look = {}): Promise<Person> {
		const context = await browser.newContext({
			viewport: { width: look.width ?? 1280, height: look.height ?? 800 },
			colorScheme: look.dark ? 'dark' : 'light',
			reducedMotion: 'reduce',
			hasTouch: look.touch ?? false,
			locale: 'en-GB',
			timezoneId: 'Europe/Berlin',
			serviceWorkers: look.worker ? 'allow' : 'block',
		});
		// Nothing here is judged by time: on a machine that is busy with more, it is waited for.
		context.setDefaultTimeout(60_000);
		const person = new Person(context, await context.newPage(), url);
		await person.watch(person.page);
		if (look.clock) await person.page.clock.install();
		return person;
	}

	static async at(browser: Browser, url: string, look: Look = {}): Promise<Person> {
		const person = await Person.by(browser, url, look);
		await person.page.goto(url);
		return person;
	}

	/** Somebody who has come in already, by a call: those who do it by hand are in the tests of that. */
	static async in(browser: Browser, url: string, name: string, look: Look = {}): Promise<Person> {
		const person = await Person.by(browser, url, look);
		await person.comeTo(name);
		return person;
	}

	/** The same, of a browser that is open. */
	async comeTo(name: string): Promise<void> {
		await this.signIn({ name });
		await this.page.goto(this.url);
		await this.isIn();
	}

	/** Signs the browser in as somebody, new if nobody has the name. */
	async signIn(who: { name: string; password?: string }): Promise<void> {
		const { origin } = new URL(this.url);
		const call = (path: string) =>
			this.context.request.post(`${origin}/api/v1/${path}`, { data: who });
		learn(who);
		const known = await call('login');
		const made = known.ok() ? known : await call('signup');
		expect(made.ok(), await made.text()).toBe(true);
	}

	/** Another tab of the same browser. */
	async tab(): Promise<Person> {
		const other = new Person(this.context, await this.context.newPage(), this.url);
		await other.watch(other.page);
		await other.page.goto(this.url);
		return other;
	}

	private async watch(page: Page): Promise<void> {
		// What the page has made itself (`blob:`) is its own as well.
		const own = new URL(this.url).origin;
		page.on('pageerror', (error) => this.faults.push(`error: ${error.stack ?? error}`));
		page.on('console', (said) => {
			// A browser says itself that a socket or a call has failed; that is what some of the tests are about.
			const isNetwork = /WebSocket connection|Failed to load resource/.test(said.text());
			if (said.type() === 'error' && !isNetwork) this.faults.push(`console: ${said.text()}`);
		});
		page.on('request', (request) => {
			if (new URL(request.url()).origin !== own)
				this.faults.push(`a request elsewhere: ${request.url()}`);
			learnPath(request.url());
			if (request.headers()['content-type']?.includes('json')) learnText(request.postData() ?? '');
		});
		page.on('websocket', (socket) => {
			socket.on('framesent', ({ payload }) => learnText(payload.toString()));
			socket.on('framereceived', ({ payload }) => learnText(payload.toString()));
		});
		page.on('dialog', (dialog) => {
			this.faults.push(`a script ran: ${dialog.message()}`);
			void dialog.dismiss();
		});
		await page.addInitScript(() => {
			document.addEventListener('securitypolicyviolation', (event) => {
				console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
			});
		});
	}

	/** Nothing of it has happened; and the page is closed. */
	async leave(): Promise<void> {
		for (const { name, value } of await this.context.cookies())
			if (name === 'hearth_session') note('a token', value);
		await this.context.close();
		expect(this.faults).toEqual([]);
	}

	async comeIn(name: string): Promise<void> {
		await this.page.getByLabel('A name').fill(name);
		await this.page.getByRole('button', { name: 'Come in', exact: true }).click();
		await this.isIn();
	}

	async isIn(): Promise<void> {
		await this.page.getByRole('navigation').waitFor();
		await this.page.getByText('Online', { exact: true }).waitFor();
		await this.isHeard();
	}

	/**
	 * Keys are heard: what hears them comes after the first rooms. The key here goes to unread rooms, of which there are none;
	 * behind a dialog it does nothing.
	 */
	async isHeard(): Promise<void> {
		await until('keys are heard', () =>
			this.page.evaluate(() => {
				const press = {
					key: 'ArrowUp',
					altKey: true,
					shiftKey: true,
					bubbles: true,
					cancelable: true,
				};
				if (document.querySelector('dialog[open]')) return true;
				return !document.body.dispatchEvent(new KeyboardEvent('keydown', press));
			}),
		);
	}

	/** Makes a room, by a call, and goes there. */
	async create(room: string): Promise<string> {
		return this.enter(room, '/api/v1/rooms', { name: room });
	}

	/** Comes into a room, by a call, and goes there. */
	async join(room: string): Promise<string> {
		return this.enter(room, `/api/v1/rooms/${room}/join`);
	}

	private async enter(room: string, path: string, data: object = {}): Promise<string> {
		const { origin } = new URL(this.url);
		const entered = await this.context.request.post(origin + path, { data });
		expect(entered.ok(), await entered.text()).toBe(true);
		const { id } = (await entered.json()) as { id: string };
		await this.page.evaluate((id) => {
			location.hash = `#/${id}`;
		}, id);
		await this.inRoom(room);
		return id;
	}

	async createByHand(room: string): Promise<string> {
		await this.page.getByRole('button', { name: 'Create or find a room' }).first().click();
		await this.page.getByLabel('Name, topic or description').fill(room);
		await this.page.getByRole('button', { name: `Create #${room}` }).click();
		await this.inRoom(room);
		return this.page.url().split('#/')[1] ?? '';
	}

	async joinByHand(room: string): Promise<void> {
		await this.page.getByRole('button', { name: 'Create or find a room' }).first().click();
		await this.page.getByLabel('Name, topic or description').fill(room);
		await this.page.getByRole('button', { name: `Join ${room}` }).click();
		await this.inRoom(room);
	}

	async open(room: string): Promise<void> {
		await this.page.getByRole('link', { name: room }).click();
		await this.inRoom(room);
	}

	async inRoom(room: string): Promise<void> {
		await this.page.getByRole('heading', { level: 1, name: room }).waitFor();
		await this.field.waitFor();
	}

	get field() {
		return this.page.locator('.cmp textarea');
	}

	/** It is taken when it is drawn, with a connection or without: before that nothing says that it waits (`hasSent`). */
	async write(text: string): Promise<void> {
		note('a text of a message', text);
		await this.field.fill(text);
		await this.field.press('Enter');
		await this.sees(text.replaceAll('**', ''));
	}

	/** The message with this text. */
	message(text: string) {
		return this.page.locator('article', { has: this.page.locator('.msg-body', { hasText: text }) });
	}

	async sees(text: string): Promise<void> {
		await this.message(text).first().waitFor();
	}

	/** What the messages on the page say, in order. */
	async reads(): Promise<string[]> {
		const all = await this.page.locator('article .msg-body').allInnerTexts();
		return all.map((text) => text.trim());
	}

	/** What the browser keeps: how many sends wait, failed, and wait for their files, and what is being written. */
	kept(): Promise<{ waiting: number; failed: number; parcels: number; drafts: string[] }> {
		return this.page.evaluate(
			() =>
				new Promise((resolve) => {
					const opening = indexedDB.open('hearth');
					opening.onsuccess = () => {
						const all = opening.result.transaction(['sends', 'drafts']);
						const sends = all.objectStore('sends').getAll();
						const drafts = all.objectStore('drafts').getAll();
						all.oncomplete = () => {
							opening.result.close();
							const parcels = sends.result.filter((one) => 'lock' in one).length;
							const failed = sends.result.filter((one) => (one.failed ?? null) !== null).length;
							const waiting = sends.result.length - failed - parcels;
							const texts = drafts.result.map((one) => one.text);
							resolve({ waiting, failed, parcels, drafts: texts });
						};
					};
				}),
		);
	}

	/** What was cut is mended: the page tries now, by the button that it has shown, unless it is back and that has gone. */
	async tryNow(): Promise<void> {
		const button = this.page.getByRole('button', { name: 'Try now' });
		const press = () =>
			button.click({ timeout: 1_000 }).then(
				() => true,
				() => false,
			);
		await until('it is tried', async () => !(await button.isVisible()) || (await press()));
	}

	/** The browser says that there is a network, or another: before the page has a button for it. */
	async isToldOfNetwork(): Promise<void> {
		await this.page.evaluate(() => window.dispatchEvent(new Event('online')));
	}

	/** So many seconds of a page whose clock is ours are over. */
	async passes(seconds: number): Promise<void> {
		await this.page.clock.fastForward(1_000 * seconds);
	}

	/** Nothing waits to be sent. */
	async hasSent(): Promise<void> {
		await until('everything is sent', async () => {
			// What was just written has no mark yet, and is not kept for a moment; but it has no number either.
			const unsent = this.page.locator('.msg.pending, .msg-note, article:not([data-seq]) .msg');
			const isShown = (await unsent.count()) > 0;
			return !isShown && (await this.kept()).waiting === 0;
		});
	}

	async shoot(name: string): Promise<void> {
		mkdirSync(shots, { recursive: true });
		await this.page.screenshot({ path: join(shots, `${name}.png`) });
	}
}
