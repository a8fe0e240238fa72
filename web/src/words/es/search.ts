import type { Translation } from '../language';
import type { en } from '../search';

export const words: Translation<typeof en> = ({ count, several, all }) => {
	const some = (list: readonly string[]) =>
		list.length > 4 ? all([...list.slice(0, 3), `${count(list.length - 3)} más`]) : all(list);
	return {
		title: 'Buscar',
		everywhere: 'Todas las salas',
		field: 'Buscar mensajes',
		fieldIn: (room) => `Buscar en ${room}`,
		clear: 'Borrar',
		filters: 'Filtros',
		from: 'De…',
		fromMe: 'Míos',
		inRoom: 'En…',
		has: {
			file: 'Con archivo',
			link: 'Con enlace',
			mention: 'Con mención',
			reply: 'Respuesta',
			reaction: 'Con reacción',
			forward: 'Reenviado',
		},
		more: 'Más filtros',
		after: 'Después del',
		before: 'Antes del',
		set: { from: 'De', in: 'En', has: 'Tiene', before: 'Antes del', after: 'Después del' },
		remove: (filter) => `Quitar ${filter}`,
		suggestions: 'Sugerencias',
		looking: 'Buscando…',
		summary: (messages, rooms, isAtLeast) =>
			`${isAtLeast ? 'Al menos ' : ''}${several(messages, { one: '# mensaje', other: '# mensajes' })}${rooms > 1 ? ` en ${several(rooms, { one: '# sala', other: '# salas' })}` : ''}`,
		of: (shown, most, isAtLeast) =>
			shown < most || isAtLeast
				? `${count(shown)} de ${isAtLeast ? 'al menos ' : ''}${count(most)}`
				: count(most),
		moreIn: (room) => `Mostrar más en ${room}`,
		older: (room) => `Buscar más atrás en ${room}`,
		moreRooms: 'Buscar en más salas',
		all: 'No hay nada más.',
		nothing: (words, who) =>
			`Ningún mensaje${words ? ` con «${words}»` : ''}${who.length > 0 ? ` ${some(who)}` : ''}.`,
		nothingIn: (room) => `Se buscó en ${room}.`,
		nothingAll: 'Se buscó en todas tus salas.',
		notYet: 'Añade una palabra que buscar.',
		wider: 'Buscar en todas las salas',
		unfiltered: (words) => `Buscar «${words}» sin filtros`,
		recent: 'Búsquedas recientes',
		forget: 'Olvidarlas',
		hint: 'Las palabras empiezan como las del mensaje. Las "comillas" las mantienen juntas; -palabra la excluye.',
		failed: (why) => `No se pudo buscar: ${why}`,
		again: 'Intentar de nuevo',
		noAnswer: 'el servidor no responde.',
		day: 'Ir a un día',
		dayLabel: 'Día',
		dayGo: 'Ir allí',
		dayGoing: 'Yendo…',
		dayHint: 'Se muestra el primer mensaje de ese día.',
	};
};
