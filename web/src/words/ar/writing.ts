import type { Translation } from '../language';
import type { en } from '../writing';

export const words: Translation<typeof en> = ({ several }) => ({
	people: 'الأشخاص',
	rooms: 'الغرف',
	emoji: 'الرموز التعبيرية',
	inRoom: 'في هذه الغرفة',
	notInRoom: 'ليس في هذه الغرفة، ولا يُعلَم',
	here: 'كل من هو هنا الآن',
	room: 'كل من في الغرفة',
	options: (n) =>
		several(n, {
			zero: 'لا اقتراحات',
			one: 'اقتراح واحد',
			two: 'اقتراحان',
			few: '# اقتراحات',
			many: '# اقتراحًا',
			other: '# اقتراح',
		}),
	offered: 'كُتب على جهاز آخر:',
	use: 'إضافته هنا',
	dismiss: 'تركه',
	later: 'الإرسال لاحقًا',
	in20: 'بعد 20 دقيقة',
	tomorrowAt9: 'غدًا في 9:00',
	days: { today: 'اليوم', tomorrow: 'غدًا', yesterday: 'أمس' },
	pick: 'اختيار التاريخ والوقت',
	pickLabel: 'وقت الإرسال',
	schedule: 'جدولة',
	scheduling: 'جارٍ الجدولة…',
	scheduled: (when) => `تخرج ${when}.`,
	list: 'ما هو مجدول',
	noFiles: 'لا يمكن جدولة الملفات بعد. أرسلها الآن، أو أزلها.',
	noWords: 'اكتب شيئًا، ويمكن إرساله لاحقًا.',
	noThread: 'لا يمكن الجدولة في السلاسل بعد.',
	past: 'اختر وقتًا بعد دقيقة من الآن على الأقل، وفي خلال سنة.',
	noAnswer: 'لم يجب الخادم. ما كتبته محفوظ.',
});
