/** Words of notifications. */

import { count } from '../words';
import { inLanguage } from './language';

export const en = {
	says: (name: string, text: string) => `${name}: ${text}`,
	more: (n: number) => `${count(n)} new messages`,
};
export const w = await inLanguage('notices', en);
