/** Changes what stands in a field as typing would: it can be undone, and whoever listens hears of it. */

import type { Change } from '../core/writing';

export function replace(field: HTMLTextAreaElement, { from, to, text, select }: Change): void {
	field.focus();
	field.setSelectionRange(from, to);
	// The one way that keeps the browser's own undo; where it is refused, the field is set and says so itself.
	const isDone =
		text === '' ? document.execCommand('delete') : document.execCommand('insertText', false, text);
	if (!isDone) {
		field.setRangeText(text, from, to);
		field.dispatchEvent(new InputEvent('input', { bubbles: true }));
	}
	field.setSelectionRange(...select);
}
