/** What of what is shown is said to be read. */

import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { App } from '../../src/app.svelte';
import type { Answer, Ask } from '../../src/core/step';
import { event, inThread, message, ROOM, snapshot, user } from './world';

/** What the compiler makes of it in the page. */
beforeAll(async () => {
	const same = <T>(value: T) => value;
	Object.assign(globalThis, {
		$state: Object.assign(same, { raw: same }),
		$derived: Object.assign(same, { by: <T>(make: () => T) => make() }),
	});
	await Promise.all([import('../../src/app.svelte'), import('../../src/app/threads')]);
	Object.assign(globalThis, { document: { visibilityState: 'visible' } });
}, 60_000);

const ROOT = 3;
const thread = { room: ROOM, root: ROOT, read: 3, last: 5, unread: new Set<number>() };
let app: App;
/** What was asked, but for pages. */
let asked: Ask[];
let answer: Answer;

beforeEach(async () => {
	const { App } = await import('../../src/app.svelte');
	const log = { snapshot: snapshot(5), position: 5, ordinal: 3, mark: { seq: 0 } };
	const client = { rooms: new Map([[ROOM, log]]), threads: { get: () => thread } };
	asked = [];
	answer = { is: 'done' };
	const root = event(ROOT, { body: message('root') });
	const page = {
		thread: { room: ROOM, root: ROOT, message: root, messages: 2 },
		events: [4, 5].map((seq) => event(seq, { body: inThread(`m${seq}`, ROOT) })),
		states: [],
		head: 5,
		more_before: false,
		more_after: false,
	};
	app = Object.create(App.prototype);
	const ask = async (ask: Ask): Promise<Answer> => {
		if (ask.ask === 'thread') return { is: 'thread', page: page as never };
		asked.push(ask);
		return answer;
	};
	Object.assign(app, { me: user, session: { client }, parts: [], ask });
});

it('a thread that was set back to unread is read when it is opened again', async () => {
	const { threadsOf } = await import('../../src/app/threads');
	const threads = threadsOf(app);
	const turn = () => new Promise((resolve) => setTimeout(resolve));
	const open = async () => {
		const view = threads.open(ROOM, ROOT, undefined);
		await turn();
		if (!view) throw new Error('no thread');
		threads.read(view);
		await turn();
		return view;
	};
	thread.unread = new Set([4, 5]);
	const view = await open();
	const read = { ask: 'set', own: { kind: 'read', room: ROOM, root: ROOT, seq: 5 } };
	expect(asked).toEqual([read]);
	// It is said once, until it is another.
	threads.read(view);
	expect(asked.length).toBe(1);
	view.isSetBack = true;
	threads.read(view);
	expect(asked.length).toBe(1);
	await open();
	expect(asked).toEqual([read, read]);
});

it('a room is up to date as of the last second in which all of it that there is was on the page', async () => {
	const [{ Link }, { RoomView }] = await Promise.all([
		import('../../src/app/link.svelte'),
		import('../../src/app/view.svelte'),
	]);
	const log = { position: 5, ordinal: 5 };
	const view = new RoomView(ROOM, log as never);
	const client = { rooms: new Map([[ROOM, log]]), isUpToDate: () => true };
	Object.assign(app, { view, session: { client }, now: 7_000 });
	const link = new Link(app);
	link.is = 'live';
	// Its page is on the way.
	link.beat();
	expect(link.asOf).toBe(0);
	const events = [4, 5].map((seq) => event(seq));
	view.timeline.add({ events, states: [], head: 5, more_before: true }, 'newest');
	link.beat();
	expect(link.asOf).toBe(7_000);
});

it('one who goes to a message that does not come stays where they are', async () => {
	const [{ Reading }, { RoomView }] = await Promise.all([
		import('../../src/app/reading.svelte'),
		import('../../src/app/view.svelte'),
	]);
	const view = new RoomView(ROOM, { position: 5, ordinal: 5 } as never);
	answer = { is: 'refused', refused: { code: 'busy', message: '' } };
	await new Reading(app).goTo(view, 2, true);
	expect(view.goTo).toBeNull();
	expect(view.failed).not.toBeNull();
});

it('a thread of which the server did not take that it is read is said to be so again', async () => {
	const { threadsOf } = await import('../../src/app/threads');
	const threads = threadsOf(app);
	thread.unread = new Set([4, 5]);
	answer = { is: 'refused', refused: { code: 'busy', message: '' } };
	const view = threads.open(ROOM, ROOT, undefined);
	for (let turns = 0; turns < 2; turns += 1) {
		await new Promise((resolve) => setTimeout(resolve));
		if (view) threads.read(view);
	}
	expect(asked.length).toBe(2);
});
