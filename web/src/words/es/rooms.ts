import type { Translation } from '../language';
import type { en } from '../rooms';

export const words: Translation<typeof en> = ({ count, several, all }) => {
	const some = (list: readonly string[]) =>
		list.length > 4 ? all([...list.slice(0, 3), `${count(list.length - 3)} más`]) : all(list);
	return {
		find: 'Buscar o crear una sala',
		words: 'Nombre, tema o descripción',
		example: 'Por ejemplo, horarios',
		join: 'Unirse',
		joining: 'Uniéndose…',
		open: 'Abrir',
		nothing: (words) => `No hay ninguna sala llamada «${words}» a la que puedas unirte.`,
		none: 'Todavía no hay salas públicas.',
		what: 'Aquí están las salas públicas. En las privadas se entra por invitación.',
		more: 'Mostrar más',
		found: (n) => several(n, { one: 'Una sala', other: '# salas' }),
		quick: (name) => `Crear #${name}`,
		withMore: 'Con tema y personas…',
		hint: 'Para crear una sala propia, escribe su nombre.',
		isPrivate: 'Privada: se entra por invitación',

		create: 'Crear una sala',
		name: 'Nombre',
		nameHint: (n) =>
			several(n, { one: 'Como máximo, # carácter.', other: 'Como máximo, # caracteres.' }),
		tooLong: 'El nombre de una sala tiene como máximo 25 caracteres.',
		unseen: 'Un nombre no lleva nada invisible.',
		taken: (name) => `Ya hay una sala llamada #${name}.`,
		kind: 'Quién entra',
		kinds: {
			public: 'Todos los de aquí',
			private: 'Quien reciba una invitación',
			broadcast: 'Todos los de aquí; escriben los moderadores',
		},
		kindHints: {
			public: 'Cualquiera la encuentra y se une',
			private: 'No está en ninguna lista',
			broadcast: 'Los demás leen y reaccionan',
		},
		topic: 'Tema',
		topicExample: 'De qué se habla ahora',
		about: 'Descripción',
		aboutExample: 'Para qué es la sala',
		people: 'Añadir personas',
		make: 'Crear la sala',
		making: 'Creando…',
		partly: (what, why) => `La sala ya existe. No se pudo poner o añadir: ${some(what)}. ${why}`,

		direct: 'Nuevo mensaje directo',
		to: 'Nombre',
		toExample: '¿A quién quieres escribir?',
		toHint: (n) => `Un nombre, o hasta ${count(n)} para un grupo.`,
		write: 'Escribir',
		writing: 'Abriendo…',

		haveLink: '¿Tienes un enlace de invitación?',
		link: 'Enlace de invitación',
		linkExample: 'https://… /#invitation=…',
		openLink: 'Abrirlo',
		noLink: 'Esto no es un enlace de invitación. Pídeselo de nuevo a quien te lo dio.',
		invited: 'Te han invitado',
		entering: 'Entrando en la sala…',
		notEntered: 'No estás en la sala.',
		askAgain: 'Pide otro enlace.',
		notIn: 'Este enlace lleva a una sala en la que no estás.',
		notInSub: 'Si es privada, alguien que esté en ella puede dejarte entrar.',
	};
};
