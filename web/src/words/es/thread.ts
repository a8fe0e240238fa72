import type { Translation } from '../language';
import type { en } from '../thread';

export const words: Translation<typeof en> = ({ count, several }) => ({
	title: 'Hilo',
	label: 'Mensajes del hilo',
	here: 'este hilo',
	replies: (n) => several(n, { one: '# respuesta', other: '# respuestas' }),
	repliesAtLeast: (n) => `${count(n)} o más respuestas`,
	none: 'Todavía no hay respuestas',
	noneSub: 'Lo que escribas aquí queda al lado de la sala y no cuenta como no leído en ella.',
	follow: 'Seguir',
	following: 'Siguiendo',
	followHint: 'Se te avisa de las respuestas nuevas',
	unfollowHint: 'No se te avisa de las respuestas nuevas',
	earlier: 'Mostrar más respuestas',
	loading: 'Cargando…',
	tryAgain: 'Intentar de nuevo',

	listTitle: 'Hilos',
	listSub: 'Los que sigues',
	listNone: 'No sigues ningún hilo',
	listNoneSub:
		'Un hilo empieza con «Responder en un hilo» en un mensaje. Sigues los hilos en los que escribes o te nombran.',
	in: (room) => `en ${room}`,
	new: (n) => (n > 99 ? '99+ nuevas' : several(n, { one: '# nueva', other: '# nuevas' })),
	last: (time) => `última: ${time}`,
	deleted: 'Este mensaje se ha eliminado.',
	more: 'Mostrar más',
});
