import type { Translation } from '../language';
import type { en } from '../me';

export const words: Translation<typeof en> = () => ({
	title: 'Tú',
	doing: '¿Qué estás haciendo?',
	doingExample: 'En Ardvoe hasta las cuatro',
	emoji: 'Un emoji para ello',
	save: 'Guardar',
	saving: 'Guardando…',
	clear: 'Borrar',
	saved: 'Guardado.',
	busy: 'No molestar',
	busyHint: 'Sin notificaciones ni sonidos, y los demás lo ven.',
	settings: 'Ajustes',
	keys: 'Teclas',
	signOut: 'Cerrar sesión',
});
