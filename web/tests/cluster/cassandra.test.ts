/** People at three servers, while a node of Cassandra is killed under them and comes back, which takes it a while. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Writer } from '../browser/stage';
import { agree, Cluster, own, talk } from './cluster';

let cluster: Cluster;
let ada: Writer;
beforeAll(async () => {
	cluster = await Cluster.reach();
	ada = await cluster.someone(own('ada'));
});
afterEach(() => cluster.mend());
afterAll(() => cluster?.leave());

it('people go on talking while a node of Cassandra is killed and comes back', async () => {
	const { people, room } = await cluster.three(ada, 'cassandra');
	const said = await talk(people, 'killed', cluster.does('kill', 'cassandra', 3));
	said.push(...(await talk(people, 'back', cluster.does('restart', 'cassandra', 3))));
	expect(await agree(people, room, ada)).toEqual(said);
	for (const person of people) await person.leave();
});
