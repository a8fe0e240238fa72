import type { Translation } from '../language';
import type { en } from '../me';

export const words: Translation<typeof en> = () => ({
	title: 'أنت',
	doing: 'ماذا تفعل؟',
	doingExample: 'في أردفو حتى الرابعة',
	emoji: 'رمز تعبيري لذلك',
	save: 'حفظ',
	saving: 'جارٍ الحفظ…',
	clear: 'مسح',
	saved: 'حُفظ.',
	busy: 'عدم الإزعاج',
	busyHint: 'لا إشعارات ولا أصوات، ويرى الآخرون ذلك.',
	settings: 'الإعدادات',
	keys: 'المفاتيح',
	signOut: 'تسجيل الخروج',
});
