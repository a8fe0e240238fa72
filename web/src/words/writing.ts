/** What is said around the field in which one writes, where it is not needed at first. */

import { inLanguage } from './language';

export const en = {
	people: 'People',
	rooms: 'Rooms',
	emoji: 'Emoji',
	inRoom: 'in this room',
	notInRoom: 'not in this room, is not told',
	here: 'everyone who is here now',
	room: 'everyone in the room',
	options: (n: number) =>
		n === 1 ? '1 suggestion' : `${new Intl.NumberFormat('en').format(n)} suggestions`,
	offered: 'Written on another device:',
	use: 'Add it here',
	dismiss: 'Leave it',
	later: 'Send later',
	in20: 'In 20 minutes',
	tomorrowAt9: 'Tomorrow at 9:00',
	days: { today: 'today', tomorrow: 'tomorrow', yesterday: 'yesterday' },
	pick: 'Pick date and time',
	pickLabel: 'When to send it',
	schedule: 'Schedule',
	scheduling: 'Scheduling…',
	scheduled: (when: string) => `Goes out ${when}.`,
	list: 'What is scheduled',
	noFiles: 'Files can’t be scheduled yet. Send them now, or take them out.',
	noWords: 'Write something, and it can be sent later.',
	noThread: 'In threads nothing can be scheduled yet.',
	past: 'Pick a time at least a minute from now, and within a year.',
	noAnswer: 'The server didn’t answer. What you wrote is kept.',
};
export const w = await inLanguage('writing', en);
