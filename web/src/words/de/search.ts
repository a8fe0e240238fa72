import type { Translation } from '../language';
import type { en } from '../search';

export const words: Translation<typeof en> = ({ count, several, all }) => {
	const messages = (n: number) => several(n, { one: '# Nachricht', other: '# Nachrichten' });
	const listed = (list: readonly string[]) =>
		list.length > 4 ? all([...list.slice(0, 3), `${count(list.length - 3)} weitere`]) : all(list);
	return {
		title: 'Suche',
		everywhere: 'Alle Räume',
		field: 'Nachrichten durchsuchen',
		fieldIn: (room) => `In ${room} suchen`,
		clear: 'Leeren',
		filters: 'Filter',
		from: 'Von …',
		fromMe: 'Von mir',
		inRoom: 'In …',
		has: {
			file: 'Mit Datei',
			link: 'Mit Link',
			mention: 'Mit Erwähnung',
			reply: 'Antwort',
			reaction: 'Mit Reaktion',
			forward: 'Weitergeleitet',
		},
		more: 'Mehr Filter',
		after: 'Nach',
		before: 'Vor',
		set: { from: 'Von', in: 'In', has: 'Mit', before: 'Vor', after: 'Nach' },
		remove: (filter) => `${filter} entfernen`,
		suggestions: 'Vorschläge',
		looking: 'Suche …',
		summary: (n, rooms, isAtLeast) =>
			`${isAtLeast ? 'Mindestens ' : ''}${messages(n)}${rooms > 1 ? ` in ${several(rooms, { one: '# Raum', other: '# Räumen' })}` : ''}`,
		of: (shown, n, isAtLeast) =>
			shown < n || isAtLeast
				? `${count(shown)} von ${isAtLeast ? 'mindestens ' : ''}${count(n)}`
				: count(n),
		moreIn: (room) => `Mehr in ${room} zeigen`,
		older: (room) => `In ${room} weiter zurück suchen`,
		moreRooms: 'In mehr Räumen suchen',
		all: 'Mehr gibt es nicht.',
		nothing: (words, who) =>
			`Keine Nachricht${words ? ` mit „${words}“` : ''}${who.length > 0 ? ` ${listed(who)}` : ''}.`,
		nothingIn: (room) => `Durchsucht: ${room}.`,
		nothingAll: 'Durchsucht: alle deine Räume.',
		notYet: 'Schreibe ein Wort dazu, nach dem gesucht wird.',
		wider: 'In allen Räumen suchen',
		unfiltered: (words) => `„${words}“ ohne Filter suchen`,
		recent: 'Letzte Suchen',
		forget: 'Vergessen',
		hint: 'Gesucht wird nach Wortanfängen. "Anführungszeichen" halten Wörter zusammen; -wort schließt aus.',
		failed: (why) => `Konnte nicht suchen: ${why}`,
		again: 'Noch einmal versuchen',
		noAnswer: 'Der Server antwortet nicht.',
		day: 'Zu einem Tag gehen',
		dayLabel: 'Tag',
		dayGo: 'Dorthin gehen',
		dayGoing: 'Gehe dorthin …',
		dayHint: 'Die erste Nachricht dieses Tages kommt in den Blick.',
	};
};
