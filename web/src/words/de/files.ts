import type { en } from '../files';
import type { Translation } from '../language';

export const words: Translation<typeof en> = ({ count, several }) => ({
	attach: 'Dateien anhängen',
	drop: 'Dateien hier ablegen, um sie anzuhängen',
	dropIn: (place) => `Sie gehen an ${place}, wenn du sendest.`,
	describe: 'Eine Beschreibung hinzufügen',
	description: (name) => `Was in ${name} zu sehen ist`,
	descriptionHint: 'Für alle, die es nicht sehen.',
	remove: (name) => `${name} entfernen`,
	cancel: (name) => `${name} abbrechen`,
	retry: 'Noch einmal versuchen',
	retryOf: (name) => `Noch einmal versuchen: ${name}`,
	pick: 'Noch einmal wählen',
	pickAgain: 'War noch nicht fertig, als die Seite geschlossen wurde.',
	uploading: (name) => `${name} wird hochgeladen`,
	progress: (percent, size) => `${count(percent)} % von ${size}`,
	waits: 'Wartet, bis es an der Reihe ist',
	pausing: 'Geht weiter, sobald die Verbindung zurück ist',
	tooMany: (n) =>
		several(n, {
			one: 'In eine Nachricht passt # Datei. Die übrigen wurden weggelassen.',
			other: 'In eine Nachricht passen # Dateien. Die übrigen wurden weggelassen.',
		}),
	tooLarge: (most) =>
		`Größer als ${most}: mehr nimmt dieser Server nicht an. Mach sie kleiner, oder schick einen Link dorthin, wo sie liegt.`,
	noAnswer: 'Der Server hat es nicht angenommen.',
	first: (name) => `Kümmere dich erst um ${name}: Versuche es noch einmal, oder nimm es heraus.`,
	unnamed: 'Datei',
	longName: 'nachricht.md',
});
