/**
 * The list of rooms, as the person has arranged it. Stars, folded sections and whether the list is shown are this
 * browser's: the server has nothing for them. What a room tells of is the server's (`own`).
 */

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { App, Part, RoomItem } from '../app.svelte';
import type { RoomId, UserId } from '../core/protocol';
import { isPersonal, type Placed, SECTIONS, type SectionName, sections } from '../core/sections';
import type { Step } from '../core/step';
import { isMuted, TOLD, type Told } from '../core/told';
import { keep, keepList, kept, keptList } from './kept';

/** A room in the list. */
export type SideRoom = RoomItem & Placed;

/** What was said last in a room, for one line. */
export interface Last {
	seq: number;
	by: UserId;
	name: string;
	text: string;
	at_ms: number;
}

export class Side implements Part {
	readonly starred = new SvelteSet<RoomId>(keptList('starred'));
	readonly folded = new SvelteSet<string>(keptList('folded'));
	/** Whether the list is put away, where there is room for it. */
	isHidden = $state(kept('side') === 'hidden');
	/** Not to be disturbed, said by hand. */
	isBusy = $state(kept('busy') === 'on');
	/** Somebody points at the list: its order stays. */
	isHeld = $state(false);
	/** Where it was scrolled to. */
	scroll = 0;
	readonly lasts = new SvelteMap<RoomId, Last>();
	private levels = $state.raw<ReadonlyMap<RoomId, Told>>(new Map());
	private held: RoomId[] = [];
	readonly sections = $derived.by(() => {
		const rooms = this.app.rooms.map((room): SideRoom => {
			const isSilent = isMuted(this.told(room.id), this.minute);
			const isStarred = this.starred.has(room.id);
			return { ...room, alerts: alerts(room), muted: isSilent, starred: isStarred };
		});
		const made = sections(rooms, this.isHeld ? this.held : null);
		this.held = SECTIONS.flatMap((name) => made[name].map((room) => room.id));
		return made;
	});
	/** A room that is muted for a while is heard again within the minute. */
	private readonly minute = $derived.by(() => Math.floor(this.app.now / 60_000) * 60_000);

	constructor(private readonly app: App) {
		// Another page has changed something.
		addEventListener('storage', () => this.reread());
	}

	/** All rooms in the order in which they stand. */
	get rooms(): SideRoom[] {
		return SECTIONS.flatMap((name) => this.sections[name]);
	}

	/** What asks for attention in all rooms that are not muted: what the title counts. */
	get alerts(): number {
		return this.rooms.reduce((sum, room) => sum + (room.muted ? 0 : room.alerts), 0);
	}

	/** Of what in a room one is to be told. */
	told(room: RoomId): Told {
		return this.levels.get(room) ?? TOLD;
	}

	/** Whether there is something to read that is not muted. */
	isNew({ unread, muted }: Pick<SideRoom, 'unread' | 'muted'>): boolean {
		return unread > 0 && !muted;
	}

	/** What of a section is shown: all, or while it is folded what is new and where one is. */
	shown(name: SectionName): SideRoom[] {
		const list = this.sections[name];
		if (!this.folded.has(name)) return list;
		return list.filter((room) => this.isNew(room) || room.id === this.app.current);
	}

	fold(name: SectionName): void {
		this.toggle('folded', this.folded, name);
	}

	star(room: RoomId): void {
		this.toggle('starred', this.starred, room);
	}

	/** Of a list that other pages change as well, one thing. */
	private toggle(list: string, shown: SvelteSet<string>, one: string): void {
		const isOn = !shown.has(one);
		const all = new Set(keptList(list));
		if (isOn) all.add(one);
		else all.delete(one);
		keepList(list, all);
		become(shown, all);
	}

	private reread(): void {
		become(this.starred, new Set(keptList('starred')));
		become(this.folded, new Set(keptList('folded')));
		const isBusy = kept('busy') === 'on';
		if (isBusy === this.isBusy) return;
		this.isBusy = isBusy;
		this.app.presence.watch();
	}

	hide(isHidden: boolean): void {
		this.isHidden = isHidden;
		keep('side', isHidden ? 'hidden' : null);
	}

	busy(isBusy: boolean): void {
		this.isBusy = isBusy;
		keep('busy', isBusy ? 'on' : null);
		this.app.presence.watch();
	}

	step(step: Step): void {
		if (step.do !== 'own') return;
		const all = this.app.session?.client.own.all() ?? [];
		this.levels = new Map(
			all.flatMap((one): [RoomId, Told][] => {
				if (one.kind !== 'notify') return [];
				const { room, level = TOLD.level, muted_until_ms } = one;
				return [[room, { level, muted_until_ms: muted_until_ms ?? 0 }]];
			}),
		);
	}
}

/** What of a room asks for attention: mentions, and everything that is said to one, alone or among a few, by name. */
export function alerts(room: RoomItem): number {
	return isPersonal(room) ? room.unread : room.mentions;
}

/** Only what differs is changed, so that only that is drawn anew. */
function become(set: SvelteSet<string>, all: ReadonlySet<string>): void {
	for (const one of set) if (!all.has(one)) set.delete(one);
	for (const one of all) set.add(one);
}
