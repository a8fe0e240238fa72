/** What is said around a picture that is looked at. */

import { inLanguage } from './language';

export const en = {
	title: 'Pictures',
	before: 'Picture before',
	next: 'Next picture',
	open: 'Open the file in a new tab',
	of: (at: number, all: number) => `${at} of ${all}`,
	failed: 'The picture didn’t come.',
};
export const w = await inLanguage('viewer', en);
