import type { en } from '../gap';
import type { Translation } from '../language';

export const words: Translation<typeof en> = ({ several }) => ({
	missed: (n) =>
		n > 0
			? `Du hast ${several(n, { one: '# Nachricht', other: '# Nachrichten' })} verpasst`
			: 'Ein Teil des Verlaufs ist nicht auf dieser Seite',
	apart: (n) =>
		n > 0
			? several(n, {
					one: '# Nachricht ist nicht auf dieser Seite',
					other: '# Nachrichten sind nicht auf dieser Seite',
				})
			: 'Ein Teil des Verlaufs ist nicht auf dieser Seite',
	between: (since, until) => ` zwischen ${since} und ${until}.`,
	where: ' Der Server hat sie, diese Seite nicht.',
	load: 'Laden',
	loading: 'Wird geladen …',
	day: 'Einen Tag wählen',
});
