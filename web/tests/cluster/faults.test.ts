/** People at three servers, while servers and Redis are killed and begin anew under them. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Network, until, type Writer } from '../browser/stage';
import { agree, Cluster, own, sum, talk, writeAtOnce } from './cluster';

/** So long a network is cut at least. */
const CUT_MS = 15_000;

let cluster: Cluster;
let ada: Writer;
beforeAll(async () => {
	cluster = await Cluster.reach();
	ada = await cluster.someone(own('ada'));
});
afterEach(() => cluster.mend());
afterAll(() => cluster?.leave());

describe('three people at three servers', () => {
	it('lose no word, and see one order, when one server after the other is killed while all write', async () => {
		const { people, room } = await cluster.three(ada, 'killed');
		const said = await writeAtOnce(people, async () => {
			for (const n of [1, 2, 3]) {
				// It hears nothing any more, so what it is sent is on its way when it dies.
				await cluster.does('pause', 'server', n);
				await until('words wait', async () => {
					const kept = await Promise.all(people.map((person) => person.kept()));
					return kept.some(({ waiting }) => waiting > 1);
				});
				await cluster.does('kill', 'server', n);
				await cluster.does('restart', 'server', n);
			}
		});
		for (const person of people) await person.hasSent();
		const log = await agree(people, room, ada);
		for (const [who, words] of said.entries())
			expect(log.filter((text) => text.startsWith(`${who} at once`))).toEqual(words);
		expect(log).toHaveLength(said.flat().length);
		// Who comes to a server that has only just begun anew finds the same.
		const nora = await cluster.comesTo(3, own('nora'));
		await nora.join(own('killed'));
		await agree([nora], room, ada);
		for (const person of [...people, nora]) await person.leave();
	});

	it('go on talking while one server after the other begins anew, and who had no network meanwhile misses nothing', async () => {
		const { people, room } = await cluster.three(ada, 'rolling');
		const network = await Network.to({ port: Number(new URL(cluster.url).port) });
		const lena = await cluster.comesIn(own('lena'), network.url);
		await lena.join(own('rolling'));
		network.cut();
		const words = ['first', 'second', 'third'].map((which) => `${which} without a network`);
		for (const text of words) await lena.write(text);
		const rolling = async () => {
			const began = Date.now();
			for (const n of [1, 2, 3]) await cluster.does('restart', 'server', n);
			await until('a while has gone by', () => Date.now() > began + CUT_MS);
		};
		const said = await talk(people, 'rolling', rolling());
		expect((await lena.kept()).waiting).toBe(words.length);
		network.mend();
		await lena.tryNow();
		await lena.hasSent();
		await until('all have moved', async () => sum(await cluster.sockets()) > people.length);
		expect(await agree([...people, lena], room, ada)).toEqual([...said, ...words]);
		for (const person of [...people, lena]) await person.leave();
		network.close();
	});

	it('hear of each other while Redis is gone, and when it is back with nothing in it', async () => {
		const { people, room } = await cluster.three(ada, 'redis');
		const all = [1, 2, 3, 4, 5, 6];
		await Promise.all(all.map((n) => cluster.does('kill', 'redis', n)));
		const said = await talk(people, 'without redis', Promise.resolve());
		const back = Promise.all(all.map((n) => cluster.does('restart', 'redis', n)));
		said.push(...(await talk(people, 'with redis again', back)));
		expect(await agree(people, room, ada)).toEqual(said);
		for (const person of people) await person.leave();
	});
});
