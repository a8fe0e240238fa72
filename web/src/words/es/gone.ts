import type { en } from '../gone';
import type { Translation } from '../language';

export const words: Translation<typeof en> = () => ({
	title: 'Tus palabras se conservan',
	removed: (who, room) => `${who} te quitó de ${room}`,
	banned: (who, room) => `${who} te vetó en ${room}`,
	because: (what, reason) => `${what}: ${reason}`,
	whole: (what) => `${what}.`,
	left: (room) => `Saliste de ${room}.`,
	away: (room) => `Ya no estás en ${room}.`,
	unnamed: 'Ya no estás en una de tus salas.',
	draft: 'Sin terminar',
	unsent: 'Sin enviar',
	stays: 'Se quedan en este navegador hasta que las borres aquí.',
});
