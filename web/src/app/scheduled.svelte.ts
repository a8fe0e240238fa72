/** Messages of one's own that are sent later, as the server has them. */

import type { App, RoomItem } from '../app.svelte';
import type { OwnScheduled } from '../core/protocol';
import { w as all } from '../words';
import { randomId } from '../world';
import type { RoomView } from './view.svelte';

/** While the list is shown: so often it is asked for, in seconds, for what was sent is no more in it. */
const ASK_S = 10;

export class Scheduled {
	/** By their time; null: not known yet. */
	list = $state.raw<readonly OwnScheduled[] | null>(null);
	failed = $state<string | null>(null);
	/** What is wrong with one of them, by its id. */
	wrong = $state<Record<string, string>>({});
	busy = $state<Record<string, boolean>>({});
	/** What was to be scheduled and got no answer: it may be there, and the same again must not be a second one. */
	private untold: { what: string; id: string } | null = null;
	private beats = 0;
	/** Places in which the list is shown. */
	private shown = 0;

	constructor(private readonly app: App) {
		app.parts.push({
			beat: () => {
				this.beats += 1;
				if (this.shown > 0 && this.beats % ASK_S === 0) void this.load();
			},
			step: (step) => {
				if (this.shown > 0 && step.do === 'welcome') void this.load();
			},
		});
	}

	/** The list is shown until the returned function is called. */
	show(): () => void {
		this.shown += 1;
		void this.load();
		return () => {
			this.shown -= 1;
		};
	}

	async load(): Promise<void> {
		const said = await this.app.http.call<{ scheduled: OwnScheduled[] }>(
			'GET',
			'/api/v1/scheduled',
		);
		if (said.ok) this.list = said.value.scheduled.filter((one) => one.text !== undefined);
		this.failed = said.ok || this.list ? null : said.message || all.noAnswer;
	}

	/** Schedules what is being written. Null if it was taken, else why not. */
	async add(view: RoomView, at_ms: number): Promise<string | null> {
		const draft = this.app.drafts.of(view);
		const { text, reply_to, mentions } = this.app.sending.message(view, draft, null);
		const what = JSON.stringify([view.id, text.trim(), reply_to]);
		const id = this.untold?.what === what ? this.untold.id : uuid();
		this.untold = { what, id };
		const own: OwnScheduled = {
			kind: 'scheduled',
			id,
			room: view.id,
			at_ms,
			text: text.trim(),
			...(reply_to !== undefined && { reply_to }),
			...(mentions && { mentions }),
		};
		const why = await this.put(own);
		if (why === null) this.untold = null;
		const isSame = this.app.drafts.of(view).text === draft.text;
		if (why === null && isSame)
			this.app.drafts.set(view, { text: '', reply_to: null, edits: null });
		return why;
	}

	/** Changes one: its text, its time. Null if it was taken, else why not. */
	async change(one: OwnScheduled, text: string, at_ms: number): Promise<string | null> {
		const { state, reason, ...own } = one;
		return this.doing(one, () => this.put({ ...own, text, at_ms }));
	}

	async cancel(one: OwnScheduled): Promise<string | null> {
		return this.doing(one, () => this.call('DELETE', one));
	}

	async sendNow(one: OwnScheduled): Promise<string | null> {
		return this.doing(one, () => this.call('POST', one, '/send'));
	}

	/** Where it will stand. */
	roomOf({ room }: { room: string }): RoomItem | null {
		return this.app.rooms.find(({ id }) => id === room) ?? null;
	}

	private async put(own: OwnScheduled): Promise<string | null> {
		const said = await this.app.http.call('PUT', '/api/v1/own', own);
		if (said.ok) void this.load();
		return said.ok ? null : said.message || all.noAnswer;
	}

	private async call(method: string, { id }: OwnScheduled, what = ''): Promise<string | null> {
		const said = await this.app.http.call(method, `/api/v1/scheduled/${id}${what}`);
		await this.load();
		return said.ok || said.status === 404 ? null : said.message || all.noAnswer;
	}

	private async doing(
		one: OwnScheduled,
		run: () => Promise<string | null>,
	): Promise<string | null> {
		this.busy[one.id] = true;
		const why = await run();
		this.busy[one.id] = false;
		if (why === null) delete this.wrong[one.id];
		else this.wrong[one.id] = why;
		return why;
	}
}

/** The one list of the page. */
let scheduled: Scheduled | null = null;
export function scheduledOf(app: App): Scheduled {
	scheduled ??= new Scheduled(app);
	return scheduled;
}

/** An id as the server wants it (RFC 9562, version 4). */
function uuid(): string {
	const hex = randomId(crypto);
	const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4];
	const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
	return [...parts, `${variant}${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}
