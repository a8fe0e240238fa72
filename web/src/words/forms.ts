/** Words that several forms have in common. */

import { count } from '../words';
import { inLanguage } from './language';

export const en = {
	edit: 'Edit',
	editIt: (what: string) => `Edit ${what.toLowerCase()}`,
	save: 'Save',
	saving: 'Saving…',
	saved: 'Saved',
	cancel: 'Cancel',
	done: 'Done, hide it',
	copy: 'Copy',
	copied: 'Copied',
	notCopied: 'This browser lets the page copy nothing here. Select the text and copy it by hand.',
	more: 'Show more',
	tooMany: (n: number) => `${count(n)} too many`,
	changePicture: 'Change picture',
	dropPicture: 'Remove picture',
	uploading: 'Uploading…',
	pictureTooLarge: 'A picture has at most 8 MiB.',
	drop: (name: string) => `Take ${name} off the list`,
	nobody: (name: string) => `There is nobody called ‘${name}’.`,
	itsYou: 'That is you: you are in anyway.',
	full: (n: number) => `At most ${count(n)} people fit in.`,
	looking: 'Looking…',
	enterAdds: 'Enter adds one more.',
	nobodySo: 'Nobody by that name.',
	offered: (n: number, more: boolean) =>
		more
			? `The first ${count(n)} are shown: one letter more finds fewer. Arrow keys choose, Enter adds.`
			: `${n === 1 ? 'One is' : `${count(n)} are`} called so. Arrow keys choose, Enter adds.`,
	people: 'People',
	bot: 'bot',
};
export const wf = await inLanguage('forms', en);
