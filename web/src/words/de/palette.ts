import type { Translation } from '../language';
import type { en } from '../palette';

export const words: Translation<typeof en> = ({ several }) => ({
	title: 'Springen zu',
	field: 'Raum, Person, Nachricht oder Befehl',
	results: 'Treffer',
	rooms: 'Räume und Menschen',
	people: 'Menschen',
	open: 'Räume, denen du beitreten kannst',
	commands: 'Befehle',
	messages: 'Nachrichten',
	bot: 'Bot',
	here: 'hier',
	join: 'beitreten',
	write: (name) => `An ${name} schreiben`,
	says: (name, text) => `${name}: „${text}“`,
	all: (words) => `Alle Nachrichten nach „${words}“ durchsuchen`,
	nothing: (words) =>
		`Kein Raum und keine Person namens „${words}“. In den Nachrichten danach suchen?`,
	nothingCommand: (words) => `Kein Befehl namens „${words}“.`,
	count: (n) => several(n, { one: 'Ein Treffer', other: '# Treffer' }),
	hints: [
		['↑', 'wählen'],
		['↵', 'öffnen'],
		['#', 'Räume'],
		['@', 'Menschen'],
		['>', 'Befehle'],
	],
});
