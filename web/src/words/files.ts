/** What is said of files that are attached and shown. */

import { inLanguage } from './language';

const number = new Intl.NumberFormat('en');
export const en = {
	attach: 'Attach files',
	drop: 'Drop files to attach them',
	dropIn: (place: string) => `They go to ${place} when you send.`,
	describe: 'Add a description',
	description: (name: string) => `What is to be seen in ${name}`,
	descriptionHint: 'For people who do not see it.',
	remove: (name: string) => `Remove ${name}`,
	cancel: (name: string) => `Cancel ${name}`,
	retry: 'Try again',
	retryOf: (name: string) => `Try again: ${name}`,
	pick: 'Pick it again',
	pickAgain: 'Not finished when the page was closed.',
	uploading: (name: string) => `Uploading ${name}`,
	progress: (percent: number, size: string) => `${number.format(percent)} % of ${size}`,
	waits: 'Waits for its turn',
	pausing: 'Goes on when the connection is back',
	tooMany: (n: number) => `A message takes ${number.format(n)} files. The rest were left out.`,
	tooLarge: (most: string) =>
		`Larger than ${most}, the most that this server takes. Make it smaller, or send a link to where it is.`,
	noAnswer: 'The server didn’t take it.',
	first: (name: string) => `See to ${name} first: try it again, or take it out.`,
	unnamed: 'file',
	longName: 'message.md',
};
export const w = await inLanguage('files', en);
