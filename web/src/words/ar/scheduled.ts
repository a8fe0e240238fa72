import type { Translation } from '../language';
import type { en } from '../scheduled';

export const words: Translation<typeof en> = () => ({
	title: 'المجدولة',
	none: 'لا شيء مجدول.',
	noneSub: 'اكتب شيئًا واختر وقتًا بالسهم بجانب «إرسال».',
	loading: 'جارٍ التحميل…',
	in: (room) => `إلى ${room}`,
	gone: 'غرفة لم تعد فيها',
	sending: 'قيد الإرسال…',
	failed: (why) => `لم تُرسَل: ${why}`,
	told: (why) => `رسالة مجدولة لم تُرسَل: ${why}`,
	doubtful: 'لا يُعرف هل أُرسلت. انظر في الغرفة.',
	change: 'تغيير',
	sendNow: 'إرسال الآن',
	cancel: 'إلغاؤها',
	cancelled: 'أُلغيت.',
	sent: 'أُرسلت.',
	text: 'الرسالة',
	when: 'الوقت',
	days: { today: 'اليوم', tomorrow: 'غدًا', yesterday: 'أمس' },
	save: 'حفظ',
	saving: 'جارٍ الحفظ…',
	back: 'إبقاؤها كما كانت',
	past: 'اختر وقتًا بعد دقيقة من الآن على الأقل، وفي خلال سنة.',
	empty: 'الرسالة تحتاج إلى كلمات. للتخلي عنها، ألغِها.',
});
