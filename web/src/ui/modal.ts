/**
 * Shows a dialog over all else, an attachment of it. Whoever opened it takes it out of the page when `onclose` asks for that:
 * by Escape, or by a press beside it. The focus goes back to where it was, which the browser does only for a dialog that is
 * closed and stays in the page.
 */
export const modal = (onclose: () => void) => (dialog: HTMLDialogElement) => {
	const before = document.activeElement;
	let isGone = false;
	// At once: when the browser says that one is closed, the next may be open, which is not to go with it.
	dialog.addEventListener('cancel', (event) => {
		// A field for files asks nothing of the dialog around it.
		if (event.target !== dialog) return;
		event.preventDefault();
		onclose();
	});
	// A browser closes one without having asked when Escape is pressed twice.
	dialog.addEventListener('close', () => isGone || onclose());
	dialog.addEventListener('click', ({ target }) => {
		if (target === dialog) onclose();
	});
	dialog.showModal();
	return () => {
		isGone = true;
		dialog.close();
		const isLost = document.activeElement === document.body;
		if (isLost && before instanceof HTMLElement) before.focus({ preventScroll: true });
	};
};
