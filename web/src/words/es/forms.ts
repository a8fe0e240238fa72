import type { en } from '../forms';
import type { Translation } from '../language';

export const words: Translation<typeof en> = ({ count, several }) => ({
	edit: 'Editar',
	editIt: (what) => `Editar ${what.toLowerCase()}`,
	save: 'Guardar',
	saving: 'Guardando…',
	saved: 'Guardado',
	cancel: 'Cancelar',
	done: 'Hecho, ocultarlo',
	copy: 'Copiar',
	copied: 'Copiado',
	notCopied:
		'Este navegador no deja que la página copie nada aquí. Selecciona el texto y cópialo a mano.',
	more: 'Mostrar más',
	tooMany: (n) => several(n, { one: 'Sobra # carácter', other: 'Sobran # caracteres' }),
	changePicture: 'Cambiar la imagen',
	dropPicture: 'Quitar la imagen',
	uploading: 'Subiendo…',
	pictureTooLarge: 'Una imagen tiene como máximo 8 MiB.',
	drop: (name) => `Quitar a ${name} de la lista`,
	nobody: (name) => `No hay nadie llamado «${name}».`,
	itsYou: 'Eres tú: ya estás dentro.',
	full: (n) =>
		several(n, { one: 'Cabe como máximo # persona.', other: 'Caben como máximo # personas.' }),
	looking: 'Buscando…',
	enterAdds: 'Intro añade a alguien más.',
	nobodySo: 'Nadie con ese nombre.',
	offered: (n, more) =>
		more
			? `Estos son los primeros ${count(n)}: con una letra más salen menos. Las flechas eligen, Intro añade.`
			: `${several(n, { one: 'Una persona se llama', other: '# personas se llaman' })} así. Las flechas eligen, Intro añade.`,
	people: 'Personas',
	bot: 'bot',
});
