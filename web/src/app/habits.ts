/** This browser's habits, one for the whole page: counted wherever an emoji is picked. */

import { Habits, type Kept } from '../core/habits';

export const habits = new Habits(storage());

function storage(): Kept | null {
	try {
		return window.localStorage;
	} catch {
		return null;
	}
}
