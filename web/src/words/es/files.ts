import type { en } from '../files';
import type { Translation } from '../language';

export const words: Translation<typeof en> = ({ count, several }) => ({
	attach: 'Adjuntar archivos',
	drop: 'Suelta archivos para adjuntarlos',
	dropIn: (place) => `Van a ${place} cuando envíes.`,
	describe: 'Añadir una descripción',
	description: (name) => `Lo que se ve en ${name}`,
	descriptionHint: 'Para quienes no lo ven.',
	remove: (name) => `Quitar ${name}`,
	cancel: (name) => `Cancelar ${name}`,
	retry: 'Intentar de nuevo',
	retryOf: (name) => `Intentar de nuevo: ${name}`,
	pick: 'Elegirlo otra vez',
	pickAgain: 'No había terminado cuando se cerró la página.',
	uploading: (name) => `Subiendo ${name}`,
	progress: (percent, size) => `${count(percent)} % de ${size}`,
	waits: 'Espera su turno',
	pausing: 'Sigue cuando vuelva la conexión',
	tooMany: (n) =>
		`${several(n, { one: 'Un mensaje admite # archivo.', other: 'Un mensaje admite # archivos.' })} Los demás no se han adjuntado.`,
	tooLarge: (most) =>
		`Más grande de ${most}, que es lo que admite este servidor. Hazlo más pequeño, o envía un enlace a donde está.`,
	noAnswer: 'El servidor no lo aceptó.',
	first: (name) => `Antes, ocúpate de ${name}: inténtalo de nuevo o quítalo.`,
	unnamed: 'archivo',
	longName: 'mensaje.md',
});
