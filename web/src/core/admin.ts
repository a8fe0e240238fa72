/** The calls for administrators, and what an overview says of the servers. */

import type { Called, Http, Schema } from './http';

export type Health = Schema['Health'];
export type NodeHealth = Schema['NodeHealth'];
export type Backing = Schema['Backing'];

export class Admin {
	constructor(private readonly http: Http) {}

	health(): Promise<Called<Health>> {
		return this.http.call('GET', '/api/v1/admin/health');
	}

	users(prefix: string, bots: boolean, after?: string): Promise<Called<Schema['Users']>> {
		const query = new URLSearchParams({ limit: '50' });
		if (prefix) query.set('prefix', prefix);
		if (bots) query.set('bots', 'true');
		if (after) query.set('after', after);
		return this.http.call('GET', `/api/v1/admin/users?${query}`);
	}

	/** Of one alone it is told how many sessions there are. */
	user(id: string): Promise<Called<Schema['Account']>> {
		return this.http.call('GET', `/api/v1/admin/users/${encodeURIComponent(id)}`);
	}

	rooms(words: string, after?: string): Promise<Called<Schema['AnyRooms']>> {
		const query = new URLSearchParams();
		if (words) query.set('q', words);
		if (after !== undefined) query.set('after', after);
		return this.http.call('GET', `/api/v1/admin/rooms?${query}`);
	}

	setAdmin(id: string, on: boolean): Promise<Called<unknown>> {
		return this.http.call(on ? 'PUT' : 'DELETE', `/api/v1/admin/users/${id}/admin`);
	}

	setActive(id: string, on: boolean): Promise<Called<unknown>> {
		const what = on ? 'reactivate' : 'deactivate';
		return this.http.call('POST', `/api/v1/admin/users/${id}/${what}`);
	}

	resetLink(id: string): Promise<Called<Schema['Link']>> {
		return this.http.call('POST', `/api/v1/admin/users/${id}/reset`);
	}

	deleteUser(id: string): Promise<Called<unknown>> {
		return this.http.call('DELETE', `/api/v1/admin/users/${id}`);
	}

	invitations(): Promise<Called<{ invitations: ServerInvitation[] }>> {
		return this.http.call('GET', '/api/v1/admin/invitations');
	}

	invite(uses: number, days: number): Promise<Called<Schema['Link']>> {
		return this.http.call('POST', '/api/v1/admin/invitations', { uses, days });
	}

	withdraw(id: string): Promise<Called<unknown>> {
		return this.http.call('DELETE', `/api/v1/admin/invitations/${id}`);
	}

	makeBot(name: string, display: string): Promise<Called<Schema['User']>> {
		return this.http.call('POST', '/api/v1/admin/bots', { name, display: display || undefined });
	}

	tokens(bot: string): Promise<Called<Schema['BotTokens']>> {
		return this.http.call('GET', `/api/v1/admin/bots/${bot}/tokens`);
	}

	makeToken(bot: string, token: Schema['NewToken']): Promise<Called<Schema['MadeToken']>> {
		return this.http.call('POST', `/api/v1/admin/bots/${bot}/tokens`, token);
	}

	revokeToken(bot: string, token: string): Promise<Called<unknown>> {
		return this.http.call('DELETE', `/api/v1/admin/bots/${bot}/tokens/${token}`);
	}

	acts(before?: number): Promise<Called<Schema['Acts']>> {
		return this.http.call('GET', `/api/v1/admin/acts?limit=50${before ? `&before=${before}` : ''}`);
	}
}

/** By hand: the server's description has two shapes of this name, and shows the one of rooms. */
export interface ServerInvitation {
	id: string;
	uses_max: number;
	uses: number;
	by: string;
	by_name: string;
	created_ms: number;
	until_ms: number;
}

/** How a thing is: a round, square or turned mark stands for it beside the word. */
export type State = 'well' | 'waiting' | 'down';

/** What the verdict is made of: what is wrong, the worst first; nothing: all is well. */
export type Trouble =
	| { is: 'down'; why: string }
	| { is: 'draining' }
	| { is: 'away'; node: string; since_ms: number }
	| { is: 'unready'; node: string; why: string }
	| { is: 'leaving'; node: string }
	| { is: 'backing'; of: 'redis' | 'cassandra'; address: string; why: string }
	| { is: 'bus'; why: string }
	| { is: 'store'; ms: number }
	| { is: 'clock'; ms: number }
	| { is: 'filling'; node: string; what: Gauge; now: number; max: number };

export type Gauge = 'sockets' | 'outboxes_bytes' | 'sends_bytes';
/** Rooms in memory may fill what they may take: those that are not used give way. */
const GAUGES: readonly Gauge[] = ['sockets', 'sends_bytes', 'outboxes_bytes'];
/** A room that was not compared with the store for so long: the store is slow. */
const STORE_MS = 60_000;
/** Clocks that far apart are worth a word. */
const CLOCK_MS = 1_000;
/** So full, and somebody should look. */
const FULL = 0.8;

/** As people know a server: where it is, or by its name if it does not say. */
export function nameOf(node: NodeHealth): string {
	return node.said?.address || node.node;
}

export function troubles(health: Health): Trouble[] {
	const all: Trouble[] = [];
	if (health.draining) all.push({ is: 'draining' });
	else if (!health.ready.ok) all.push({ is: 'down', why: health.ready.why ?? '' });
	for (const node of health.nodes) {
		if (node.node === health.node) continue;
		const { state, said } = node;
		const name = nameOf(node);
		if (state === 'away')
			all.push({ is: 'away', node: name, since_ms: node.away_since_ms ?? health.wall_ms });
		else if (state === 'unready')
			all.push({ is: 'unready', node: name, why: said?.ready.why ?? '' });
		else if (state === 'leaving') all.push({ is: 'leaving', node: name });
	}
	if (!health.bus.ok) all.push({ is: 'bus', why: health.bus.why ?? '' });
	const cassandra = health.store.kind === 'cassandra' ? health.store.servers : [];
	for (const [of, servers] of [['redis', health.redis] as const, ['cassandra', cassandra] as const])
		for (const { address, up } of servers)
			if (!up.ok) all.push({ is: 'backing', of, address, why: up.why ?? '' });
	if (health.audit_oldest_ms > STORE_MS) all.push({ is: 'store', ms: health.audit_oldest_ms });
	const ahead = health.clock_ahead_ms ?? 0;
	if (Math.abs(ahead) > CLOCK_MS) all.push({ is: 'clock', ms: ahead });
	for (const node of health.nodes) {
		if (node.state === 'away' || !node.said) continue;
		for (const what of GAUGES) {
			const { now, max } = node.said[what];
			if (max > 0 && now / max > FULL)
				all.push({ is: 'filling', node: nameOf(node), what, now, max });
		}
	}
	return all;
}

export function stateOf(found: readonly Trouble[]): State {
	if (found.some((one) => one.is === 'down')) return 'down';
	return found.length > 0 ? 'waiting' : 'well';
}

/** What all servers that are heard do together, and the slowest of their appends. */
export interface Sum {
	messages_per_s: number;
	deliveries_per_s: number;
	sockets: { now: number; max: number };
	/** In microseconds, all but one in a hundred; null: nobody appended in the last minute. */
	append_us: number | null;
}

export function sumOf(health: Health): Sum {
	const sum: Sum = {
		messages_per_s: 0,
		deliveries_per_s: 0,
		sockets: { now: 0, max: 0 },
		append_us: null,
	};
	for (const { state, said } of health.nodes) {
		if (state === 'away' || !said) continue;
		sum.messages_per_s += said.messages_per_s;
		sum.deliveries_per_s += said.deliveries_per_s;
		sum.sockets.now += said.sockets.now;
		sum.sockets.max += said.sockets.max;
		if (said.append) sum.append_us = Math.max(sum.append_us ?? 0, said.append.p99_us);
	}
	return sum;
}

/** Figures in their order, for a line; those that are added: the oldest give way. */
export class Course {
	private readonly points: number[];

	constructor(
		private readonly most: number,
		points: readonly number[] = [],
	) {
		this.points = points.slice(-most);
	}

	add(value: number): void {
		this.points.push(value);
		if (this.points.length > this.most) this.points.shift();
	}

	get peak(): number {
		return Math.max(0, ...this.points);
	}

	/** A line in a box of this size, its foot at nothing; empty while there are not two points. */
	line(width: number, height: number): string {
		if (this.points.length < 2) return '';
		const top = Math.max(1, this.peak);
		const step = width / (this.points.length - 1);
		return this.points
			.map((value, at) => {
				const y = height - 1 - (value / top) * (height - 2);
				return `${at === 0 ? 'M' : 'L'}${round(at * step)} ${round(y)}`;
			})
			.join('');
	}

	/** The same, closed: what stands under the line. */
	area(width: number, height: number): string {
		const line = this.line(width, height);
		return line && `${line}L${width} ${height}L0 ${height}Z`;
	}
}

function round(n: number): number {
	return Math.round(n * 10) / 10;
}
