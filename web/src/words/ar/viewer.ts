import type { Translation } from '../language';
import type { en } from '../viewer';

export const words: Translation<typeof en> = ({ count }) => ({
	title: 'الصور',
	before: 'الصورة السابقة',
	next: 'الصورة التالية',
	open: 'فتح الملف في علامة تبويب جديدة',
	of: (at, all) => `${count(at)} من ${count(all)}`,
	failed: 'لم تصل الصورة.',
});
