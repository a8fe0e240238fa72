import type { en } from '../forms';
import type { Translation } from '../language';

export const words: Translation<typeof en> = ({ count, several }) => ({
	edit: 'Bearbeiten',
	editIt: (what) => `${what} bearbeiten`,
	save: 'Speichern',
	saving: 'Speichere …',
	saved: 'Gespeichert',
	cancel: 'Abbrechen',
	done: 'Fertig, verbergen',
	copy: 'Kopieren',
	copied: 'Kopiert',
	notCopied:
		'Dieser Browser lässt die Seite hier nichts kopieren. Markiere den Text und kopiere ihn von Hand.',
	more: 'Mehr zeigen',
	tooMany: (n) => `${count(n)} zu viel`,
	changePicture: 'Bild ändern',
	dropPicture: 'Bild entfernen',
	uploading: 'Wird hochgeladen …',
	pictureTooLarge: 'Ein Bild hat höchstens 8 MiB.',
	drop: (name) => `${name} von der Liste nehmen`,
	nobody: (name) => `Es gibt niemanden namens „${name}“.`,
	itsYou: 'Das bist du: Du bist ohnehin dabei.',
	full: (n) =>
		several(n, {
			one: 'Höchstens # Person passt hinein.',
			other: 'Höchstens # Personen passen hinein.',
		}),
	looking: 'Suche …',
	enterAdds: 'Die Eingabetaste fügt jemanden hinzu.',
	nobodySo: 'Niemand mit diesem Namen.',
	offered: (n, more) =>
		more
			? `Die ersten ${count(n)} stehen hier: Ein Buchstabe mehr findet weniger. Pfeiltasten wählen, die Eingabetaste fügt hinzu.`
			: `${several(n, { one: 'Eine Person heißt', other: '# Personen heißen' })} so. Pfeiltasten wählen, die Eingabetaste fügt hinzu.`,
	people: 'Menschen',
	bot: 'Bot',
});
