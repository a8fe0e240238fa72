import { describe, expect, it } from 'vitest';
import { Http } from '../../src/core/http';
import { type Found, find, OFFERED_MAX, offered, type Person, sought } from '../../src/core/people';

const person = (name: string, more: Partial<Person> = {}): Person => ({ id: name, name, ...more });
const found = (words: string, users: Person[], more = false): Found => ({ words, users, more });
const nobody = new Set<string>();
const names = (list: readonly Person[]) => list.map((one) => one.name);

describe('people who are offered', () => {
	it('are those one has met at once, and the others when the server has answered', () => {
		const met = [person('mara'), person('tamar'), person('jonas')];
		expect(names(offered('mar', met, null, nobody))).toEqual(['mara', 'tamar']);
		const answer = found('mar', [person('marc'), person('mara', { display: 'Mara Stone' })]);
		const both = offered('mar', met, answer, nobody);
		expect(names(both)).toEqual(['mara', 'tamar', 'marc']);
		expect(both[0]?.display).toBe('Mara Stone');
		expect(offered('', met, answer, nobody)).toEqual([]);
	});

	it('are of an answer before what still fits, by the shown name too', () => {
		const answer = found('s', [
			person('mara', { display: 'Mara Stone' }),
			person('sam'),
			person('søren'),
		]);
		expect(names(offered('sto', [], answer, nobody))).toEqual(['mara']);
		expect(names(offered('so', [], answer, nobody))).toEqual([]);
		expect(names(offered('m', [], answer, nobody))).toEqual([]);
		// What the server takes for fitting is not judged again.
		const other = found('soren st', [person('søren')]);
		expect(names(offered('soren st', [], other, nobody))).toEqual(['søren']);
	});

	it('have who is called exactly so first, each once, nobody who is in already, and not too many', () => {
		const met = [person('anna'), person('anne')];
		const answer = found('ann', [person('ann'), person('anna'), person('annika')]);
		expect(names(offered('Ann', met, found('Ann', [...answer.users]), nobody))).toEqual([
			'ann',
			'anna',
			'anne',
			'annika',
		]);
		expect(names(offered('ann', met, answer, new Set(['ann', 'anne'])))).toEqual([
			'anna',
			'annika',
		]);
		const many = Array.from({ length: 30 }, (_, n) => person(`ann${n}`));
		expect(offered('ann', many, answer, nobody)).toHaveLength(OFFERED_MAX);
	});

	it('are asked for in words that fit into an address', async () => {
		expect(sought(' @mara ')).toBe('mara');
		const asked: string[] = [];
		const answers = [
			new Response('{"users":[{"id":"1","name":"a&b","bot":true}],"more":true}'),
			new Response('{"error":"forbidden"}', { status: 403 }),
		];
		const http = new Http(async (path) => {
			asked.push(String(path));
			return answers.shift() as Response;
		});
		const one = await find(http, 'a&b ü');
		expect(asked).toEqual(['/api/v1/users?q=a%26b+%C3%BC&limit=8']);
		expect(one).toEqual({
			ok: true,
			value: { words: 'a&b ü', users: [{ id: '1', name: 'a&b', bot: true }], more: true },
		});
		expect(await find(http, 'x')).toMatchObject({ ok: false, status: 403 });
	});
});
