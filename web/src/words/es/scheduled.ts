import type { Translation } from '../language';
import type { en } from '../scheduled';

export const words: Translation<typeof en> = () => ({
	title: 'Programados',
	none: 'No hay nada programado.',
	noneSub: 'Escribe algo y elige una hora con la flecha que hay junto a Enviar.',
	loading: 'Cargando…',
	in: (room) => `Para ${room}`,
	gone: 'una sala que ya no es tuya',
	sending: 'Enviándose…',
	failed: (why) => `Sin enviar: ${why}`,
	told: (why) => `Un mensaje programado no se envió: ${why}`,
	doubtful: 'No se sabe si se envió. Míralo en la sala.',
	change: 'Cambiar',
	sendNow: 'Enviar ahora',
	cancel: 'Cancelarlo',
	cancelled: 'Cancelado.',
	sent: 'Enviado.',
	text: 'Mensaje',
	when: 'Cuándo',
	days: { today: 'Hoy', tomorrow: 'Mañana', yesterday: 'Ayer' },
	save: 'Guardar',
	saving: 'Guardando…',
	back: 'Dejarlo como estaba',
	past: 'Elige una hora al menos un minuto después de ahora y dentro de un año.',
	empty: 'Un mensaje necesita palabras. Si ya no lo quieres, cancélalo.',
});
