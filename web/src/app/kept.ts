/** What this browser remembers beside the store: small choices, each under `hearth.NAME`. */

/** Where the browser keeps nothing, it holds for this page. */
const here = new Map<string, string>();

export function kept(name: string): string | null {
	try {
		return localStorage.getItem(`hearth.${name}`);
	} catch {
		return here.get(name) ?? null;
	}
}

/** Null: it is forgotten. */
export function keep(name: string, value: string | null): void {
	try {
		if (value === null) localStorage.removeItem(`hearth.${name}`);
		else localStorage.setItem(`hearth.${name}`, value);
	} catch {
		if (value === null) here.delete(name);
		else here.set(name, value);
	}
}

/** A list of words. */
export function keptList(name: string): string[] {
	try {
		const list: unknown = JSON.parse(kept(name) ?? '[]');
		return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
	} catch {
		return [];
	}
}

export function keepList(name: string, list: Iterable<string>): void {
	const words = [...list];
	keep(name, words.length > 0 ? JSON.stringify(words) : null);
}
