/**
 * Why something was refused, in the reader's language: by its code, and by the name of it where that says more. In English the
 * server has said it itself, and knows more; in another language what it has said stands only where the code alone helps nobody,
 * or is of a newer server.
 */

import type { ErrorCode } from '../core/protocol';
import { w as base } from '../words';
import { inLanguage, language } from './language';

/** `said`: what the server has said, in its own words. */
type Said = string | ((said: string) => string);

export const en = {
	codes: {
		bad_request: (said: string) => `The server does not take it like that: “${said}”`,
		unknown_kind: 'The server does not know this yet.',
		too_large: 'This is larger than the server takes.',
		unauthorized: 'You are not signed in any more.',
		forbidden: 'You may not do this here.',
		not_found: 'It is not there, or you may not see it.',
		not_member: 'You are not in this room any more.',
		banned: (said: string) => `There is a ban from this room: “${said}”`,
		scope_read: 'This token may not read.',
		scope_send: 'This token may not send.',
		scope_rooms: 'This token may not do anything with rooms.',
		scope_moderate: 'This token may not moderate.',
		taken: 'The name is taken.',
		out_of_order: 'A later message of this device is there already, so this one was given up.',
		full: 'No more of these may be: the account or the room has as many as it may.',
		archived: 'The room is archived. It can be read, and nothing more is written.',
		doubtful: 'Whether it has happened is not known. The same again will tell.',
		too_old: 'The room was set back on the server. Whether this arrived is not known.',
		busy: 'Too much waits for an answer already. Try again in a moment.',
		slow: 'Slow mode: this comes too soon after your last message.',
		unavailable: 'The server’s store does not answer. Try again in a moment.',
		internal: 'The server has failed. Its log says why.',
	} satisfies Record<ErrorCode, Said>,
	/** What the server calls by a name, over HTTP. */
	names: {
		'account deactivated': 'This account is deactivated.',
		'code needed': 'A code of your second factor is needed.',
		'files are off': 'This server takes no files.',
		'no picture': 'This is no picture that the server can read.',
		'not an administrator': 'This is for administrators only.',
		'sign up is by invitation': 'Whoever wants an account here needs an invitation.',
		'sign up is closed': 'This server makes no new accounts.',
		'wrong code': 'The code is not right.',
		'wrong password': 'The password is not right.',
	},
};
export const w = await inLanguage('refused', en);

/** A refusal that was kept with a send: its code stands before it. */
const KEPT = new RegExp(`^(${Object.keys(en.codes).join('|')}): (.*)$`, 's');

/** A refusal as one reads it: what the server has said, or what `core/step` has kept of it. `name`: what the server calls it. */
export function why(message: string, code = '', name = ''): string {
	const [, known = code || message, said = message] = KEPT.exec(message) ?? [];
	if (said === '') return base.compose.full;
	if (said !== known && language === 'en') return said;
	const { codes, names }: { codes: Record<string, Said>; names: Record<string, string> } = w;
	const ours = names[name] ?? codes[known];
	return (typeof ours === 'function' ? ours(said) : ours) ?? said;
}
