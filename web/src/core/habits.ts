/**
 * Which emoji somebody uses, in this browser: the most used are offered first, the last used are found again. Counts
 * fade, so that what was a habit once does not stay one for ever.
 */

const KEY = 'hearth.emoji';
const TONE = 'hearth.tone';
/** Emoji that are remembered. */
const KEPT_MAX = 64;
/** Uses after which all counts are halved. */
const FADE = 200;
/** Offered to whoever has no habits yet. */
const FIRST: readonly string[] = ['👍', '✅', '❤️', '🎉', '😂', '👀', '🙏', '🔥'];

/** As much of `Storage` as is needed. */
export interface Kept {
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
}

export class Habits {
	/** How often each was used, the last used last. */
	private counts = new Map<string, number>();
	/** 0: as it comes; 1 to 5: the tones of skin, from light to dark. */
	tone = 0;

	constructor(private readonly kept: Kept | null) {
		try {
			const known: unknown = JSON.parse(kept?.getItem(KEY) ?? '[]');
			for (const [emoji, uses] of known as [string, number][]) {
				if (typeof emoji === 'string' && uses > 0) this.counts.set(emoji, uses);
			}
			this.tone = Math.min(5, Math.max(0, Math.trunc(Number(kept?.getItem(TONE) ?? 0)) || 0));
		} catch {
			// What another program has written there is no habit.
		}
	}

	/** One was used. */
	use(emoji: string): void {
		const uses = (this.counts.get(emoji) ?? 0) + 1;
		this.counts.delete(emoji);
		this.counts.set(emoji, uses);
		const sum = [...this.counts.values()].reduce((all, one) => all + one, 0);
		if (sum > FADE) for (const [one, n] of this.counts) this.counts.set(one, n / 2);
		for (const oldest of this.counts.keys()) {
			if (this.counts.size <= KEPT_MAX) break;
			this.counts.delete(oldest);
		}
		this.keep(KEY, JSON.stringify([...this.counts]));
	}

	/** The most used, filled up with what most people use. */
	most(n: number): string[] {
		const used = [...this.counts].sort((a, b) => b[1] - a[1]).map(([emoji]) => emoji);
		return [...new Set([...used, ...FIRST])].slice(0, n);
	}

	/** The last used first, filled up likewise. */
	recent(n: number): string[] {
		return [...new Set([...[...this.counts.keys()].reverse(), ...FIRST])].slice(0, n);
	}

	setTone(tone: number): void {
		this.tone = tone;
		this.keep(TONE, String(tone));
	}

	private keep(key: string, value: string): void {
		try {
			this.kept?.setItem(key, value);
		} catch {
			// A browser that keeps nothing has no habits.
		}
	}
}
