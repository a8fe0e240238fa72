import type { Translation } from '../language';
import type { en } from '../notices';

export const words: Translation<typeof en> = ({ several }) => ({
	says: (name, text) => `${name}: ${text}`,
	more: (n) =>
		several(n, {
			zero: 'لا رسائل جديدة',
			one: 'رسالة جديدة واحدة',
			two: 'رسالتان جديدتان',
			few: '# رسائل جديدة',
			many: '# رسالة جديدة',
			other: '# رسالة جديدة',
		}),
});
