/**
 * An attachment of a place in which what has the focus may go away, as a button does that is pressed: `next` has it then.
 * Else whoever goes by keys would begin at the page's first link again.
 */
export const handsOn = (next: () => HTMLElement | null) => (place: HTMLElement) => {
	let has: Element | null = null;
	place.addEventListener('focusin', ({ target }) => (has = target as Element));
	// What is taken out says so while it is there.
	place.addEventListener('focusout', ({ target }) =>
		queueMicrotask(() => {
			if (has === target && (target as Element).isConnected) has = null;
		}),
	);
	const changes = new MutationObserver(() => {
		if (!has || has.isConnected) return;
		has = null;
		if (document.activeElement === document.body) next()?.focus({ preventScroll: true });
	});
	changes.observe(place, { childList: true, subtree: true });
	return () => changes.disconnect();
};
