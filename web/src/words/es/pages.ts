import type { Translation } from '../language';
import type { en } from '../pages';

export const words: Translation<typeof en> = () => ({
	back: 'Volver a las salas',
	backTo: (where) => `Volver a ${where}`,
});
