/** What is said of messages that are sent later. */

import { inLanguage } from './language';

export const en = {
	title: 'Scheduled',
	none: 'Nothing is scheduled.',
	noneSub: 'Write something and pick a time with the arrow beside Send.',
	loading: 'Loading…',
	in: (room: string) => `To ${room}`,
	gone: 'a room that is no longer yours',
	sending: 'Being sent…',
	failed: (why: string) => `Not sent: ${why}`,
	/** Wherever one is. */
	told: (why: string) => `A scheduled message was not sent: ${why}`,
	doubtful: 'Whether it was sent can’t be told. Look into the room.',
	change: 'Change',
	sendNow: 'Send now',
	cancel: 'Cancel it',
	cancelled: 'Cancelled.',
	sent: 'Sent.',
	text: 'Message',
	when: 'When',
	days: { today: 'Today', tomorrow: 'Tomorrow', yesterday: 'Yesterday' },
	save: 'Save',
	saving: 'Saving…',
	back: 'Leave it as it was',
	past: 'Pick a time at least a minute from now, and within a year.',
	empty: 'A message needs words. To give it up, cancel it.',
};
export const w = await inLanguage('scheduled', en);
