/** People at three servers behind one address, while parts of the cluster are killed and begin anew under them. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Person, until, type Writer } from '../browser/stage';
import { agree, Cluster, own, sum, talk, writeAtOnce } from './cluster';

let cluster: Cluster;
let ada: Writer;
beforeAll(async () => {
	cluster = await Cluster.reach();
	ada = await cluster.someone(own('ada'));
});
afterEach(() => cluster.mend());
afterAll(() => cluster?.leave());

/** Three people at three servers, in a room of ada's. */
async function three(name: string): Promise<{ people: Person[]; room: string }> {
	const room = await ada.room(own(name));
	const placed = await cluster.apart(
		...['ines', 'jonas', 'kai'].map((who) => own(`${who}-${name}`)),
	);
	const people = placed.map(({ person }) => person);
	for (const person of people) await person.join(own(name));
	return { people, room };
}

describe('three people at three servers', () => {
	it('lose no word, and see one order, when one server after the other is killed while all write', async () => {
		const { people, room } = await three('killed');
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
		const { person: nora } = await cluster.comesTo(own('nora'), (n) => n === 3);
		await nora.join(own('killed'));
		await agree([nora], room, ada);
		for (const person of [...people, nora]) await person.leave();
	});

	it('go on talking while one server after the other begins anew', async () => {
		const { people, room } = await three('rolling');
		const rolling = async () => {
			for (const n of [1, 2, 3]) await cluster.does('restart', 'server', n);
		};
		const said = await talk(people, 'rolling', rolling());
		await until('all have moved', async () => sum(await cluster.sockets()) >= people.length);
		expect(await agree(people, room, ada)).toEqual(said);
		for (const person of people) await person.leave();
	});

	it('hear of each other while Redis is gone, and when it is back with nothing in it', async () => {
		const { people, room } = await three('redis');
		const all = [1, 2, 3, 4, 5, 6];
		await Promise.all(all.map((n) => cluster.does('kill', 'redis', n)));
		const said = await talk(people, 'without redis', Promise.resolve());
		const back = Promise.all(all.map((n) => cluster.does('restart', 'redis', n)));
		said.push(...(await talk(people, 'with redis again', back)));
		expect(await agree(people, room, ada)).toEqual(said);
		for (const person of people) await person.leave();
	});

	it('go on talking while a node of Cassandra is killed and comes back', async () => {
		const { people, room } = await three('cassandra');
		const said = await talk(people, 'killed', cluster.does('kill', 'cassandra', 3));
		said.push(...(await talk(people, 'back', cluster.does('restart', 'cassandra', 3))));
		expect(await agree(people, room, ada)).toEqual(said);
		for (const person of people) await person.leave();
	});
});
