/** Instants at which a message may be sent later, by the reader's own clock. */

import { SCHEDULED_AHEAD_MS_MAX, SCHEDULED_AHEAD_MS_MIN } from './protocol';
import { dayName, dayOf, timeOf } from './time';

/** A little more than the server asks for: a request takes its time, and clocks differ. */
const MARGIN_MS = 5_000;

export function inMinutes(now_ms: number, minutes: number): number {
	return now_ms + minutes * 60_000;
}

/** Tomorrow at that hour, whatever the clocks do in the night. */
export function tomorrowAt(now_ms: number, hour: number): number {
	const now = new Date(now_ms);
	return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, hour).getTime();
}

/** Whether the server takes it. */
export function isAhead(now_ms: number, at_ms: number): boolean {
	const ahead = at_ms - now_ms;
	return ahead >= SCHEDULED_AHEAD_MS_MIN + MARGIN_MS && ahead <= SCHEDULED_AHEAD_MS_MAX - MARGIN_MS;
}

/** On which day it lies, and when: `tomorrow 09:00`. */
export function whenAhead(
	at_ms: number,
	now_ms: number,
	words: { today: string; tomorrow: string; yesterday: string },
): string {
	const isTomorrow = dayOf(at_ms) - dayOf(now_ms) === 1;
	const day = isTomorrow ? words.tomorrow : dayName(at_ms, now_ms, words);
	return `${day} ${timeOf(at_ms)}`;
}

/** As a field for date and time has it: `2026-11-30T09:00`. */
export function toField(at_ms: number): string {
	const at = new Date(at_ms);
	const two = (n: number) => String(n).padStart(2, '0');
	const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
	return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** What such a field says; null: nothing. */
export function fromField(value: string): number | null {
	const at = new Date(value).getTime();
	return Number.isNaN(at) ? null : at;
}
