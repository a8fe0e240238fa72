import type { Translation } from '../language';
import type { en } from '../search';

export const words: Translation<typeof en> = ({ count, several, all }) => {
	const messages = (n: number) =>
		several(n, {
			zero: 'لا رسائل',
			one: 'رسالة واحدة',
			two: 'رسالتان',
			few: '# رسائل',
			many: '# رسالة',
			other: '# رسالة',
		});
	const rooms = (n: number) =>
		several(n, {
			one: 'غرفة واحدة',
			two: 'غرفتين',
			few: '# غرف',
			many: '# غرفة',
			other: '# غرفة',
		});
	return {
		title: 'البحث',
		everywhere: 'كل الغرف',
		field: 'البحث في الرسائل',
		fieldIn: (room) => `البحث في ${room}`,
		clear: 'مسح',
		filters: 'عوامل التصفية',
		from: 'من…',
		fromMe: 'مني',
		inRoom: 'في…',
		has: {
			file: 'فيها ملف',
			link: 'فيها رابط',
			mention: 'فيها إشارة',
			reply: 'رد',
			reaction: 'عليها تفاعل',
			forward: 'أُعيد توجيهها',
		},
		more: 'عوامل تصفية أخرى',
		after: 'بعد',
		before: 'قبل',
		set: { from: 'من', in: 'في', has: 'فيها', before: 'قبل', after: 'بعد' },
		remove: (filter) => `إزالة ${filter}`,
		suggestions: 'الاقتراحات',
		looking: 'جارٍ البحث…',
		summary: (n, inRooms, isAtLeast) =>
			`${messages(n)}${isAtLeast ? ' على الأقل' : ''}${inRooms > 1 ? ` في ${rooms(inRooms)}` : ''}`,
		of: (shown, total, isAtLeast) =>
			shown < total || isAtLeast
				? `${count(shown)} من ${count(total)}${isAtLeast ? ' على الأقل' : ''}`
				: count(total),
		moreIn: (room) => `عرض المزيد في ${room}`,
		older: (room) => `البحث أبعد في ماضي ${room}`,
		moreRooms: 'البحث في غرف أخرى',
		all: 'لا مزيد.',
		nothing: (words, who) =>
			`لا رسالة${words ? ` فيها «${words}»` : ''}${who.length > 0 ? ` ${all(who)}` : ''}.`,
		nothingIn: (room) => `بُحث في: ${room}.`,
		nothingAll: 'بُحث في: كل غرفك.',
		notYet: 'أضف كلمة تبحث عنها.',
		wider: 'البحث في كل الغرف',
		unfiltered: (words) => `البحث عن «${words}» بلا تصفية`,
		recent: 'عمليات البحث الأخيرة',
		forget: 'نسيانها',
		hint: 'تكفي بداية الكلمة كما في الرسالة. "علامات الاقتباس" تبقي الكلمات معًا؛ و-كلمة تستبعدها.',
		failed: (why) => `تعذّر البحث: ${why}`,
		again: 'حاول مرة أخرى',
		noAnswer: 'الخادم لا يجيب.',
		day: 'الانتقال إلى يوم',
		dayLabel: 'اليوم',
		dayGo: 'الانتقال إليه',
		dayGoing: 'جارٍ الانتقال إليه…',
		dayHint: 'تظهر أمامك أول رسالة في ذلك اليوم.',
	};
};
