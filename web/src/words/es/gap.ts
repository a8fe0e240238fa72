import type { en } from '../gap';
import type { Translation } from '../language';

export const words: Translation<typeof en> = ({ several }) => ({
	missed: (n) =>
		n > 0
			? `Te perdiste ${several(n, { one: '# mensaje', other: '# mensajes' })}`
			: 'Parte del registro no está en esta página',
	apart: (n) =>
		n > 0
			? several(n, {
					one: '# mensaje no está en esta página',
					other: '# mensajes no están en esta página',
				})
			: 'Parte del registro no está en esta página',
	between: (since, until) => ` entre ${since} y ${until}.`,
	where: ' Están en el servidor, no en esta página.',
	load: 'Cargarlos',
	loading: 'Cargando…',
	day: 'Elegir un día',
});
