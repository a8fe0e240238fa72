import type { en } from '../gone';
import type { Translation } from '../language';

export const words: Translation<typeof en> = () => ({
	title: 'كلماتك محفوظة',
	removed: (who, room) => `أزالك ${who} من ${room}`,
	banned: (who, room) => `حظرك ${who} من ${room}`,
	because: (what, reason) => `${what}: ${reason}`,
	whole: (what) => `${what}.`,
	left: (room) => `غادرتَ ${room}.`,
	away: (room) => `لم تعد في ${room}.`,
	unnamed: 'لم تعد في إحدى غرفك.',
	draft: 'لم تكتمل',
	unsent: 'لم تُرسل',
	stays: 'تبقى في هذا المتصفح حتى تحذفها هنا.',
});
