import type { Translation } from '../language';
import type { en } from '../pages';

export const words: Translation<typeof en> = () => ({
	back: 'Zu den Räumen',
	backTo: (where) => `Zurück zu ${where}`,
});
