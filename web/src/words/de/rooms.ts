import type { Translation } from '../language';
import type { en } from '../rooms';

export const words: Translation<typeof en> = ({ count, several, all }) => {
	const listed = (list: readonly string[]) =>
		list.length > 4 ? all([...list.slice(0, 3), `${count(list.length - 3)} weitere`]) : all(list);
	return {
		find: 'Einen Raum finden oder anlegen',
		words: 'Name, Thema oder Beschreibung',
		example: 'Zum Beispiel fahrplan',
		join: 'Beitreten',
		joining: 'Trete bei …',
		open: 'Öffnen',
		nothing: (words) => `Kein Raum namens „${words}“, dem du beitreten kannst.`,
		none: 'Es gibt noch keine öffentlichen Räume.',
		what: 'Hier stehen öffentliche Räume. In private kommt man auf Einladung.',
		more: 'Mehr zeigen',
		found: (n) => several(n, { one: 'Ein Raum', other: '# Räume' }),
		quick: (name) => `#${name} anlegen`,
		withMore: 'Mit Thema und Menschen …',
		hint: 'Für einen eigenen Raum schreibe seinen Namen.',
		isPrivate: 'Privat: Man kommt auf Einladung',

		create: 'Einen Raum anlegen',
		name: 'Name',
		nameHint: (n) => `Höchstens ${count(n)} Zeichen.`,
		tooLong: 'Der Name eines Raums hat höchstens 25 Zeichen.',
		unseen: 'In einem Namen steht nichts Unsichtbares.',
		taken: (name) => `Es gibt schon einen Raum namens #${name}.`,
		kind: 'Wer hereinkommt',
		kinds: {
			public: 'Alle hier',
			private: 'Wer eingeladen ist',
			broadcast: 'Alle hier; Moderatoren schreiben',
		},
		kindHints: {
			public: 'Jeder findet ihn und tritt bei',
			private: 'Er steht in keiner Liste',
			broadcast: 'Die anderen lesen und reagieren',
		},
		topic: 'Thema',
		topicExample: 'Worüber gerade gesprochen wird',
		about: 'Beschreibung',
		aboutExample: 'Wofür der Raum da ist',
		people: 'Menschen hinzufügen',
		make: 'Raum anlegen',
		making: 'Lege an …',
		partly: (what, why) =>
			`Der Raum ist da. Konnte nicht gesetzt oder hinzugefügt werden: ${listed(what)}. ${why}`,

		direct: 'Neue Direktnachricht',
		to: 'Name',
		toExample: 'Wem willst du schreiben?',
		toHint: (n) => `Ein Name, oder bis zu ${count(n)} für eine Gruppe.`,
		write: 'Schreiben',
		writing: 'Öffne …',

		haveLink: 'Hast du einen Einladungslink?',
		link: 'Einladungslink',
		linkExample: 'https://… /#invitation=…',
		openLink: 'Öffnen',
		noLink: 'Das ist kein Einladungslink. Frag noch einmal, wer ihn dir gegeben hat.',
		invited: 'Du wurdest eingeladen',
		entering: 'Trete dem Raum bei …',
		notEntered: 'Du bist nicht im Raum.',
		askAgain: 'Bitte um einen anderen Link.',
		notIn: 'Dieser Link führt in einen Raum, in dem du nicht bist.',
		notInSub: 'Ist er privat, so kann dich jemand hereinlassen, der darin ist.',
	};
};
