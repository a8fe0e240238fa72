/** Whether this browser is told of messages while the page is closed, by its push service. */

import type { Called, Http, Schema } from '../core/http';

const SUBSCRIPTIONS = '/api/v1/push/subscriptions';

export type PushState =
	/** This browser cannot, or the server does not push. */
	| 'none'
	/** The person has said no, in the browser's own settings. */
	| 'denied'
	| 'off'
	| 'on';

/** How it stands. */
export async function pushState(
	window: Window & typeof globalThis,
	http: Http,
): Promise<PushState> {
	const registration = await registered(window);
	if (!registration || !('PushManager' in window)) return 'none';
	const key = await pushKey(http);
	if (!key.ok) return 'none';
	if (window.Notification.permission === 'denied') return 'denied';
	const subscription = await registration.pushManager.getSubscription();
	if (!subscription) return 'off';
	// The server may have forgotten it: it lasts as long as the log-in by which it was made.
	const known = await subscriptions(http);
	return known.ok && known.value.subscriptions.some((one) => one.current) ? 'on' : 'off';
}

/** After a click: asks the person, subscribes, and tells the server. Why not, if it could not be; null if it is on. */
export async function pushOn(
	window: Window & typeof globalThis,
	http: Http,
	withText: boolean,
): Promise<'denied' | 'failed' | null> {
	const registration = await registered(window);
	const key = await pushKey(http);
	if (!registration || !key.ok) return 'failed';
	if ((await window.Notification.requestPermission()) !== 'granted') return 'denied';
	try {
		const subscription = await registration.pushManager.subscribe({
			userVisibleOnly: true,
			applicationServerKey: key.value.public_key,
		});
		const { endpoint, keys } = subscription.toJSON();
		const { p256dh = '', auth = '' } = keys ?? {};
		const said = await http.call('PUT', SUBSCRIPTIONS, {
			endpoint: endpoint ?? '',
			keys: { p256dh, auth },
			text: withText,
		});
		return said.ok ? null : 'failed';
	} catch {
		return 'failed';
	}
}

/** It is told no more; also the server forgets it. */
export async function pushOff(window: Window & typeof globalThis, http: Http): Promise<void> {
	const registration = await registered(window);
	const subscription = await registration?.pushManager.getSubscription();
	await subscription?.unsubscribe();
	const known = await subscriptions(http);
	const mine = known.ok ? known.value.subscriptions.find((one) => one.current) : undefined;
	if (mine) await unsubscribe(http, mine.id);
}

function pushKey(http: Http): Promise<Called<{ public_key: string }>> {
	return http.call('GET', '/api/v1/push');
}

export function subscriptions(http: Http): Promise<Called<Schema['Subscriptions']>> {
	return http.call('GET', SUBSCRIPTIONS);
}

export function unsubscribe(http: Http, id: string): Promise<Called<unknown>> {
	return http.call('DELETE', `${SUBSCRIPTIONS}/${id}`);
}

async function registered(window: Window): Promise<ServiceWorkerRegistration | undefined> {
	return window.navigator.serviceWorker?.getRegistration('/');
}
