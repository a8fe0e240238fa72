/**
 * What must stand in no log: what the tests have sent and got of it is looked for when a server stops. Which fields and
 * paths hold it is told by the list of the server's own tests. What is found is told by its line and by what it is,
 * never by itself.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const LIST = join(import.meta.dirname, '../../../crates/core/src/testing/secrets.rs');
const source = readFileSync(LIST, 'utf8');
const FIELDS = listed('FIELDS');
const PATHS = listed('PATHS');
/** Shorter ones are found in any log by chance. */
const CHARS_MIN = 10;
/** Of each kind: a long run has more, and each is looked for in the whole log. */
const SECRETS_MAX = 1_000;
/** A link that a server says in its log on purpose. */
const ON_PURPOSE = '#first=';
/** An id is none, also where it stands in the place of a token. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const secrets = new Map<string, string>();
/** How many there are of each kind. */
const counts = new Map<string, number>();

function listed(name: string): Map<string, string> {
	const list = new RegExp(`const ${name}: [^=]*= &\\[([^;]*)\\];`).exec(source)?.[1] ?? '';
	const pairs = [...list.matchAll(/\(\s*"([^"]+)",\s*"([^"]+)",?\s*\)/g)];
	if (pairs.length === 0) throw new Error(`no ${name} in ${LIST}`);
	return new Map(pairs.map(([, key = '', what = '']) => [key, what]));
}

/** This is secret from now on, if it is long enough to be told from other words. */
export function note(what: string, value: string): void {
	// A log writes these in other ways, so the longest part without them stands for it.
	const parts = value.split(/[\p{Cc}"\\]/u);
	const longest = parts.reduce((one, other) => (other.length > one.length ? other : one), '');
	if (longest.length < CHARS_MIN || ID.test(value)) return;
	const count = counts.get(what) ?? 0;
	if (secrets.has(longest) || count >= SECRETS_MAX) return;
	secrets.set(longest, what);
	counts.set(what, count + 1);
}

/** What the tests of one file have sent is in no log of another's servers. */
export function forget(): void {
	secrets.clear();
	counts.clear();
}

/** Learns what is secret in a body, a frame or an answer. */
export function learn(value: unknown): void {
	if (Array.isArray(value)) {
		for (const one of value) learn(one);
	} else if (typeof value === 'object' && value !== null) {
		for (const [field, inner] of Object.entries(value)) {
			// What has a size and a name is a file; and an error's code is none.
			const isFile = field === 'name' && 'size' in value;
			const isError = field === 'code' && 'message' in value;
			const what = isFile ? 'a name of a file' : FIELDS.get(field);
			for (const one of Array.isArray(inner) ? inner : [inner])
				if (what && !isError && typeof one === 'string') note(what, one);
			learn(inner);
		}
	}
}

/** The same of what may be no JSON, which has none. */
export function learnText(text: string): void {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return;
	}
	learn(value);
}

/** Learns what is secret in an address. */
export function learnPath(path: string): void {
	for (const [before, what] of PATHS) {
		const secret = path.split(before)[1]?.split(/[&?/#]/)[0];
		if (secret) note(what, secret);
	}
}

/** What a log has that it must not have: a line for each. */
export function foundIn(log: string): string[] {
	const lines = log.split('\n').map((line) => (line.includes(ON_PURPOSE) ? '' : line));
	const all = lines.join('\n');
	const found = [...secrets].filter(([secret]) => all.includes(secret));
	return found.map(([secret, what]) => {
		const at = lines.findIndex((line) => line.includes(secret));
		return `line ${at + 1}: ${what}`;
	});
}
