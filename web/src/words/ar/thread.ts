import type { Translation } from '../language';
import type { en } from '../thread';

export const words: Translation<typeof en> = ({ count, several }) => ({
	title: 'سلسلة',
	label: 'رسائل السلسلة',
	here: 'هذه السلسلة',
	replies: (n) =>
		several(n, {
			zero: 'لا ردود',
			one: 'رد واحد',
			two: 'ردّان',
			few: '# ردود',
			many: '# ردًا',
			other: '# رد',
		}),
	repliesAtLeast: (n) =>
		`${several(n, {
			zero: 'لا ردود',
			one: 'رد واحد',
			two: 'ردّان',
			few: '# ردود',
			many: '# ردًا',
			other: '# رد',
		})} أو أكثر`,
	none: 'لا ردود بعد',
	noneSub: 'ما تكتبه هنا يبقى بجانب الغرفة، ولا يُعدّ فيها غير مقروء.',
	follow: 'متابعة',
	following: 'تتابعها',
	followHint: 'تُعلَم بالردود الجديدة',
	unfollowHint: 'لا تُعلَم بالردود الجديدة',
	earlier: 'عرض ردود أخرى',
	loading: 'جارٍ التحميل…',
	tryAgain: 'حاول مرة أخرى',

	listTitle: 'السلاسل',
	listSub: 'التي تتابعها',
	listNone: 'لا تتابع أي سلسلة',
	listNoneSub:
		'تبدأ السلسلة من «رد في سلسلة» عند رسالة. تتابع السلاسل التي تكتب فيها أو تُذكر فيها.',
	in: (room) => `في ${room}`,
	new: (n) => `${n > 99 ? `+${count(99)}` : count(n)} جديدة`,
	last: (time) => `آخرها ${time}`,
	deleted: 'حُذفت هذه الرسالة.',
	more: 'عرض المزيد',
});
