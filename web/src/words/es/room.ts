import type { Translation } from '../language';
import type { en } from '../room';

export const words: Translation<typeof en> = ({ count, several, all }) => {
	const people = (list: readonly string[]) =>
		list.length > 4 ? all([...list.slice(0, 3), `${count(list.length - 3)} más`]) : all(list);
	const either = new Intl.ListFormat('es', { type: 'disjunction' });
	return {
		title: 'Detalles de la sala',
		name: 'Nombre',
		topic: 'Tema',
		beginning: 'Escribe el primer mensaje o añade a alguien.',
		addPeople: 'Añadir personas',
		setTopic: 'Poner un tema',
		noTopic: 'Todavía sin tema',
		about: 'Descripción',
		noAbout: 'Todavía no se dice nada de esta sala',
		kinds: {
			public: 'Abierta a todos los de aquí',
			private: 'Privada: se entra por invitación',
			broadcast: 'Abierta a todos los de aquí; escriben pocos',
			direct: 'Entre vosotros dos',
			group: 'Un grupo sin nombre',
		},
		archived: 'Archivada: se puede leer, y ya no se escribe nada.',
		copyLink: 'Copiar el enlace a la sala',
		roomLink: 'el enlace de la sala',

		notify: 'Avisarme de',
		levels: { all: 'Todo', mentions: 'Menciones', none: 'Nada' },
		levelHints: {
			all: 'Cada mensaje',
			mentions: 'Mensajes que te nombran, o a todos',
			none: 'En silencio; lo no leído se sigue viendo',
		},
		mute: 'Silenciar',
		muteNot: 'Sin silenciar',
		muteHour: 'Durante una hora',
		muteDay: 'Hasta mañana a las 8',
		muteWeek: 'Durante una semana',
		muteAsIs: (time) => `Hasta: ${time}`,

		members: 'Miembros',
		find: 'Buscar un miembro',
		noMember: (words) => `El nombre de ningún miembro empieza por «${words}».`,
		you: '(tú)',
		bot: 'Bot',
		roles: {
			guest: 'Invitado',
			member: 'Miembro',
			moderator: 'Moderador',
			owner: 'Propietario',
		},
		actions: (name) => `Acciones para ${name}`,
		role: 'Rol',
		roleHints: {
			guest: 'Lee, escribe y reacciona',
			member: 'También invita',
			moderator: 'También quita, veta, elimina y cambia lo que se dice de la sala',
			owner: 'Puede hacerlo todo',
		},
		write: 'Escribirle',
		remove: (name) => `Quitar a ${name}`,
		ban: (name) => `Vetar a ${name}`,
		removeSub: 'Puede volver, si la sala lo permite.',
		banSub: 'No puede volver hasta que termine el veto.',
		reason: 'Motivo',
		reasonHint: 'Lo pueden leer todos en la sala. Puede quedar vacío.',
		until: 'Termina',
		untils: {
			never: 'Cuando se levante',
			hour: 'En una hora',
			day: 'En un día',
			week: 'En una semana',
			month: 'En 30 días',
		},
		doRemove: 'Quitar de la sala',
		doBan: 'Vetar',
		add: 'Añadir a alguien',
		addName: 'Su nombre',
		added: (list) => `Se añadió a ${people(list)}.`,

		bans: 'Vetos',
		noBans: 'No hay nadie vetado.',
		banned: (since, until) =>
			until ? `desde: ${since}; hasta: ${until}` : `desde: ${since}; hasta que se levante`,
		lift: 'Levantar el veto',
		liftOf: (name) => `Levantar el veto a ${name}`,
		banByName: 'Vetar a alguien que no está en la sala',
		banName: 'Nombre de quien se veta',

		links: 'Enlaces de invitación',
		linksSub: 'Quien tenga una cuenta aquí y el enlace, entra.',
		noLinks: 'No hay enlaces.',
		uses: 'Para cuántas personas',
		good: 'Vale durante',
		goods: { hour: 'una hora', day: 'un día', week: 'una semana', month: '30 días' },
		make: 'Crear un enlace',
		theLink: 'Enlace de invitación',
		linkOnce: 'Se muestra solo esta vez. Quien lo tenga, entra.',
		linkLine: (by, used, uses, until) =>
			`${by} · ${several(used, { one: '# uso', other: '# usos' })} de ${count(uses)} · hasta: ${until}`,
		revoke: 'Revocar',
		revokeOf: (by) => `Revocar el enlace de ${by}`,
		usesWrong: 'Un número entero de 1 a 1000.',

		slow: 'Modo lento',
		slowSub: 'Cuánto esperan todos, menos los moderadores, entre dos mensajes.',
		slowOff: 'Desactivado',
		seconds: (n) =>
			n < 60
				? several(n, { one: '# segundo', other: '# segundos' })
				: n < 3_600
					? several(n / 60, { one: '# minuto', other: '# minutos' })
					: several(n / 3_600, { one: '# hora', other: '# horas' }),

		hooks: 'Webhooks',
		hooksSub: 'Los programas escriben en la sala por una dirección, o reciben lo que pasa aquí.',
		noHooks: 'No hay webhooks.',
		hookName: 'Nombre',
		hookNameExample: 'Por ejemplo, Compilación',
		direction: 'Qué hace',
		wayIn: 'Escribe en la sala',
		wayOut: 'Recibe lo que pasa',
		isIn: 'escribe aquí',
		isOut: (url) => `recibe avisos en ${url}`,
		url: 'Dirección',
		urlExample: 'https://example.org/avisos',
		makeHook: 'Crear un webhook',
		hookAddress: 'Dirección a la que enviar',
		hookSecret: 'Secreto de la firma',
		hookOnce: 'Se muestra solo esta vez. Quien lo tenga actúa como este webhook.',
		rename: 'Cambiar el nombre',
		renameIt: (name) => `Cambiar el nombre de ${name}`,
		delete: 'Eliminar',
		deleteIt: (name) => `Eliminar ${name}`,
		reallyDelete: (name) =>
			`¿Eliminar ${name}? Ya nadie escribirá con él y no se enviará nada más.`,
		resume: 'Reanudar',
		resumeIt: (name) => `Reanudar ${name}`,
		suspended: 'Suspendido',
		why: {
			failing: 'Su dirección rechazó los envíos durante un día.',
			gone: 'Su dirección dijo que ya no existe.',
			maker: 'Quien lo creó ya no modera aquí.',
		},
		failures: (n, error) => `${several(n, { one: '# fallo', other: '# fallos' })}: ${error}`,

		rights: 'Quién puede',
		rightsSub: 'Puede quien tiene ese papel o uno superior.',
		right: 'Qué',
		from: 'Quién',
		rightTo: {
			write: 'Escribir',
			react: 'Reaccionar',
			everyone: 'Mencionar a todos',
			pin: 'Fijar mensajes',
			invite: 'Traer a gente',
			describe: 'Cambiar el nombre, la imagen, el tema y la descripción',
		},
		rightFrom: {
			guest: 'Todos',
			member: 'Miembros',
			moderator: 'Moderadores',
			owner: 'Propietarios',
		},

		archive: 'Archivar la sala',
		archiveSub:
			'Se puede leer, y no se escribe nada más hasta que un propietario vuelva a abrirla.',
		doArchive: 'Archivarla',
		reopen: 'Volver a abrir la sala',

		leave: 'Salir de la sala',
		leaving: 'Saliendo…',
		leaveOpen: 'Puedes volver cuando quieras: la sala es abierta.',
		leaveClosed: 'Solo un miembro puede dejarte entrar de nuevo.',
		leaveOnly: (list) =>
			`Solo ${either.format(list)} ${list.length === 1 ? 'puede' : 'pueden'} dejarte entrar de nuevo.`,
		leaveAlone: 'Solo quedas tú: nadie podría dejarte entrar de nuevo.',
		lastOwner: (name) =>
			`Solo tú eres propietario. Cuando salgas, lo será ${name || 'otro miembro'}. Si debe serlo otra persona, hazla antes propietaria.`,
		reallyLeave: 'Salir',
		stay: 'Quedarme',
	};
};
