import type { en } from '../gap';
import type { Translation } from '../language';

export const words: Translation<typeof en> = ({ several }) => {
	const messages = (n: number) =>
		several(n, {
			zero: 'لا رسائل',
			one: 'رسالة واحدة',
			two: 'رسالتان',
			few: '# رسائل',
			many: '# رسالة',
			other: '# رسالة',
		});
	return {
		missed: (n) => (n > 0 ? `فاتتك ${messages(n)}` : 'جزء من السجل ليس في هذه الصفحة'),
		apart: (n) => (n > 0 ? `${messages(n)} خارج هذه الصفحة` : 'جزء من السجل ليس في هذه الصفحة'),
		between: (since, until) => ` بين ${since} و${until}.`,
		where: ' هي على الخادم، لا في هذه الصفحة.',
		load: 'تحميلها',
		loading: 'جارٍ التحميل…',
		day: 'اختيار يوم',
	};
};
