/** Times as people read them, in the reader's own zone and manner. */

let clock: Intl.DateTimeFormat;
let date: Intl.DateTimeFormat;
let dated: Intl.DateTimeFormat;
let moment: Intl.DateTimeFormat;
let full: Intl.DateTimeFormat;
timesIn('en-GB');

/** From here on times are said in that language. */
export function timesIn(locale: string): void {
	const made = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
	clock = made({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
	date = made({ weekday: 'long', day: 'numeric', month: 'long' });
	dated = made({ day: 'numeric', month: 'long', year: 'numeric' });
	moment = made({ dateStyle: 'medium', timeStyle: 'short' });
	full = made({ dateStyle: 'full', timeStyle: 'medium' });
}

/** `10:05` */
export function timeOf(at_ms: number): string {
	return clock.format(at_ms);
}

/** `23 Nov 2026, 10:05`: when something began or will end. */
export function momentOf(at_ms: number): string {
	return moment.format(at_ms);
}

/** All of it, for whoever asks. */
export function exactly(at_ms: number): string {
	return full.format(at_ms);
}

/** On which day of the reader's it lies: days since 1970. */
export function dayOf(at_ms: number): number {
	const at = new Date(at_ms);
	return Math.floor(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 86_400_000);
}

interface Days {
	today: string;
	yesterday: string;
}

/** `Today`, `Yesterday`, `Monday 23 November`, or with the year where it is another. */
export function dayName(at_ms: number, now_ms: number, words: Days): string {
	const ago = dayOf(now_ms) - dayOf(at_ms);
	if (ago === 0) return words.today;
	if (ago === 1) return words.yesterday;
	const isThisYear = new Date(at_ms).getFullYear() === new Date(now_ms).getFullYear();
	return (isThisYear ? date : dated).format(at_ms);
}

/** The time alone if it is today's, else behind its day. */
export function whenOf(at_ms: number, now_ms: number, words: Days): string {
	const day = dayName(at_ms, now_ms, words);
	return day === words.today ? timeOf(at_ms) : `${day} ${timeOf(at_ms)}`;
}
