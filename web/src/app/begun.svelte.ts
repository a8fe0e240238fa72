/** What is being thought of in a dialog outlives it: nothing typed is lost by a key. */

import type { Somebody } from '../ui/People.svelte';

export function nothingBegun() {
	return {
		name: '',
		kind: 'public' as 'public' | 'private' | 'broadcast',
		topic: '',
		about: '',
		people: [] as Somebody[],
		adding: '',
		/** The same room, also when the first try got no answer. */
		key: '',
	};
}
export const begun = $state(nothingBegun());

/** To whom one is about to write. */
export const addressed = $state({ people: [] as Somebody[], text: '' });
