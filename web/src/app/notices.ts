/**
 * Notifications while the page is open: which messages make one is said by `core/notify`; here they are shown, one for
 * each room, and taken away when the room is read. The browser's permission is asked for elsewhere, after a click.
 */

import type { App, Part, RoomItem } from '../app.svelte';
import { saidIn } from '../core/event';
import { tells, type Why, type Wishes } from '../core/notify';
import type { Event, RoomId } from '../core/protocol';
import type { Step } from '../core/step';
import iconNew from '../icon-new.svg?url';
import { w } from '../words/notices';
import { kept } from './kept';
import { known } from './profiles';
import { nameOf, titleOf } from './shown.svelte';
import { chime } from './sound';

/** Of a text only its beginning is shown. */
const TEXT_MAX = 200;
/** Sounds come at most so often. */
const SOUND_MS = 2_000;

export class Notices implements Part {
	/** How many messages stand behind what is shown of a room. */
	private readonly counts = new Map<RoomId, number>();
	/** Those that the page shows itself, where there is no service worker to do so. */
	private readonly shown = new Map<RoomId, Notification>();
	/** What came before the server said welcome was missed, and is told by the list of rooms. */
	private since_ms = 0;
	private soundAt = 0;
	/** The room that is on the screen here, and what says that it is no more. */
	private looksAt: RoomId | null = null;
	private looksAway = () => {};
	private readonly icon: HTMLLinkElement | null;
	private readonly usual: string;

	constructor(
		private readonly app: App,
		private readonly window: Window & typeof globalThis,
	) {
		this.icon = window.document.querySelector<HTMLLinkElement>('link[rel="icon"]');
		this.usual = this.icon?.href ?? '';
		for (const kind of ['focus', 'blur']) window.addEventListener(kind, () => this.look());
		window.document.addEventListener('visibilitychange', () => this.look());
	}

	/** Where one looks is told to the other pages of this browser, by a lock: what comes there they need not tell. */
	look(): void {
		const { current } = this.app;
		const room = current && this.isOnScreen(current) ? current : null;
		if (room === this.looksAt) return;
		this.looksAt = room;
		this.looksAway();
		const away = new Promise<void>((resolve) => {
			this.looksAway = resolve;
		});
		const { locks } = this.window.navigator;
		if (room) void locks?.request(lookingAt(room), { mode: 'shared' }, () => away);
	}

	step(step: Step): void {
		if (step.do === 'welcome') this.since_ms = step.now_ms;
		else if (step.do === 'show') this.heard(step.room, step.event);
		else if (step.do === 'unread' && step.unread === 0) void this.close(step.room);
		else if (step.do === 'left') void this.close(step.room);
	}

	/** Nobody is to read here what was said to who has gone. */
	async end(): Promise<void> {
		for (const room of this.shown.keys()) await this.close(room);
		const registration = await this.registration();
		for (const one of (await registration?.getNotifications()) ?? []) one.close();
	}

	/** The title and the icon say how much asks for attention: mentions, and what is said to one alone or among a few. */
	alerted(alerts: number): void {
		const href = alerts > 0 ? iconNew : this.usual;
		if (this.icon && this.icon.getAttribute('href') !== href) this.icon.href = href;
	}

	private heard(room: RoomId, event: Event): void {
		const { app } = this;
		const of = app.rooms.find((one) => one.id === room);
		if (!of || !app.me || event.at_ms < this.since_ms || this.isOnScreen(room)) return;
		const why = tells(event, { id: room, kind: of.kind }, this.wishes(app.me.id), Date.now());
		if (why) void this.tell(of, event, why);
	}

	private async tell(of: RoomItem, event: Event, why: Why): Promise<void> {
		const locks = await this.window.navigator.locks?.query();
		if (locks?.held?.some(({ name }) => name === lookingAt(of.id))) return;
		void this.show(of, event, why);
		this.sound();
	}

	private isOnScreen(room: RoomId): boolean {
		const { document } = this.window;
		// What the app says first: whoever is told of its changes is to be told of them without the focus as well.
		const isOpen = this.app.current === room && this.app.page === null;
		return isOpen && document.visibilityState === 'visible' && document.hasFocus();
	}

	private wishes(me: string): Wishes {
		const { app } = this;
		const client = app.session?.client;
		const quiet = client?.own.of('quiet', 'quiet');
		return {
			me,
			isBusy: app.side.isBusy,
			quiet: quiet?.hours ?? null,
			told: (room) => app.side.told(room),
			isBlocked: (user) => client?.own.has(`blocked/${user}`) === true,
			isHidden: (room, seq) => client?.own.has(`hidden/${room}/${seq}`) === true,
			follows: (room, root) => client?.threads?.get(room, root)?.following === true,
		};
	}

	private async show(of: RoomItem, event: Event, why: Why): Promise<void> {
		const { Notification } = this.window;
		if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
		if (event.body.kind !== 'message') return;
		const room = of.id;
		const count = (this.counts.get(room) ?? 0) + 1;
		this.counts.set(room, count);
		await known(event.by);
		// It was read meanwhile, or a newer one is shown.
		if (this.counts.get(room) !== count) return;
		const text = saidIn(event.body, event.body.text).slice(0, TEXT_MAX);
		const said = why === 'direct' ? text : w.says(nameOf(event.by, event.name), text);
		const body = count > 1 ? `${said}\n${w.more(count)}` : said;
		const address = `/#/${room}/${event.seq}`;
		// The same tag as what is pushed, and shown by the same: of a room there is one, and a newer takes its place.
		const options = { body, tag: room, timestamp: event.at_ms, data: address };
		try {
			const registration = await this.registration();
			if (registration?.active) await registration.showNotification(titleOf(of), options);
			else this.shown.set(room, this.own(new Notification(titleOf(of), options), address));
			// It may have been read meanwhile.
			if (!this.counts.has(room)) await this.close(room);
		} catch {
			// Some browsers let only a service worker show one.
		}
	}

	private own(notification: Notification, address: string): Notification {
		notification.onclick = () => {
			this.window.focus();
			this.window.location.hash = address.slice(1);
			notification.close();
		};
		return notification;
	}

	private async registration(): Promise<ServiceWorkerRegistration | undefined> {
		return this.window.navigator.serviceWorker?.getRegistration('/').catch(() => undefined);
	}

	/** Off unless chosen; of several pages one plays it. */
	private sound(): void {
		const now = this.window.performance.now();
		if (kept('sound') !== 'on' || now < this.soundAt + SOUND_MS) return;
		this.soundAt = now;
		void this.window.navigator.locks?.request(
			'hearth-sound',
			{ ifAvailable: true },
			async (lock) => {
				if (!lock) return;
				chime();
				await new Promise((resolve) => setTimeout(resolve, SOUND_MS / 2));
			},
		);
	}

	/** Also what was pushed. */
	private async close(room: RoomId): Promise<void> {
		this.counts.delete(room);
		this.shown.get(room)?.close();
		this.shown.delete(room);
		const registration = await this.registration();
		for (const one of (await registration?.getNotifications({ tag: room })) ?? []) one.close();
	}
}

function lookingAt(room: RoomId): string {
	return `hearth-looks-at-${room}`;
}
