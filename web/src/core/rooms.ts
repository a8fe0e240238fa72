/** The calls about rooms that are not part of the first load. */

import type { Called, Http, Listed, Own, Schema } from './http';
import type { Body, RoomId, RoomKind, RoomSnapshot, UserId } from './protocol';

/** Members of a page: as many as are looked at without a second call in nearly every room. */
const MEMBERS = 100;

function at(room: RoomId, rest: string): string {
	return `/api/v1/rooms/${room}/${rest}`;
}

export class Rooms {
	constructor(private readonly http: Http) {}

	/** All rooms, with the descriptions that the socket leaves out. */
	list(): Promise<Called<{ rooms: RoomSnapshot[] }>> {
		return this.http.call('GET', '/api/v1/rooms');
	}

	/** A room as those see it who are not in it: none, if it is not for everybody. */
	listed(room: RoomId): Promise<Called<Listed>> {
		return this.http.call('GET', `/api/v1/directory?room=${room}`);
	}

	/** With the same key the same room, also after no answer. */
	create(name: string, kind: RoomKind, key: string): Promise<Called<RoomSnapshot>> {
		return this.http.call('POST', '/api/v1/rooms', { name, kind }, key);
	}

	group(users: readonly string[], key: string): Promise<Called<RoomSnapshot>> {
		return this.http.call('POST', '/api/v1/groups', { users }, key);
	}

	/** Enters by an invitation link's code. */
	accept(code: string): Promise<Called<RoomSnapshot>> {
		return this.http.call('POST', `/api/v1/invitations/${encodeURIComponent(code)}`);
	}

	/** Something that happens in a room at once or not at all: a refusal is shown where it was asked for. */
	act(room: RoomId, body: Body): Promise<Called<unknown>> {
		return this.http.call('POST', at(room, 'events'), { body });
	}

	rename(room: RoomId, name: string): Promise<Called<RoomSnapshot>> {
		return this.http.call('POST', at(room, 'rename'), { name });
	}

	setPicture(room: RoomId, picture: Blob | null): Promise<Called<unknown>> {
		return picture
			? this.http.call('PUT', at(room, 'avatar'), picture)
			: this.http.call('DELETE', at(room, 'avatar'));
	}

	members(room: RoomId, words: string, after?: UserId): Promise<Called<Schema['Members']>> {
		const query = new URLSearchParams({ limit: String(MEMBERS) });
		if (words) query.set('q', words);
		if (after) query.set('after', after);
		return this.http.call('GET', at(room, `members?${query}`));
	}

	bans(room: RoomId, after?: UserId): Promise<Called<Schema['Bans']>> {
		return this.http.call('GET', at(room, after ? `bans?after=${after}` : 'bans'));
	}

	links(room: RoomId): Promise<Called<Schema['Invitations']>> {
		return this.http.call('GET', at(room, 'invitations'));
	}

	makeLink(room: RoomId, uses: number, valid_s: number): Promise<Called<Schema['Made']>> {
		return this.http.call('POST', at(room, 'invitations'), { uses, valid_s });
	}

	revokeLink(room: RoomId, id: string): Promise<Called<unknown>> {
		return this.http.call('DELETE', at(room, `invitations/${id}`));
	}

	webhooks(room: RoomId): Promise<Called<Schema['Webhooks']>> {
		return this.http.call('GET', at(room, 'webhooks'));
	}

	makeWayIn(room: RoomId, name: string): Promise<Called<Schema['MadeWebhook']>> {
		return this.http.call('POST', at(room, 'webhooks/in'), { name });
	}

	makeWayOut(room: RoomId, url: string, name: string): Promise<Called<Schema['MadeWebhook']>> {
		return this.http.call('POST', at(room, 'webhooks/out'), { url, name: name || undefined });
	}

	renameWebhook(room: RoomId, id: string, name: string): Promise<Called<unknown>> {
		return this.http.call('PATCH', at(room, `webhooks/${id}`), { name });
	}

	deleteWebhook(room: RoomId, id: string): Promise<Called<unknown>> {
		return this.http.call('DELETE', at(room, `webhooks/${id}`));
	}

	resumeWebhook(room: RoomId, id: string): Promise<Called<unknown>> {
		return this.http.call('POST', at(room, `webhooks/${id}/resume`));
	}
}

/** What is one's own, of some kinds. */
export function own(http: Http, ...kinds: Own['kind'][]): Promise<Called<Schema['All']>> {
	return http.call('GET', `/api/v1/own?kinds=${kinds.join(',')}`);
}

export function setOwn(http: Http, one: Own): Promise<Called<unknown>> {
	return http.call('PUT', '/api/v1/own', one);
}
