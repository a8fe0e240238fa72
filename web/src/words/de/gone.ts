import type { en } from '../gone';
import type { Translation } from '../language';

export const words: Translation<typeof en> = () => ({
	title: 'Deine Worte sind noch da',
	removed: (who, room) => `${who} hat dich aus ${room} entfernt`,
	banned: (who, room) => `${who} hat dich für ${room} gesperrt`,
	because: (what, reason) => `${what}: ${reason}`,
	whole: (what) => `${what}.`,
	left: (room) => `Du hast ${room} verlassen.`,
	away: (room) => `Du bist nicht mehr in ${room}.`,
	unnamed: 'In einem deiner Räume bist du nicht mehr.',
	draft: 'Nicht fertig',
	unsent: 'Nicht gesendet',
	stays: 'Sie bleiben in diesem Browser, bis du sie hier löschst.',
});
