import type { en } from '../files';
import type { Translation } from '../language';

export const words: Translation<typeof en> = ({ count, several }) => ({
	attach: 'إرفاق ملفات',
	drop: 'أفلت الملفات لإرفاقها',
	dropIn: (place) => `تذهب إلى ${place} حين ترسل.`,
	describe: 'إضافة وصف',
	description: (name) => `ما يُرى في ${name}`,
	descriptionHint: 'لمن لا يراها.',
	remove: (name) => `إزالة ${name}`,
	cancel: (name) => `إلغاء ${name}`,
	retry: 'حاول مرة أخرى',
	retryOf: (name) => `حاول مرة أخرى: ${name}`,
	pick: 'اختره مرة أخرى',
	pickAgain: 'لم يكتمل حين أُغلقت الصفحة.',
	uploading: (name) => `جارٍ رفع ${name}`,
	progress: (percent, size) => `${count(percent)}% من ${size}`,
	waits: 'ينتظر دوره',
	pausing: 'يُستأنف حين يعود الاتصال',
	tooMany: (n) =>
		`تتسع الرسالة ${several(n, {
			one: 'لملف واحد',
			two: 'لملفين',
			few: 'لـ # ملفات',
			many: 'لـ # ملفًا',
			other: 'لـ # ملف',
		})}. تُرك الباقي.`,
	tooLarge: (most) =>
		`أكبر من ${most}، وهو أقصى ما يقبله هذا الخادم. صغّره، أو أرسل رابطًا إلى مكانه.`,
	noAnswer: 'لم يقبله الخادم.',
	first: (name) => `عالج ${name} أولًا: حاول مرة أخرى، أو أزله.`,
	unnamed: 'ملف',
	longName: 'رسالة.md',
});
