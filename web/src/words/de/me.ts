import type { Translation } from '../language';
import type { en } from '../me';

export const words: Translation<typeof en> = () => ({
	title: 'Du',
	doing: 'Was machst du?',
	doingExample: 'Bis vier in Ardvoe',
	emoji: 'Ein Emoji dafür',
	save: 'Speichern',
	saving: 'Speichere …',
	clear: 'Leeren',
	saved: 'Gespeichert.',
	busy: 'Bitte nicht stören',
	busyHint: 'Keine Benachrichtigungen und keine Töne, und andere sehen es.',
	settings: 'Einstellungen',
	keys: 'Tasten',
	signOut: 'Abmelden',
});
