/**
 * Which rows of a conversation are in the document: those on the screen and some on both sides of it. The others are
 * empty space of the height that they had, or will about have; so the document is as small in a room of a hundred
 * thousand messages as in one of a hundred.
 */

/** A row as far as its place goes. */
export interface Sized {
	readonly key: string;
	/** About how high it is, in pixels, while it was never drawn. */
	readonly about: number;
}

/** A stretch of rows, by their places: from the first, up to and without the last. */
export interface Span {
	readonly from: number;
	readonly to: number;
}

/** Rows in the document at most, while a screen needs no more than that. */
export const ROWS_MAX = 60;
/** So many beyond the screen are drawn before they are seen; the window moves when fewer are left on a side. */
const SPARE = 6;
/** So many more are drawn when it moves: few, so that no frame has much to do. */
const STEP = 3;

/** How high rows are. What was drawn is known; what was not is about as high as it says. */
export class Heights {
	private readonly known = new Map<string, number>();

	/** Whether that is another height than the one that was taken for it. */
	set(row: Sized, pixels: number): boolean {
		const was = this.of(row);
		this.known.set(row.key, pixels);
		return Math.abs(was - pixels) > 0.01;
	}

	of(row: Sized): number {
		return this.known.get(row.key) ?? row.about;
	}

	/** Where each row begins, and where the last ends. */
	tops(rows: readonly Sized[]): Float64Array {
		const tops = new Float64Array(rows.length + 1);
		let top = 0;
		for (let at = 0; at < rows.length; at += 1) {
			top += this.of(rows[at] as Sized);
			tops[at + 1] = top;
		}
		return tops;
	}

	/** Lines break elsewhere now: what is not drawn is about as high as it says again. */
	forget(): void {
		this.known.clear();
	}

	/** Forgets rows that are long gone. */
	keep(rows: readonly Sized[]): void {
		if (this.known.size < 2 * rows.length + 1_000) return;
		const keys = new Set(rows.map((row) => row.key));
		for (const key of this.known.keys()) if (!keys.has(key)) this.known.delete(key);
	}
}

/** The place of the row that stands at so many pixels from the first. */
export function rowAt(tops: Float64Array, y: number): number {
	let low = 0;
	let high = tops.length - 2;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((tops[middle] ?? 0) <= y) low = middle;
		else high = middle - 1;
	}
	return Math.max(0, low);
}

/** The window over a screen that begins at `top`: the one that there is, while it has some rows to spare on both sides. */
export function spanAt(
	tops: Float64Array,
	top: number,
	height: number,
	now: Span | null = null,
): Span {
	const rows = tops.length - 1;
	const first = rowAt(tops, top);
	const last = rowAt(tops, top + height);
	const size = Math.max(ROWS_MAX, last - first + 1 + 2 * SPARE);
	if (now && now.from < now.to && now.to <= rows && now.to - now.from <= size) {
		const isAbove = now.from === 0 || first - now.from >= SPARE;
		const isBelow = now.to === rows || now.to - 1 - last >= SPARE;
		if (isAbove && isBelow) return now;
		const to = Math.min(rows, isAbove ? last + 1 + SPARE + STEP : now.from + size);
		const from = Math.max(0, isAbove ? to - size : first - SPARE - STEP);
		if (Math.abs(from - now.from) < size / 2) return { from, to: Math.min(rows, from + size) };
	}
	const spare = size - (last - first + 1);
	const from = Math.max(0, Math.min(first - (spare >> 1), rows - size));
	return { from, to: Math.min(rows, from + size) };
}
