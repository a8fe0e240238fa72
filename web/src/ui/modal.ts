/** Shows a dialog over all else. One that is taken out of the page gives the focus back no more by itself: that is done here. */
export function modal(dialog: HTMLDialogElement): () => void {
	const before = document.activeElement;
	dialog.showModal();
	return () => {
		dialog.close();
		const isLost = document.activeElement === document.body;
		if (isLost && before instanceof HTMLElement) before.focus({ preventScroll: true });
	};
}
