import type { Translation } from '../language';
import type { en } from '../viewer';

export const words: Translation<typeof en> = ({ count }) => ({
	title: 'Imágenes',
	before: 'Imagen anterior',
	next: 'Imagen siguiente',
	open: 'Abrir el archivo en una pestaña nueva',
	of: (at, all) => `${count(at)} de ${count(all)}`,
	failed: 'La imagen no llegó.',
});
