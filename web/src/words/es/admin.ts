import type { en } from '../admin';
import type { Translation } from '../language';

export const words: Translation<typeof en> = ({ count, several }) => {
	const seconds = (n: number) => several(n, { one: '# segundo', other: '# segundos' });
	const inSeconds = (ms: number) => seconds(Math.round(Math.abs(ms) / 1_000));
	return {
		title: 'Servidor',
		overview: 'Resumen',
		people: 'Personas',
		rooms: 'Salas',
		invites: 'Invitaciones',
		bots: 'Bots',
		log: 'Registro de auditoría',
		notYou: 'Esto es solo para administradores.',

		live: (n) => `En directo · actualizado hace ${seconds(n)}`,
		asOf: (time) => `Al día a las ${time}`,
		well: 'Los mensajes circulan.',
		wellMore: (others) =>
			others === 0
				? 'Este servidor funciona solo y nada espera.'
				: `Este servidor oye a ${count(others)} más y nada espera.`,
		slow: 'Los mensajes circulan, pero hay algo que mirar.',
		down: 'Este servidor no acepta conexiones nuevas.',
		trouble: {
			down: (why) => why || 'No está listo.',
			draining: 'Se está retirando: sus clientes pasan a los demás.',
			away: (node, time) => `No se oye a ${node} desde las ${time}.`,
			unready: (node, why) => `${node} no acepta conexiones nuevas${why ? ` (${why})` : ''}.`,
			leaving: (node) => `${node} se está retirando: sus clientes pasan a los demás.`,
			backing: (address, why) => `No se puede usar ${address}${why ? ` (${why})` : ''}.`,
			bus: (why) =>
				`El bus entre los servidores no responde${why ? ` (${why})` : ''}: los eventos llegan más tarde y nada se pierde.`,
			store: (ms) =>
				`El almacén va lento: hay una sala que no se compara con él desde hace ${inSeconds(ms)}.`,
			clock: (ms) =>
				`Su reloj va ${inSeconds(ms)} por ${ms > 0 ? 'delante' : 'detrás'} del de los demás.`,
			filling: (node, what, part) => `${node}: ${what}, ${part} de lo que puede haber.`,
		},
		gauges: {
			sockets: 'Conexiones abiertas',
			outboxes_bytes: 'En espera de los clientes',
			sends_bytes: 'En espera del almacén',
		},
		of: (max) => `de ${max}`,
		figures: {
			messages: 'Mensajes por segundo',
			deliveries: 'Entregas por segundo',
			append: '99 de cada 100 escrituras en menos de',
		},
		peak: (max) => `como máximo ${max} mientras esta página está abierta`,
		peakHour: (max) => `como máximo ${max} por minuto en la última hora`,
		noHour: 'La línea empieza cuando hayan pasado dos minutos.',
		lineOfHour: (what, last, max) =>
			`${what}, cada minuto de la última hora: ${last} en el último, como máximo ${max}`,
		lineOf: (what, now, max) =>
			`${what} mientras esta página está abierta: ahora ${now}, como máximo ${max}`,
		servers: 'Servidores',
		server: 'Nombre',
		state: 'Estado',
		states: { well: 'Listo', leaving: 'Retirándose', unready: 'No está listo' },
		awaySince: (time) => `No se oye desde las ${time}`,
		columns: {
			since: 'Desde',
			users: 'Personas',
			rooms: 'Salas en memoria',
			messages: 'Entran por segundo',
			deliveries: 'Salen por segundo',
			append: 'Escritura',
			waiting: 'En espera',
			memory: 'Memoria',
		},
		spread: (half, most) => `${half}, el 99 % en ${most}`,
		noTimes: 'ninguna en el último minuto',
		millis: (n) => `${count(n)} ms`,
		thisServer: 'responde aquí',
		build: 'Versión',
		clock: 'Reloj',
		clockIs: (ms) =>
			Math.abs(ms) < 1_000
				? 'En hora'
				: `${ms > 0 ? '+' : '−'}${count(Math.round(Math.abs(ms) / 1_000))} s`,
		unknown: '–',
		around: 'Bus y almacén',
		up: 'Responde',
		isDown: (why) => (why ? `No responde: ${why}` : 'No responde'),
		commits: (size, times) => `${size}, transacciones ${times}`,
		requests: (times, timeouts) => `peticiones ${times}; ${count(timeouts)} sin respuesta a tiempo`,
		busName: 'Bus entre servidores',
		storeName: 'Almacén',
		busWell: 'Responde',
		busDown: 'No responde',
		storeWell: 'Comparado con todas las salas',
		storeSlow: 'Lento',
		oldest: (ms) => `lo más antiguo, hace ${inSeconds(ms)}`,
		answers:
			'Todos los servidores como los oye el que responde a esta página, Redis y el almacén como él los ve. /metrics dice más.',

		find: 'El nombre empieza por',
		onlyBots: 'Solo bots',
		none: (words) => (words ? `Ningún nombre empieza por «${words}».` : 'Todavía no hay nadie.'),
		more: 'Mostrar más',
		since: 'Desde',
		isAdmin: 'Administrador',
		isOut: 'Desactivada',
		isBot: 'Bot',
		noPassword: 'Sin contraseña',
		active: 'Activa',
		you: 'tú',
		actions: (name) => `Acciones para ${name}`,
		sessions: (n, used) =>
			n === 0
				? 'Ninguna sesión'
				: `${several(n, { one: '# sesión', other: '# sesiones' })}, último uso: ${used}`,
		deactivate: 'Desactivar',
		deactivateSub:
			'Todas sus sesiones terminan al momento. Sus mensajes y sus lugares en las salas se quedan.',
		reactivate: 'Reactivar',
		give: 'Hacer administrador',
		giveSub: 'Podrá hacer todo lo que tú puedes hacer aquí.',
		take: 'Quitar el permiso de administrador',
		reset: 'Crear un enlace para una contraseña nueva',
		resetSub: 'También quita el segundo factor. Asegúrate de a quién se lo das.',
		resetLink: 'Enlace para una contraseña nueva',
		resetOnce: (until) => `Se muestra solo esta vez y sirve una vez, hasta: ${until}.`,
		really: (what, name) => `¿${what}: ${name}?`,
		yes: 'Hacerlo',
		cancel: 'Cancelar',
		delete: 'Eliminar para siempre',
		deleteSub:
			'Desaparecen su cuenta, su perfil, sus ajustes y sus lugares en las salas. Lo que escribió y su nombre se quedan.',
		typeName: (name) => `Escribe ${name} para confirmar`,

		roomsSub:
			'Todas las salas que tienen nombre, también las privadas: su tamaño, nunca su contenido. Las salas directas y los grupos no aparecen. Que has mirado queda en el registro de auditoría.',
		room: 'Sala',
		members: 'Miembros',
		kind: 'Tipo',
		kinds: {
			public: 'Pública',
			private: 'Privada',
			direct: 'Directa',
			group: 'Grupo',
			broadcast: 'Difusión',
		},
		noRooms: 'No hay salas así.',
		findRoom: 'Palabras del nombre',
		lastUsed: 'Último uso',
		isArchived: 'Archivada',

		invitesSub: 'Con uno de estos enlaces, alguien crea una cuenta aquí.',
		uses: 'Para cuántas personas',
		days: 'Para cuántos días',
		usesWrong: 'Un número entero de 1 a 1000.',
		daysWrong: 'Un número entero de 1 a 90.',
		invite: 'Crear una invitación',
		inviteLink: 'Enlace de invitación',
		inviteOnce: (until) => `Se muestra solo esta vez y vale hasta: ${until}.`,
		noInvites: 'No hay invitaciones.',
		inviteLine: (by, used, most, until) =>
			`de ${by} · ${several(used, { one: '# uso', other: '# usos' })} de ${count(most)} · hasta: ${until}`,
		withdraw: 'Retirar',
		withdrawOf: (by, until) => `Retirar la invitación de ${by} (hasta: ${until})`,

		botsSub: 'Cuentas que usan los programas, por medio de tokens.',
		noBots: 'No hay bots.',
		botName: 'Nombre',
		botDisplay: 'Se muestra como',
		makeBot: 'Crear un bot',
		tokens: 'Tokens',
		tokensOf: (name) => `Tokens de ${name}`,
		noTokens: 'No tiene ninguno: ningún programa puede usarlo.',
		tokenName: 'Para qué es',
		tokenDays: 'Días que vale',
		tokenDaysHint: 'Vacío: hasta que se revoque.',
		scopes: 'Lo que puede hacer',
		scope: {
			read: 'Leer salas, archivos y perfiles',
			send: 'Escribir, reaccionar y subir archivos',
			rooms: 'Entrar en salas, crearlas y salir de ellas',
			moderate: 'Todo lo demás que permita su rol en una sala',
		},
		tokenFaults: {
			name: 'Necesita un nombre.',
			scopes: 'Necesita al menos un permiso.',
			days: 'Un número entero de 1 a 3650, o nada.',
		},
		makeToken: 'Crear un token',
		token: 'Token',
		tokenOnce: 'Se muestra solo esta vez. Quien lo tenga actúa como este bot.',
		tokenLine: (scopes, used, until) =>
			`${scopes} · último uso: ${used}${until ? ` · hasta: ${until}` : ''}`,
		revoke: 'Revocar',
		revokeOf: (name) => `Revocar ${name}`,

		logSub:
			'Lo que hicieron los administradores, lo más nuevo primero. Cada acto se anota antes de hacerse.',
		noActs: 'Todavía nada.',
		when: 'Cuándo',
		who: 'Quién',
		what: 'Qué',
		acts: {
			first_administrator: 'pasó a ser el primer administrador',
			admin_given: 'hizo administrador a',
			admin_taken: 'quitó el permiso a',
			deactivated: 'desactivó a',
			reactivated: 'reactivó a',
			deleted: 'eliminó a',
			reset_made: 'creó un enlace para una contraseña nueva de',
			reset_link_made: 'creó, en el propio servidor, un enlace para una contraseña nueva de',
			reset_used: 'puso una contraseña nueva con un enlace',
			first_link_made: 'creó, en el propio servidor, un enlace para el primer administrador',
			invitation_made: 'creó una invitación',
			invitation_withdrawn: 'retiró una invitación',
			bot_made: 'creó el bot',
			bot_token_made: 'creó un token de',
			bot_token_revoked: 'revocó un token de',
			rooms_listed: 'miró la lista de todas las salas',
		},
	};
};
