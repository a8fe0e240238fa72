/** Words of one's own menu. */

import { inLanguage } from './language';

export const en = {
	title: 'You',
	doing: 'What are you doing?',
	doingExample: 'In Ardvoe until four',
	emoji: 'An emoji for it',
	save: 'Save',
	saving: 'Saving…',
	clear: 'Clear',
	saved: 'Saved.',
	busy: 'Do not disturb',
	busyHint: 'No notifications and no sounds, and others see it.',
	settings: 'Settings',
	keys: 'Keys',
	signOut: 'Sign out',
};
export const w = await inLanguage('me', en);
