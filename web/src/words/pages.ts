/** Words of every page that stands in the place of a room. */

import { inLanguage } from './language';

export const en = {
	back: 'Back to rooms',
	backTo: (where: string) => `Back to ${where}`,
};
export const wp = await inLanguage('pages', en);
