/** The calls about one's own account. */

import type { Called, Http, Profile, Schema } from './http';

export class Account {
	constructor(private readonly http: Http) {}

	me(): Promise<Called<Schema['Me']>> {
		return this.http.call('GET', '/api/v1/me');
	}

	change(change: Schema['Change']): Promise<Called<Profile>> {
		return this.http.call('PATCH', '/api/v1/me', change);
	}

	setPicture(picture: Blob | null): Promise<Called<unknown>> {
		return picture
			? this.http.call('PUT', '/api/v1/me/avatar', picture)
			: this.http.call('DELETE', '/api/v1/me/avatar');
	}

	setPassword(current: string, password: string): Promise<Called<unknown>> {
		const current_password = current || undefined;
		return this.http.call('PUT', '/api/v1/password', { current_password, new_password: password });
	}

	sessions(): Promise<Called<Schema['Sessions']>> {
		return this.http.call('GET', '/api/v1/sessions');
	}

	/** Ends one, or all but this one. */
	endSession(id: string | 'others'): Promise<Called<unknown>> {
		return this.http.call(
			'DELETE',
			id === 'others' ? '/api/v1/sessions' : `/api/v1/sessions/${id}`,
		);
	}

	beginFactor(current_password: string): Promise<Called<Schema['Begun']>> {
		return this.http.call('POST', '/api/v1/totp', { current_password });
	}

	/** With the same key, which belongs to what was begun, the same recovery codes. */
	confirmFactor(code: string, key: string): Promise<Called<Schema['Recovery']>> {
		return this.http.call('POST', '/api/v1/totp/confirm', { code }, key);
	}

	endFactor(current_password: string): Promise<Called<unknown>> {
		return this.http.call('POST', '/api/v1/totp/disable', { current_password });
	}

	mail(): Promise<Called<Schema['MailAddress']>> {
		return this.http.call('GET', '/api/v1/me/mail');
	}

	setMail(mail: string, current_password: string): Promise<Called<unknown>> {
		return this.http.call('PUT', '/api/v1/me/mail', { mail, current_password });
	}

	dropMail(): Promise<Called<unknown>> {
		return this.http.call('DELETE', '/api/v1/me/mail');
	}

	/** For ever. */
	delete(password: string): Promise<Called<unknown>> {
		return this.http.call('DELETE', '/api/v1/me', { password });
	}
}
