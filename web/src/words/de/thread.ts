import type { Translation } from '../language';
import type { en } from '../thread';

export const words: Translation<typeof en> = ({ count, several }) => ({
	title: 'Thread',
	label: 'Nachrichten des Threads',
	here: 'diesen Thread',
	replies: (n) => several(n, { one: '# Antwort', other: '# Antworten' }),
	repliesAtLeast: (n) => `${count(n)} oder mehr Antworten`,
	none: 'Noch keine Antworten',
	noneSub: 'Was du hier schreibst, bleibt neben dem Raum und gilt in ihm nicht als ungelesen.',
	follow: 'Folgen',
	following: 'Du folgst',
	followHint: 'Du erfährst von neuen Antworten',
	unfollowHint: 'Du erfährst nicht von neuen Antworten',
	earlier: 'Mehr Antworten zeigen',
	loading: 'Wird geladen …',
	tryAgain: 'Noch einmal versuchen',

	listTitle: 'Threads',
	listSub: 'Denen du folgst',
	listNone: 'Du folgst keinen Threads',
	listNoneSub:
		'Ein Thread beginnt mit „Im Thread antworten“ an einer Nachricht. Du folgst denen, in denen du schreibst oder genannt wirst.',
	in: (room) => `in ${room}`,
	new: (n) => `${n > 99 ? '99+' : count(n)} neu`,
	last: (time) => `zuletzt ${time}`,
	deleted: 'Diese Nachricht wurde gelöscht.',
	more: 'Mehr zeigen',
});
