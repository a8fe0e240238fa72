/** Words of threads in their panel, and of the list of them. */

import { count } from '../words';
import { inLanguage, several } from './language';

export const en = {
	title: 'Thread',
	label: 'Messages of the thread',
	here: 'this thread',
	replies: (n: number) => several(n, { one: '# reply', other: '# replies' }),
	repliesAtLeast: (n: number) => `${count(n)} or more replies`,
	none: 'No replies yet',
	noneSub: 'What you write here stays beside the room, and is not unread in it.',
	follow: 'Follow',
	following: 'Following',
	followHint: 'You are told of new replies',
	unfollowHint: 'You are not told of new replies',
	earlier: 'Show more replies',
	loading: 'Loading…',
	tryAgain: 'Try again',

	listTitle: 'Threads',
	listSub: 'That you follow',
	listNone: 'You follow no threads',
	listNoneSub:
		'A thread begins with “Reply in thread” at a message. You follow those in which you write, or are named.',
	in: (room: string) => `in ${room}`,
	new: (n: number) => `${n > 99 ? '99+' : count(n)} new`,
	last: (time: string) => `last ${time}`,
	deleted: 'This message was deleted.',
	more: 'Show more',
};
export const w = await inLanguage('thread', en);
