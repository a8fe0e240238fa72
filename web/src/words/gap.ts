/** Words of what is not on the page: of messages that were missed, and of others. */

import { inLanguage, several } from './language';

export const en = {
	missed: (n: number) =>
		n > 0
			? `You missed ${several(n, { one: '# message', other: '# messages' })}`
			: 'Some of the log is not on this page',
	apart: (n: number) =>
		n > 0
			? `${several(n, { one: '# message is', other: '# messages are' })} not on this page`
			: 'Some of the log is not on this page',
	between: (since: string, until: string) => ` between ${since} and ${until}.`,
	where: ' They are on the server, not on this page.',
	load: 'Load them',
	loading: 'Loading…',
	day: 'Pick a day',
};
export const w = await inLanguage('gap', en);
