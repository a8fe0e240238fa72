/** Emoji with their names, for whoever picks or searches one. */

import { COUNTRIES, EMOJI, flag, GROUPS, type Group } from '../core/emoji';
import { w } from '../words/emoji';

export interface Named {
	emoji: string;
	/** What it is called. */
	name: string;
	/** By what else it is found. */
	also: string;
	group: Group;
}

export const NAMED: readonly Named[] = GROUPS.flatMap((group): Named[] => {
	if (group === 'flags') return flags();
	const names = w.names[group].split(',');
	return EMOJI[group].split(' ').map((emoji, at) => {
		return { emoji, name: names[at] ?? '', also: w.also[emoji] ?? '', group };
	});
});

const byEmoji = new Map(NAMED.map((one) => [one.emoji, one]));

/** What an emoji is called; one that is not listed is its own name. */
export function nameOf(emoji: string): string {
	return byEmoji.get(emoji)?.name ?? emoji;
}

/** By what an emoji is found. */
export function namesOf({ name, also }: Named): string[] {
	return [name, name.replaceAll(' ', '_'), ...also.split(' ')].filter(Boolean);
}

function flags(): Named[] {
	const names = new Intl.DisplayNames([document.documentElement.lang || 'en'], { type: 'region' });
	return COUNTRIES.split(' ').map((country) => {
		const name = names.of(country) ?? country;
		return { emoji: flag(country), name, also: `flag_${country.toLowerCase()}`, group: 'flags' };
	});
}
