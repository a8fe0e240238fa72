import type { en } from '../forms';
import type { Translation } from '../language';

export const words: Translation<typeof en> = ({ count, several }) => ({
	edit: 'تعديل',
	editIt: (what) => `تعديل ${what}`,
	save: 'حفظ',
	saving: 'جارٍ الحفظ…',
	saved: 'حُفظ',
	cancel: 'إلغاء',
	done: 'تم، أخفِه',
	copy: 'نسخ',
	copied: 'نُسخ',
	notCopied: 'هذا المتصفح لا يسمح للصفحة بالنسخ هنا. حدّد النص وانسخه بيدك.',
	more: 'عرض المزيد',
	tooMany: (n) => `${count(n)} زيادة`,
	changePicture: 'تغيير الصورة',
	dropPicture: 'إزالة الصورة',
	uploading: 'جارٍ الرفع…',
	pictureTooLarge: 'الصورة 8 م.ب على الأكثر.',
	drop: (name) => `رفع ${name} من القائمة`,
	nobody: (name) => `لا أحد باسم «${name}».`,
	itsYou: 'هذا أنت: أنت فيها على أي حال.',
	full: (n) =>
		several(n, {
			zero: 'لا تتسع لأحد.',
			one: 'تتسع لشخص واحد على الأكثر.',
			two: 'تتسع لشخصين على الأكثر.',
			few: 'تتسع لـ # أشخاص على الأكثر.',
			many: 'تتسع لـ # شخصًا على الأكثر.',
			other: 'تتسع لـ # شخص على الأكثر.',
		}),
	looking: 'جارٍ البحث…',
	enterAdds: 'Enter يضيف واحدًا آخر.',
	nobodySo: 'لا أحد بهذا الاسم.',
	offered: (n, more) => {
		const keys = 'الأسهم تختار وEnter يضيف.';
		if (more) return `هؤلاء أول ${count(n)}: حرف آخر يقلّل العدد. ${keys}`;
		const people = several(n, {
			zero: 'لا أحد بهذا الاسم.',
			one: 'شخص واحد بهذا الاسم.',
			two: 'شخصان بهذا الاسم.',
			few: '# أشخاص بهذا الاسم.',
			many: '# شخصًا بهذا الاسم.',
			other: '# شخص بهذا الاسم.',
		});
		return `${people} ${keys}`;
	},
	people: 'أشخاص',
	bot: 'روبوت',
});
