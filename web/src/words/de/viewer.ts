import type { Translation } from '../language';
import type { en } from '../viewer';

export const words: Translation<typeof en> = ({ count }) => ({
	title: 'Bilder',
	before: 'Voriges Bild',
	next: 'Nächstes Bild',
	open: 'Die Datei in einem neuen Tab öffnen',
	of: (at, all) => `${count(at)} von ${count(all)}`,
	failed: 'Das Bild ist nicht angekommen.',
});
