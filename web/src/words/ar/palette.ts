import type { Translation } from '../language';
import type { en } from '../palette';

export const words: Translation<typeof en> = ({ several }) => ({
	title: 'انتقل إلى',
	field: 'غرفة أو شخص أو رسالة أو أمر',
	results: 'النتائج',
	rooms: 'الغرف والأشخاص',
	people: 'أشخاص',
	open: 'غرف يمكنك الانضمام إليها',
	commands: 'الأوامر',
	messages: 'الرسائل',
	bot: 'روبوت',
	here: 'هنا',
	join: 'انضم',
	write: (name) => `الكتابة إلى ${name}`,
	says: (name, text) => `${name}: «${text}»`,
	all: (words) => `البحث عن «${words}» في كل الرسائل`,
	nothing: (words) => `لا غرفة ولا شخص باسم «${words}». هل تبحث عنه في الرسائل؟`,
	nothingCommand: (words) => `لا أمر باسم «${words}».`,
	count: (n) =>
		several(n, {
			zero: 'لا نتائج',
			one: 'نتيجة واحدة',
			two: 'نتيجتان',
			few: '# نتائج',
			many: '# نتيجة',
			other: '# نتيجة',
		}),
	hints: [
		['↑', 'اختيار'],
		['↵', 'فتح'],
		['#', 'غرف'],
		['@', 'أشخاص'],
		['>', 'أوامر'],
	],
});
