/**
 * The cluster that runs (`scripts/cluster`), as these tests have it: people behind Nginx who are at different servers, parts
 * that are killed under them, and what they are to see of that, which is nothing.
 */

import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { readAll } from '../browser/replay';
import { foundIn } from '../browser/secrets';
import { Hearth, launch, Person, until, type Writer } from '../browser/stage';

const project = join(import.meta.dirname, '../../..');
const state = process.env.HEARTH_RUN ?? join(project, '.run');
const name = process.env.HEARTH_CLUSTER_NAME ?? 'cluster';
/** Turns of a conversation, at most: it goes on while something is done to the cluster. */
const TURNS_MAX = 1_000;
/** A server that does not say how many sockets it has within that is dead. */
const COUNT_MS = 10_000;

type Part = 'server' | 'redis' | 'cassandra';

export class Cluster extends Hearth {
	override readonly patienceMs = 60_000;
	/** Sockets that are none of these tests'. */
	private strangers = 0;

	/** `doors`: by the nth of them one comes to the nth server while that is there. */
	private constructor(
		readonly url: string,
		private readonly servers: readonly string[],
		private readonly doors: readonly string[],
		private readonly browser: Browser,
	) {
		super();
	}

	static async reach(): Promise<Cluster> {
		const url = process.env.HEARTH_WEB_CLUSTER ?? '';
		const servers = process.env.HEARTH_CLUSTER_SERVERS?.split(',') ?? [];
		const doors = process.env.HEARTH_CLUSTER_DOORS?.split(',') ?? [];
		if (servers.length !== 3 || doors.length !== 3)
			throw new Error('no cluster: scripts/web cluster says where it is');
		const cluster = new Cluster(url, servers, doors, await launch());
		cluster.strangers = sum(await cluster.sockets());
		return cluster;
	}

	/** Does something to the part with this number; done when it is done, for `restart` when it is ready. */
	async does(verb: 'kill' | 'pause' | 'resume' | 'restart', part: Part, n: number): Promise<void> {
		await this.script(verb, part, String(n));
	}

	private async script(...words: string[]): Promise<string> {
		const run = promisify(execFile)(join(project, 'scripts/cluster'), [...words, '--name', name]);
		// `status` says by its own that something is dead.
		const { stdout } = await run.catch((fault) => {
			if (words[0] === 'status' && fault.stdout) return fault;
			throw new Error(`scripts/cluster ${words.join(' ')}: ${fault.stderr || fault}`);
		});
		return stdout;
	}

	/** All that is dead or paused runs again, and whoever a test has left there is gone. */
	async mend(): Promise<void> {
		await Promise.all(this.browser.contexts().map((context) => context.close()));
		const lines = (await this.script('status')).split('\n');
		const parts = lines.flatMap((line): [string, string, string][] => {
			const [, part = '', n = '', is = ''] =
				/^(server|redis|cassandra) (\d) .*\b(dead|paused)\b/.exec(line) ?? [];
			return part ? [[is === 'dead' ? 'restart' : 'resume', part, n]] : [];
		});
		// Servers last: they want the others.
		const isServer = ([, part]: [string, string, string]) => part === 'server';
		for (const some of [parts.filter((one) => !isServer(one)), parts.filter(isServer)])
			await Promise.all(some.map((one) => this.script(...one)));
		await until('nobody is left', async () => sum(await this.sockets()) <= this.strangers);
	}

	/** The end: no log has what it must not have. */
	async leave(): Promise<void> {
		await this.browser.close();
		for (const n of [1, 2, 3]) {
			const log = readFileSync(join(state, name, `server${n}/log`), 'utf8');
			expect(foundIn(log), `server ${n}: a log has what it must not have`).toEqual([]);
		}
	}

	/** How many sockets each server has. */
	sockets(): Promise<number[]> {
		return Promise.all(
			this.servers.map(async (server) => {
				const asked = fetch(`http://${server}/metrics`, { signal: AbortSignal.timeout(COUNT_MS) });
				const metrics = await asked.then(
					(answer) => answer.text(),
					() => '',
				);
				return Number(metrics.match(/^hearth_sockets (\d+)/m)?.[1] ?? 0);
			}),
		);
	}

	/** People of these names, the first of whom has come in at the first server, the second at the second. */
	async apart(...names: string[]): Promise<Person[]> {
		const people: Person[] = [];
		for (const name of names) people.push(await this.comesTo(people.length + 1, name));
		return people;
	}

	/** Three people at three servers, in a room of ada's. */
	async three(ada: Writer, name: string): Promise<{ people: Person[]; room: string }> {
		const room = await ada.room(own(name));
		const people = await this.apart(
			...['ines', 'jonas', 'kai'].map((who) => own(`${who}-${name}`)),
		);
		for (const person of people) await person.join(own(name));
		return { people, room };
	}

	/** Somebody who has come in by the one address, and at which server that was. */
	async comes(name: string): Promise<{ person: Person; at: number }> {
		const before = await this.sockets();
		const person = await this.comesIn(name);
		let at = 0;
		await until(`${name} is counted`, async () => {
			at = 1 + (await this.sockets()).findIndex((count, n) => count > (before[n] ?? 0));
			return at > 0;
		});
		return { person, at };
	}

	/** Somebody who has come in at this server, and goes on at another if that is killed. */
	async comesTo(n: number, name: string): Promise<Person> {
		const door = `http://${this.doors[n - 1]}`;
		await this.leads(n, door);
		const at = async () => (await this.sockets())[n - 1] ?? 0;
		const before = await at();
		const person = await this.comesIn(name, door);
		await until(`${name} is counted at server ${n}`, async () => (await at()) > before);
		return person;
	}

	/** The door leads to its server, which Nginx leaves alone for some seconds after it was not there. */
	private async leads(n: number, door: string): Promise<void> {
		const log = join(state, name, `door${n}/access.log`);
		const from = statSync(log).size;
		await until(`a door leads to server ${n}`, async () => {
			await fetch(`${door}/readyz`);
			const asked = readFileSync(log).subarray(from).toString();
			return asked.includes(` /readyz 200 `) && asked.includes(` up=${this.servers[n - 1]}/200 `);
		});
	}

	/** Somebody who has come in, by the one address if no other is named. */
	async comesIn(name: string, url = this.url): Promise<Person> {
		const person = await Person.at(this.browser, url);
		await person.comeIn(name);
		return person;
	}
}

/**
 * They talk in turn, each when the next has seen what was said before, until `meanwhile` is done and once more around.
 * What was said, in order.
 */
export async function talk(
	people: readonly Person[],
	about: string,
	meanwhile: Promise<unknown>,
): Promise<string[]> {
	const said: string[] = [];
	let left = Number.POSITIVE_INFINITY;
	const over = meanwhile.finally(() => {
		left = people.length;
	});
	// What went wrong is told when the turns have ended.
	over.catch(() => {});
	for (let turn = 0; left > 0; turn += 1, left -= 1) {
		if (turn === TURNS_MAX) throw new Error('it has not been done in so many turns');
		const text = `${about} ${String(turn).padStart(4, '0')}`;
		said.push(text);
		await people[turn % people.length]?.write(text);
		await people[(turn + 1) % people.length]?.sees(text);
	}
	await over;
	return said;
}

/**
 * They write all at once, without waiting for each other; each some, then on and on until what `does` begins is done, and
 * then some. What each has said, in order. Words are under way nearly always: one waits for them now and then.
 */
export function writeAtOnce(
	people: readonly Person[],
	does: () => Promise<unknown>,
): Promise<string[][]> {
	const some = 5;
	let ready = 0;
	let left = Number.POSITIVE_INFINITY;
	let begin = () => {};
	const over = new Promise<void>((resolve) => {
		begin = resolve;
	})
		.then(does)
		.finally(() => {
			left = some;
		});
	const writing = people.map(async (person, at) => {
		const said: string[] = [];
		let mine = Number.POSITIVE_INFINITY;
		while (mine > 0) {
			if (said.length === TURNS_MAX) throw new Error('it has not been done in so many messages');
			const text = `${at} at once ${String(said.length).padStart(4, '0')}`;
			await person.write(text);
			said.push(text);
			if (said.length % some === 0) await person.hasSent();
			if (said.length === some) ready += 1;
			if (ready === people.length) begin();
			mine = Math.min(mine - 1, left);
		}
		return said;
	});
	return Promise.all([...writing, over]).then((said) => said.slice(0, -1) as string[][]);
}

/** Each page says what the log says: every message at its number, once, none left out. And nothing of a fault. */
export async function agree(
	people: readonly Person[],
	room: string,
	ada: Writer,
): Promise<string[]> {
	const log = await ada.messages(room);
	for (const person of people) {
		await person.hasSent();
		await person.page.getByText('Online', { exact: true }).waitFor();
		await person.page.locator('.banner').waitFor({ state: 'detached' });
		expect(await person.page.locator('.msg-note.bad').count()).toBe(0);
		expect(await person.page.getByRole('dialog').count()).toBe(0);
		expect(await readAll(person, log.length)).toEqual(log.map(({ seq, text }) => [seq, text]));
	}
	return log.map(({ text }) => text);
}

export function sum(counts: readonly number[]): number {
	return counts.reduce((all, one) => all + one, 0);
}

/** A name that nobody has had in this cluster. */
export function own(name: string): string {
	return `${name}-${run}`;
}
const run = Date.now().toString(36).slice(-6);
