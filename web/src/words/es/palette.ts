import type { Translation } from '../language';
import type { en } from '../palette';

export const words: Translation<typeof en> = ({ several }) => ({
	title: 'Ir a',
	field: 'Sala, persona, mensaje o comando',
	results: 'Resultados',
	rooms: 'Salas y personas',
	people: 'Personas',
	open: 'Salas a las que puedes unirte',
	commands: 'Comandos',
	messages: 'Mensajes',
	bot: 'bot',
	here: 'aquí',
	join: 'unirse',
	write: (name) => `Escribir a ${name}`,
	says: (name, text) => `${name}: «${text}»`,
	all: (words) => `Buscar «${words}» en todos los mensajes`,
	nothing: (words) =>
		`No hay ninguna sala ni persona llamada «${words}». ¿Buscarlo en los mensajes?`,
	nothingCommand: (words) => `No hay ningún comando llamado «${words}».`,
	count: (n) => several(n, { one: 'Un resultado', other: '# resultados' }),
	hints: [
		['↑', 'elegir'],
		['↵', 'abrir'],
		['#', 'salas'],
		['@', 'personas'],
		['>', 'comandos'],
	],
});
