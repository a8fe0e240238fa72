/** Something that is asked of the server at a control: it is under way, or it was refused, and why. */

import type { Called, Failed } from '../core/http';
import { w } from '../words';

/** A refusal in words: the server's own, which say why and what helps. */
export function refusal(failed: Failed): string {
	return failed.status === 0 || failed.message === '' ? w.noAnswer : failed.message;
}

export class Doing {
	busy = $state(false);
	wrong = $state<string | null>(null);

	/** What it came to; null if it was refused, or if it is under way already. */
	async run<T>(call: () => Promise<Called<T>>): Promise<T | null> {
		if (this.busy) return null;
		this.busy = true;
		this.wrong = null;
		const answer = await call();
		this.busy = false;
		if (answer.ok) return answer.value;
		this.wrong = refusal(answer);
		return null;
	}
}
