import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { pathOf, qr } from '../../src/core/qr';

/** Dark squares as text, as another encoder drew them. */
const rows = (squares: boolean[][] | null) =>
	(squares ?? []).map((row) => row.map((dark) => (dark ? '#' : '.')).join(''));
const digest = (squares: boolean[][] | null) =>
	createHash('sha256').update(rows(squares).join('\n')).digest('hex').slice(0, 16);

test('a small code is drawn square by square as it is known', () => {
	expect(rows(qr('hearth', 0))).toEqual([
		'#######...#.#.#######',
		'#.....#.....#.#.....#',
		'#.###.#.#.#...#.###.#',
		'#.###.#.....#.#.###.#',
		'#.###.#..#.##.#.###.#',
		'#.....#..###..#.....#',
		'#######.#.#.#.#######',
		'........#.#..........',
		'###.#####.#.###...#..',
		'...........#.#.#...##',
		'..#...######.###.####',
		'##..##.##.####.##..#.',
		'...#######.#.###.....',
		'........#.#...##.#.##',
		'#######.##..#...#####',
		'#.....#.###...##...##',
		'#.###.#.###.#.#..#.##',
		'#.###.#..#.#.#.###.#.',
		'#.###.#.##.#.####...#',
		'#.....#.##.###.#...#.',
		'#######.##.#.#####.##',
	]);
});

test.each([
	[5, 1, 1, 'd1f135aba13d148f'],
	[30, 2, 2, '2974ad1d6ff0f52e'],
	[60, 3, 4, '8dcfd17e1e2e96ff'],
	[90, 4, 5, '37931f7fbb5d5aca'],
	[130, 5, 6, 'e407e1aec65c0a4e'],
	[150, 6, 7, '5738ece111f43d89'],
	[190, 7, 8, '0d6d81646b94f134'],
	[230, 0, 9, '1ce42ba128ebdb49'],
	[270, 1, 10, '57fe174bd424bc9c'],
	[300, 2, 11, '7371488c0a64842f'],
	[365, 3, 12, 'a29c9ddd18c56282'],
	[420, 4, 13, 'c8e9b033c2f63e37'],
	[455, 5, 14, '6eaf40810e45487c'],
	[515, 6, 15, '33405f8d890b75b2'],
	[580, 7, 16, '55d5f784513619c5'],
	[640, 0, 17, 'c2cb97c01277a974'],
	[715, 1, 18, 'f07f4e3fa07ffca4'],
	[790, 2, 19, '11bd4e45b54e4f08'],
	[858, 3, 20, 'f56f22322dda7ee7'],
])(
	'%i bytes with mask %i are version %i, and drawn as they are known',
	(size, mask, version, known) => {
		const text = 'otpauth://totp/Hearth:ann?secret=JBSWY3DPEHPK3PXP&issuer=Hearth&'
			.repeat(20)
			.slice(0, size);
		const squares = qr(text, mask);
		expect(squares?.length).toBe(17 + 4 * version);
		expect(digest(squares)).toBe(known);
	},
);

test('of the masks one is taken, and which it is stands in the code', () => {
	const all = [0, 1, 2, 3, 4, 5, 6, 7].map((mask) => digest(qr('hearth', mask)));
	expect(new Set(all).size).toBe(8);
	expect(all).toContain(digest(qr('hearth')));
});

test('what does not fit is no code', () => {
	expect(qr('x'.repeat(858))).not.toBeNull();
	expect(qr('x'.repeat(859))).toBeNull();
});

test('its dark squares are one path', () => {
	expect(
		pathOf([
			[true, true, false, true],
			[false, false, false, false],
			[false, true, true, true],
		]),
	).toBe('M0 0h2v1h-2zM3 0h1v1h-1zM1 2h3v1h-3z');
});
