import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
	Course,
	type Health,
	type NodeHealth,
	nameOf,
	stateOf,
	sumOf,
	troubles,
} from '../../src/core/admin';
import { clockOf, minutesOf } from '../../src/core/minutes';
import { isUserName, nameFault, roomName } from '../../src/core/names';
import type { Right, Role, RoomKind } from '../../src/core/protocol';
import { has, lowest } from '../../src/core/right';
import { type Act, may, mayPutOut } from '../../src/core/rights';
import { RoomLog } from '../../src/core/room';
import { event, ME, OTHER, snapshot } from './world';

const ALL: Act[] = [
	'invite',
	'link',
	'put_out',
	'bans',
	'describe',
	'rename',
	'slow',
	'webhooks',
	'role',
	'rights',
	'archive',
];
const allowed = (room: Parameters<typeof may>[0]) => ALL.filter((right) => may(room, right));

/** The table of the protocol's page. */
const table = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8')
	.split('### Rights of a room\n')[1]
	?.split('\n### ')[0]
	?.matchAll(/^\| `(\w+)` \|.*\| `(\w+)`(?:; in a `broadcast` room `(\w+)`)? \|$/gm);

describe('a right', () => {
	it('is had by the role of the protocol’s table and those above it, where nothing was said', () => {
		const rows = [...(table ?? [])];
		expect(rows.length).toBe(6);
		for (const [, right, usual, whereFewWrite] of rows) {
			const of = (kind: RoomKind) => lowest({ kind }, right as Right);
			for (const kind of ['public', 'private', 'group'] as const) expect(of(kind)).toBe(usual);
			expect(of('broadcast')).toBe(whereFewWrite ?? usual);
			expect(of('direct')).toBe('guest');
		}
	});

	it('is had from the role on that was said', () => {
		const roles: Role[] = ['guest', 'member', 'moderator', 'owner'];
		const whoHas = (said: Role) =>
			roles.filter((role) => has({ role, rights: { write: said } }, 'write'));
		expect(roles.map((said) => whoHas(said).length)).toEqual([4, 3, 2, 1]);
		expect(has({ rights: { pin: 'member' } }, 'pin')).toBe(true);
		expect(has({}, 'pin')).toBe(false);
	});

	it('is followed as it is given', () => {
		const log = new RoomLog(0);
		log.describe(snapshot(0, { rights: { pin: 'member' } }));
		log.take([event(1, { body: { kind: 'right', right: 'write', role: 'owner' } })], ME);
		expect(log.snapshot?.rights).toEqual({ pin: 'member', write: 'owner' });
	});
});

describe('what a role may do', () => {
	it('is what the table says', () => {
		expect(allowed({ role: 'guest' })).toEqual([]);
		expect(allowed({})).toEqual(['invite', 'link']);
		expect(allowed({ role: 'moderator' })).toEqual(ALL.slice(0, 8));
		expect(allowed({ role: 'owner' })).toEqual(ALL);
	});

	it('is nothing in a direct room, and no name in a group', () => {
		expect(allowed({ kind: 'direct', role: 'owner' })).toEqual([]);
		expect(allowed({ kind: 'group', role: 'owner' })).toEqual(
			ALL.filter((right) => right !== 'rename'),
		);
	});

	it('is less in an archived room, but what puts it in order goes on', () => {
		expect(allowed({ role: 'owner', archived: true })).toEqual([
			'put_out',
			'bans',
			'webhooks',
			'role',
			'archive',
		]);
	});

	it('puts out who stands below, and by an owner anybody else', () => {
		const roles: Role[] = ['guest', 'member', 'moderator', 'owner'];
		const out = (role: Role) => roles.filter((theirs) => mayPutOut({ role }, theirs));
		expect(out('member')).toEqual([]);
		expect(out('moderator')).toEqual(['guest', 'member']);
		expect(out('owner')).toEqual(roles);
	});

	it('is what the room’s owners have said, where they have', () => {
		const rights = { invite: 'moderator', describe: 'member' } as const;
		expect(allowed({ rights })).toEqual(['describe', 'rename']);
		expect(allowed({ role: 'moderator', rights })).toEqual(ALL.slice(0, 8));
		expect(allowed({ role: 'guest', rights: { invite: 'guest' } })).toEqual(['invite', 'link']);
	});

	it('follows what the room says of one', () => {
		const log = new RoomLog(0);
		log.describe(snapshot(0, { role: 'member' }));
		log.take([event(1, { body: { kind: 'role', user: OTHER, role: 'owner' } })], ME);
		expect(log.snapshot?.role).toBe('member');
		log.take([event(2, { body: { kind: 'role', user: ME, role: 'moderator' } })], ME);
		expect(log.snapshot?.role).toBe('moderator');
	});
});

describe('a room’s name', () => {
	it('is what stands there, and is judged while one types', () => {
		expect(roomName('  # tide tables ')).toBe('tide tables');
		for (const name of ['ann', 'Ann-Marie_2.0', 'Ζωή', '田中', 'x'.repeat(32)])
			expect(isUserName(name), name).toBe(true);
		for (const name of ['', 'Eve Example', '@ann', 'a\u200bb', 'x'.repeat(33), '🦊'])
			expect(isUserName(name), name).toBe(false);
		expect(nameFault('')).toBe('none');
		expect(nameFault('tide tables')).toBeNull();
		expect(nameFault('🛥'.repeat(25))).toBeNull();
		expect(nameFault('🛥'.repeat(26))).toBe('long');
		expect(nameFault('a\u200bb')).toBe('unseen');
		expect(nameFault('a\u202eb')).toBe('unseen');
	});
});

describe('an hour of the day', () => {
	it('is minutes for the server and a clock for people', () => {
		expect(clockOf(425)).toBe('07:05');
		expect(minutesOf('07:05')).toBe(425);
		expect(clockOf(minutesOf('23:59'))).toBe('23:59');
	});
});

describe('the overview', () => {
	const said = (more: Partial<NonNullable<NodeHealth['said']>> = {}) => ({
		address: 'one:8080',
		build: '1',
		started_ms: 0,
		ready: { ok: true },
		bus: { ok: true },
		sockets: { now: 1, max: 100 },
		users: 1,
		rooms: 1,
		rooms_bytes: { now: 99, max: 100 },
		outboxes_bytes: { now: 0, max: 100 },
		sends_bytes: { now: 0, max: 100 },
		messages_per_s: 1.5,
		deliveries_per_s: 3,
		audit_oldest_ms: 0,
		...more,
	});
	const node = (name: string, more: Partial<NodeHealth> = {}): NodeHealth => ({
		node: name,
		state: 'well',
		age_ms: 0,
		said: said({ address: `${name}:8080` }),
		...more,
	});
	const well: Health = {
		nodes: [node('a')],
		store: { kind: 'unsaid' },
		redis: [],
		minutes: [],
		node: 'a',
		build: '1',
		wall_ms: 0,
		ready: { ok: true },
		bus: { ok: true },
		draining: false,
		others: [],
		audit_oldest_ms: 100,
		rooms: 1,
		sockets: { now: 1, max: 100 },
		rooms_bytes: { now: 99, max: 100 },
		outboxes_bytes: { now: 0, max: 100 },
		sends_bytes: { now: 0, max: 100 },
	};

	it('says that all is well, or what is not', () => {
		expect(stateOf(troubles(well))).toBe('well');
		const bad = { ...well, ready: { ok: false, why: 'no store' }, bus: { ok: false } };
		expect(troubles(bad)).toEqual([
			{ is: 'down', why: 'no store' },
			{ is: 'bus', why: '' },
		]);
		expect(stateOf(troubles(bad))).toBe('down');
		const slow = {
			...well,
			draining: true,
			audit_oldest_ms: 70_000,
			clock_ahead_ms: -3_000,
			nodes: [node('a', { said: said({ sends_bytes: { now: 90, max: 100 } }) })],
		};
		expect(troubles(slow).map((one) => one.is)).toEqual(['draining', 'store', 'clock', 'filling']);
		expect(stateOf(troubles(slow))).toBe('waiting');
	});

	it('says of each other server, and of each of Redis and Cassandra, what is wrong with it', () => {
		const away = node('b', { state: 'away', away_since_ms: 7 });
		const unready = node('c', {
			state: 'unready',
			said: said({ address: '', ready: { ok: false, why: 'deaf' } }),
		});
		const down = (address: string) => ({ address, up: { ok: false, why: 'gone' } });
		const bad: Health = {
			...well,
			nodes: [node('a'), away, unready, node('d', { state: 'leaving' })],
			redis: [down('r:1'), { address: 'r:2', up: { ok: true } }],
			store: { kind: 'cassandra', timeouts: 0, servers: [down('k:1')] },
		};
		expect(troubles(bad)).toEqual([
			{ is: 'away', node: 'b:8080', since_ms: 7 },
			{ is: 'unready', node: 'c', why: 'deaf' },
			{ is: 'leaving', node: 'd:8080' },
			{ is: 'backing', of: 'redis', address: 'r:1', why: 'gone' },
			{ is: 'backing', of: 'cassandra', address: 'k:1', why: 'gone' },
		]);
		expect(stateOf(troubles(bad))).toBe('waiting');
		expect(nameOf({ node: 'old', state: 'well', age_ms: 0 })).toBe('old');
	});

	it('adds up the servers that are heard, and takes the slowest append', () => {
		const took = (p99_us: number) => said({ append: { p50_us: 1, p99_us } });
		const nodes = [
			node('a', { said: took(900) }),
			node('b', { said: took(2_000) }),
			node('c', { state: 'away', said: took(9_000) }),
			{ node: 'd', state: 'well', age_ms: 0 } as NodeHealth,
		];
		expect(sumOf({ ...well, nodes })).toEqual({
			messages_per_s: 3,
			deliveries_per_s: 6,
			sockets: { now: 2, max: 200 },
			append_us: 2_000,
		});
		expect(sumOf(well).append_us).toBeNull();
	});

	it('draws a line of what is there from the start', () => {
		const course = new Course(2, [5, 1, 2]);
		expect(course.peak).toBe(2);
		expect(course.line(100, 10)).toBe('M0 5L100 1');
	});

	it('draws a line of what came, of which the oldest gives way', () => {
		const course = new Course(3);
		expect(course.line(100, 10)).toBe('');
		for (const value of [9, 0, 4, 2]) course.add(value);
		expect(course.peak).toBe(4);
		expect(course.line(100, 10)).toBe('M0 9L50 1L100 5');
		expect(course.area(100, 10)).toBe('M0 9L50 1L100 5L100 10L0 10Z');
	});
});
