/** The call that finds messages. */

import type { paths } from '../core/api';
import type { Called, Http } from '../core/http';

export type Found =
	paths['/api/v1/search']['get']['responses']['200']['content']['application/json'];

export function search(
	http: Http,
	q: string,
	more: { room?: string | null; cursor?: string | null; limit?: number } = {},
): Promise<Called<Found>> {
	const words = new URLSearchParams({ q });
	// Of the days that are named the reader's own are meant.
	words.set('offset_min', String(-new Date().getTimezoneOffset()));
	if (more.room) words.set('room', more.room);
	if (more.cursor) words.set('cursor', more.cursor);
	if (more.limit) words.set('limit', String(more.limit));
	return http.call('GET', `/api/v1/search?${words}`);
}
