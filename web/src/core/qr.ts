/**
 * A QR code (ISO/IEC 18004) of a text: bytes, error correction of level L, versions 1 to 20, which is 858 bytes. It is read from
 * a bright screen a hand away, so more correction would only make its squares smaller.
 */

/** Per version from 1 on: check bytes of a block, and how many blocks there are. */
const CHECKS = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28];
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8];

/** Dark squares, row by row. */
export type Squares = boolean[][];

/** Null if the text is too long. */
export function qr(text: string, fixedMask?: number): Squares | null {
	const bytes = new TextEncoder().encode(text);
	const version = CHECKS.findIndex((_, at) => bytes.length <= room(at + 1)) + 1;
	if (version === 0) return null;
	const bits = interleaved(version, padded(version, bytes));
	let best: Squares | null = null;
	let least = Number.POSITIVE_INFINITY;
	for (let mask = 0; mask < 8; mask += 1) {
		if (fixedMask !== undefined && mask !== fixedMask) continue;
		const drawn = draw(version, bits, mask);
		const cost = penalty(drawn);
		if (cost < least) {
			best = drawn;
			least = cost;
		}
	}
	return best;
}

/** A path that fills the dark squares, one run of a row after the other. */
export function pathOf(squares: Squares): string {
	let path = '';
	squares.forEach((row, y) => {
		for (let x = 0; x < row.length; x += 1) {
			if (!row[x]) continue;
			const from = x;
			while (row[x + 1]) x += 1;
			path += `M${from} ${y}h${x - from + 1}v1h${from - x - 1}z`;
		}
	});
	return path;
}

// ---- What is written.

/** Bytes of data and checks together, in a version. */
function capacity(version: number): number {
	let squares = (16 * version + 128) * version + 64;
	if (version >= 2) {
		const marks = Math.floor(version / 7) + 2;
		squares -= (25 * marks - 10) * marks - 55;
		if (version >= 7) squares -= 36;
	}
	return squares >> 3;
}

function dataBytes(version: number): number {
	return capacity(version) - (CHECKS[version - 1] ?? 0) * (BLOCKS[version - 1] ?? 0);
}

/** Bytes of text: the rest says that they are bytes, and how many. */
function room(version: number): number {
	return dataBytes(version) - (version < 10 ? 2 : 3);
}

function padded(version: number, bytes: Uint8Array): number[] {
	const bits: number[] = [];
	const put = (value: number, size: number) => {
		for (let at = size - 1; at >= 0; at -= 1) bits.push((value >> at) & 1);
	};
	put(4, 4);
	put(bytes.length, version < 10 ? 8 : 16);
	for (const byte of bytes) put(byte, 8);
	// Its end, which is cut where there is no place for it.
	const whole = dataBytes(version) * 8;
	put(0, Math.min(4, whole - bits.length));
	put(0, (8 - (bits.length % 8)) % 8);
	for (let pad = 0xec; bits.length < whole; pad ^= 0xec ^ 0x11) put(pad, 8);
	const out: number[] = [];
	for (let at = 0; at < bits.length; at += 8) {
		out.push(bits.slice(at, at + 8).reduce((sum, bit) => sum * 2 + bit, 0));
	}
	return out;
}

/** The blocks with their checks, byte by byte of each in turn, as bits. */
function interleaved(version: number, data: number[]): number[] {
	const checks = CHECKS[version - 1] ?? 0;
	const count = BLOCKS[version - 1] ?? 1;
	const short = Math.floor(data.length / count);
	const longs = data.length % count;
	const divisor = generator(checks);
	const blocks: { data: number[]; checks: number[] }[] = [];
	let from = 0;
	for (let at = 0; at < count; at += 1) {
		// The longer ones come last.
		const part = data.slice(from, from + short + (at >= count - longs ? 1 : 0));
		from += part.length;
		blocks.push({ data: part, checks: remainder(part, divisor) });
	}
	const bytes: number[] = [];
	for (let at = 0; at <= short; at += 1) {
		for (const block of blocks) if (at < block.data.length) bytes.push(block.data[at] ?? 0);
	}
	for (let at = 0; at < checks; at += 1) {
		for (const block of blocks) bytes.push(block.checks[at] ?? 0);
	}
	return bytes.flatMap((byte) => Array.from({ length: 8 }, (_, at) => (byte >> (7 - at)) & 1));
}

// ---- Reed–Solomon over GF(256), by x⁸ + x⁴ + x³ + x² + 1.

function times(a: number, b: number): number {
	let product = 0;
	for (let at = 7; at >= 0; at -= 1) {
		product = (product << 1) ^ ((product >> 7) * 0x11d);
		product ^= ((b >> at) & 1) * a;
	}
	return product;
}

/** (x − 1)(x − 2)(x − 4)…, without its first factor, the highest power first. */
function generator(degree: number): number[] {
	const out = new Array<number>(degree).fill(0);
	out[degree - 1] = 1;
	let root = 1;
	for (let step = 0; step < degree; step += 1) {
		for (let at = 0; at < degree; at += 1) {
			out[at] = times(out[at] ?? 0, root) ^ (out[at + 1] ?? 0);
		}
		root = times(root, 2);
	}
	return out;
}

function remainder(data: readonly number[], divisor: readonly number[]): number[] {
	const out = new Array<number>(divisor.length).fill(0);
	for (const byte of data) {
		const factor = byte ^ (out.shift() ?? 0);
		out.push(0);
		divisor.forEach((one, at) => {
			out[at] = (out[at] ?? 0) ^ times(one, factor);
		});
	}
	return out;
}

// ---- How it is drawn.

const MASKS: ((x: number, y: number) => boolean)[] = [
	(x, y) => (x + y) % 2 === 0,
	(_, y) => y % 2 === 0,
	(x) => x % 3 === 0,
	(x, y) => (x + y) % 3 === 0,
	(x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
	(x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
	(x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
	(x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function draw(version: number, bits: readonly number[], mask: number): Squares {
	const size = 17 + 4 * version;
	const squares: (boolean | null)[][] = Array.from({ length: size }, () =>
		new Array<boolean | null>(size).fill(null),
	);
	const set = (x: number, y: number, dark: boolean) => {
		const row = squares[y];
		if (row && x >= 0 && x < size) row[x] = dark;
	};
	// The dotted lines, over which the marks in the corners are drawn.
	for (let at = 0; at < size; at += 1) {
		set(6, at, at % 2 === 0);
		set(at, 6, at % 2 === 0);
	}
	for (const [cx, cy] of [
		[3, 3],
		[size - 4, 3],
		[3, size - 4],
	] as const) {
		for (let y = -4; y <= 4; y += 1) {
			for (let x = -4; x <= 4; x += 1) {
				const ring = Math.max(Math.abs(x), Math.abs(y));
				set(cx + x, cy + y, ring !== 2 && ring !== 4);
			}
		}
	}
	const places = alignments(version, size);
	const last = places.length - 1;
	places.forEach((cx, i) => {
		places.forEach((cy, j) => {
			const isCorner = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
			if (isCorner) return;
			for (let y = -2; y <= 2; y += 1) {
				for (let x = -2; x <= 2; x += 1) {
					set(cx + x, cy + y, Math.max(Math.abs(x), Math.abs(y)) !== 1);
				}
			}
		});
	});
	drawFormat(set, size, mask);
	if (version >= 7) drawVersion(set, size, version);
	// The bits, in columns of two from the right, up and down in turn; the dotted column is stepped over.
	let next = 0;
	for (let right = size - 1; right >= 1; right -= 2) {
		if (right === 6) right = 5;
		for (let step = 0; step < size; step += 1) {
			const isUp = ((right + 1) & 2) === 0;
			const y = isUp ? size - 1 - step : step;
			for (const x of [right, right - 1]) {
				if (squares[y]?.[x] !== null) continue;
				set(x, y, (bits[next] === 1) !== MASKS[mask]?.(x, y));
				next += 1;
			}
		}
	}
	return squares.map((row) => row.map((one) => one === true));
}

function alignments(version: number, size: number): number[] {
	if (version === 1) return [];
	const count = Math.floor(version / 7) + 2;
	const step = Math.ceil((size - 13) / (2 * count - 2)) * 2;
	const places = Array.from({ length: count - 1 }, (_, at) => size - 7 - at * step);
	return [6, ...places.reverse()];
}

type Set = (x: number, y: number, dark: boolean) => void;

/** Which level and mask it has, twice, with checks of its own. */
function drawFormat(set: Set, size: number, mask: number): void {
	const data = (1 << 3) | mask;
	let rest = data;
	for (let at = 0; at < 10; at += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
	const bits = ((data << 10) | rest) ^ 0x5412;
	const bit = (at: number) => ((bits >> at) & 1) === 1;
	for (let at = 0; at <= 5; at += 1) set(8, at, bit(at));
	set(8, 7, bit(6));
	set(8, 8, bit(7));
	set(7, 8, bit(8));
	for (let at = 9; at < 15; at += 1) set(14 - at, 8, bit(at));
	for (let at = 0; at < 8; at += 1) set(size - 1 - at, 8, bit(at));
	for (let at = 8; at < 15; at += 1) set(8, size - 15 + at, bit(at));
	set(8, size - 8, true);
}

function drawVersion(set: Set, size: number, version: number): void {
	let rest = version;
	for (let at = 0; at < 12; at += 1) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
	const bits = (version << 12) | rest;
	for (let at = 0; at < 18; at += 1) {
		const dark = ((bits >> at) & 1) === 1;
		const far = size - 11 + (at % 3);
		const near = Math.floor(at / 3);
		set(far, near, dark);
		set(near, far, dark);
	}
}

/** How hard it would be to read: the mask is taken that makes this least. */
function penalty(squares: Squares): number {
	const size = squares.length;
	const at = (x: number, y: number) => squares[y]?.[x] === true;
	let cost = 0;
	for (const turned of [false, true]) {
		for (let line = 0; line < size; line += 1) {
			const row = Array.from({ length: size }, (_, step) =>
				turned ? at(line, step) : at(step, line),
			);
			// Five or more of one colour.
			for (let from = 0; from < size; ) {
				let to = from + 1;
				while (to < size && row[to] === row[from]) to += 1;
				if (to - from >= 5) cost += to - from - 2;
				from = to;
			}
			// What looks like a mark of the corners, with light beside it.
			const text = `0000${row.map(Number).join('')}0000`;
			for (let from = 0; from + 11 <= text.length; from += 1) {
				const part = text.slice(from, from + 11);
				if (part === '10111010000' || part === '00001011101') cost += 40;
			}
		}
	}
	let dark = 0;
	for (let y = 0; y < size; y += 1) {
		for (let x = 0; x < size; x += 1) {
			const one = at(x, y);
			if (one) dark += 1;
			const isBlock = one === at(x + 1, y) && one === at(x, y + 1) && one === at(x + 1, y + 1);
			if (x + 1 < size && y + 1 < size && isBlock) cost += 3;
		}
	}
	return cost + Math.floor(Math.abs((dark * 20) / (size * size) - 10)) * 10;
}
