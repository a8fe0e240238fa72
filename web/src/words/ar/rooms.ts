import type { Translation } from '../language';
import type { en } from '../rooms';

export const words: Translation<typeof en> = ({ several, all }) => ({
	find: 'البحث عن غرفة أو إنشاؤها',
	words: 'الاسم أو الموضوع أو الوصف',
	example: 'مثلًا: المواعيد',
	join: 'انضم',
	joining: 'جارٍ الانضمام…',
	open: 'فتح',
	nothing: (words) => `لا غرفة باسم «${words}» يمكنك الانضمام إليها.`,
	none: 'لا غرف عامة بعد.',
	what: 'الغرف العامة مسرودة هنا. أما الخاصة فالدخول إليها بدعوة.',
	more: 'عرض المزيد',
	found: (n) =>
		several(n, {
			zero: 'لا غرف',
			one: 'غرفة واحدة',
			two: 'غرفتان',
			few: '# غرف',
			many: '# غرفة',
			other: '# غرفة',
		}),
	quick: (name) => `إنشاء #${name}`,
	withMore: 'مع موضوع وأشخاص…',
	hint: 'لإنشاء غرفة لك، اكتب اسمها.',
	isPrivate: 'خاصة: الدخول بدعوة',

	create: 'إنشاء غرفة',
	name: 'الاسم',
	nameHint: (n) =>
		several(n, {
			one: 'حرف واحد على الأكثر.',
			two: 'حرفان على الأكثر.',
			few: '# أحرف على الأكثر.',
			many: '# حرفًا على الأكثر.',
			other: '# حرف على الأكثر.',
		}),
	tooLong: 'اسم الغرفة 25 حرفًا على الأكثر.',
	unseen: 'لا يكون في الاسم ما لا يُرى.',
	taken: (name) => `هناك غرفة باسم #${name} من قبل.`,
	kind: 'من يدخل',
	kinds: {
		public: 'كل من هنا',
		private: 'من يُدعى',
		broadcast: 'كل من هنا؛ والمشرفون يكتبون',
	},
	kindHints: {
		public: 'يجدها من شاء وينضم',
		private: 'لا تظهر في أي قائمة',
		broadcast: 'الآخرون يقرؤون ويتفاعلون',
	},
	topic: 'الموضوع',
	topicExample: 'ما يدور الحديث عنه',
	about: 'الوصف',
	aboutExample: 'الغرض من الغرفة',
	people: 'إضافة أشخاص',
	make: 'إنشاء الغرفة',
	making: 'جارٍ الإنشاء…',
	partly: (what, why) => `أُنشئت الغرفة. تعذّر ضبط أو إضافة: ${all(what)}. ${why}`,

	direct: 'رسالة مباشرة جديدة',
	to: 'الاسم',
	toExample: 'إلى من تريد أن تكتب؟',
	toHint: (n) =>
		`اسم واحد، أو ${several(n, {
			one: 'اسم واحد',
			two: 'اسمان',
			few: '# أسماء',
			many: '# اسمًا',
			other: '# اسم',
		})} على الأكثر لمجموعة.`,
	write: 'كتابة',
	writing: 'جارٍ الفتح…',

	invited: 'وصلتك دعوة',
	entering: 'جارٍ الانضمام إلى الغرفة…',
	notEntered: 'لست في الغرفة.',
	askAgain: 'اطلب رابطًا آخر.',
	notIn: 'يقود هذا الرابط إلى غرفة لستَ فيها.',
	notInSub: 'إن كانت خاصة، فيمكن لأحد من فيها أن يُدخلك.',
});
