/** The calls of somebody who has no session yet. */

import type { paths } from './api';
import type { Called, Http, Schema } from './http';

type SignUpBody = paths['/api/v1/signup']['post']['requestBody']['content']['application/json'];
type LogInBody = paths['/api/v1/login']['post']['requestBody']['content']['application/json'];
type ResetBody = paths['/api/v1/reset']['post']['requestBody']['content']['application/json'];

export class Entrance {
	/** The sign-up that was asked last, and its key. */
	private asked = { what: '', key: '' };

	constructor(
		private readonly http: Http,
		private readonly newId: () => string,
	) {}

	/** The same again, as after no answer, is the same account. */
	signUp(body: SignUpBody): Promise<Called<unknown>> {
		const what = JSON.stringify(body);
		if (what !== this.asked.what) this.asked = { what, key: this.newId() };
		return this.http.call('POST', '/api/v1/signup', body, this.asked.key);
	}

	logIn(body: LogInBody): Promise<Called<unknown>> {
		return this.http.call('POST', '/api/v1/login', body);
	}

	reset(body: ResetBody): Promise<Called<unknown>> {
		return this.http.call('POST', '/api/v1/reset', body);
	}

	/** Asks for a link by mail: the answer is the same whether there is such an account or not. */
	forgot(body: Schema['Forgot']): Promise<Called<unknown>> {
		return this.http.call('POST', '/api/v1/forgot', body);
	}

	confirmMail(body: Schema['Confirmation']): Promise<Called<unknown>> {
		return this.http.call('POST', '/api/v1/mail/confirm', body);
	}
}
