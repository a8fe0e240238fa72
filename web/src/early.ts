/**
 * What the page itself carries, and runs before anything is drawn: it is in the language and looks as it was chosen, and
 * shows what will stand there while the client is on its way: the frame of the chat where somebody is signed in, else the
 * gate. The first that the client draws takes its place; if the client does not come, that is said.
 */

import { applyLooks, keptHere, read } from './looks';
import { choose } from './words/chosen';

const kept = keptHere(window);
const root = document.documentElement;
root.lang = choose(read(kept, 'language'), navigator.languages);
root.dir = root.lang === 'ar' ? 'rtl' : 'ltr';
applyLooks(root, kept);
document.addEventListener('readystatechange', show, { once: true });
addEventListener('error', failed, true);

/** The client's script did not come, or cannot be run here. */
function failed(event: Event): void {
	const from = (event.target as HTMLScriptElement).src ?? (event as ErrorEvent).filename;
	if (!from?.startsWith(`${location.origin}/assets/`)) return;
	const button = document.createElement('button');
	button.textContent = {
		en: 'Hearth could not be loaded. Try again',
		de: 'Hearth wurde nicht geladen. Noch einmal versuchen',
		es: 'No se pudo cargar Hearth. Reintentar',
		ar: 'تعذّر تحميل Hearth. أعد المحاولة',
	}[root.lang] as string;
	button.onclick = () => location.reload();
	document.body.replaceChildren(button);
}

function show(): void {
	const early = document.querySelectorAll<HTMLElement>('.early');
	const [gate, chat] = early;
	const { hash } = location;
	if (read(kept, 'in') === null || /^#(first|reset|mail|invitation=.{41})/.test(hash)) {
		gate?.removeAttribute('hidden');
	} else if (chat && !/^#\/(settings|admin)/.test(hash)) {
		// As it is laid out: one pane on a phone, and without the list of rooms where that is put away.
		const isPhone = matchMedia('(max-width: 720px)').matches;
		const isInRoom = hash.length > 2;
		if (isPhone && !isInRoom) chat.querySelector('.conv')?.remove();
		else if (isPhone || read(kept, 'side') === 'hidden') {
			chat.querySelector('.side')?.remove();
			chat.querySelector('.shell')?.classList.add('sideless');
		}
		// There is one drawing of the mark, where the gate has it.
		const brand = gate?.querySelector('svg');
		if (brand) chat.querySelector('.org')?.prepend(brand);
		chat.hidden = false;
	}
	const app = document.getElementById('app');
	const observer = new MutationObserver(() => {
		if (!app?.querySelector(':scope > :not(p.lazy)')) return;
		for (const one of early) one.remove();
		observer.disconnect();
		removeEventListener('error', failed, true);
	});
	if (app) observer.observe(app, { childList: true });
}
