/** Where the words of what is loaded later are, in other languages. */

import type { Translation } from './language';

export const others: { [file: string]: () => Promise<{ words: Translation<object> }> } =
	import.meta.glob<{ words: Translation<object> }>(['./*/*.ts', '!./*/base.ts']);
