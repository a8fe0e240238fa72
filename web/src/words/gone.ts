/** Words of rooms in which one is not any more, and of what was written for them. */

import { inLanguage } from './language';

export const en = {
	title: 'Your words are kept',
	removed: (who: string, room: string) => `${who} removed you from ${room}`,
	banned: (who: string, room: string) => `${who} banned you from ${room}`,
	because: (what: string, reason: string) => `${what}: ${reason}`,
	whole: (what: string) => `${what}.`,
	left: (room: string) => `You left ${room}.`,
	away: (room: string) => `You are not in ${room} any more.`,
	unnamed: 'You are not in one of your rooms any more.',
	draft: 'Not finished',
	unsent: 'Not sent',
	stays: 'They stay in this browser until you delete them here.',
};
export const w = await inLanguage('gone', en);
