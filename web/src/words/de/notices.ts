import type { Translation } from '../language';
import type { en } from '../notices';

export const words: Translation<typeof en> = ({ several }) => ({
	says: (name, text) => `${name}: ${text}`,
	more: (n) => several(n, { one: '# neue Nachricht', other: '# neue Nachrichten' }),
});
