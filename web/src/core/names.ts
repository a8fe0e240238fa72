/** What a room and a person may be called, as the server judges it; so it is said before it is asked. */

import { ROOM_NAME_CHARS_MAX, USER_NAME_CHARS_MAX } from './protocol';

export type NameFault = 'none' | 'long' | 'unseen';

/** The name that is meant, as it goes to the server. */
export function roomName(typed: string): string {
	return typed.trim().replace(/^#/, '').trim();
}

export function nameFault(name: string): NameFault | null {
	if (name === '') return 'none';
	if ([...name].length > ROOM_NAME_CHARS_MAX) return 'long';
	// Of what is between letters only spaces are seen.
	return /[\p{C}\p{Zl}\p{Zp}]/u.test(name) ? 'unseen' : null;
}

/** Letters and digits of any script, and three signs. */
export function isUserName(name: string): boolean {
	return [...name].length <= USER_NAME_CHARS_MAX && /^[\p{Alphabetic}\p{N}._-]+$/u.test(name);
}
