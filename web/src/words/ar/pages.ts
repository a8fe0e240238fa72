import type { Translation } from '../language';
import type { en } from '../pages';

export const words: Translation<typeof en> = () => ({
	back: 'العودة إلى الغرف',
	backTo: (where) => `العودة إلى ${where}`,
});
