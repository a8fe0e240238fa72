import { beforeAll, describe, expect, it } from 'vitest';
import { ROOM } from './world';

/** What the compiler makes of it in the page. */
beforeAll(() => {
	const state = Object.assign(<T>(value: T) => value, { raw: <T>(value: T) => value });
	Object.assign(globalThis, { $state: state });
});

interface Put {
	id: string;
	at_ms: number;
}

async function page() {
	const { Scheduled } = await import('../../src/app/scheduled.svelte');
	const puts: Put[] = [];
	const draft = { text: 'good morning', reply_to: null, edits: null };
	const said = { ok: false };
	const app = {
		parts: [],
		drafts: { of: () => draft, set: () => {} },
		sending: { message: () => ({ kind: 'message', text: draft.text }) },
		http: {
			call: async (method: string, _path: string, body: Put) => {
				if (method === 'PUT') puts.push(body);
				return { ok: said.ok, status: 0, message: '', value: { scheduled: [] } };
			},
		},
	};
	return { scheduled: new Scheduled(app as never), view: { id: ROOM } as never, puts, draft, said };
}

describe('a message for later', () => {
	it('that got no answer is the same when it is scheduled again, also for another time', async () => {
		const { scheduled, view, puts, said } = await page();
		expect(await scheduled.add(view, 1_000)).not.toBeNull();
		said.ok = true;
		expect(await scheduled.add(view, 2_000)).toBeNull();
		expect(puts.map(({ at_ms }) => at_ms)).toEqual([1_000, 2_000]);
		expect(puts[0]?.id).toBe(puts[1]?.id);
		// It was taken: the same words are another message now.
		await scheduled.add(view, 2_000);
		expect(puts[2]?.id).not.toBe(puts[1]?.id);
	});

	it('is another one when its words are others', async () => {
		const { scheduled, view, puts, draft } = await page();
		await scheduled.add(view, 1_000);
		draft.text = 'good evening';
		await scheduled.add(view, 1_000);
		expect(puts[0]?.id).not.toBe(puts[1]?.id);
	});
});
