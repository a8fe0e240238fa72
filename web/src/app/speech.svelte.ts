/** What is said to whoever listens rather than looks: at most one thing in two seconds, the rest as a number. */

import { w } from '../words';

const PAUSE_MS = 2_000;

export class Speech {
	said = $state('');
	private waiting: string[] = [];
	private isSpeaking = false;

	says(name: string, text: string): void {
		this.waiting.push(w.feed.says(name, text.slice(0, 200)));
		if (!this.isSpeaking) this.say();
	}

	private say(): void {
		const [first, ...rest] = this.waiting.splice(0);
		this.isSpeaking = first !== undefined;
		if (first === undefined) return;
		this.said = rest.length > 0 ? `${first}, ${w.feed.andMore(rest.length)}` : first;
		setTimeout(() => this.say(), PAUSE_MS);
	}
}
