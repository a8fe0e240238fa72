/** Where the page begins, and the worker that its tabs share. */

import { mount } from 'svelte';
import './tokens.css';
import './style.css';
import { App } from './app.svelte';
import Root from './ui/Root.svelte';
import { isWorker, serve } from './worker';

if (isWorker()) {
	serve(globalThis as Parameters<typeof serve>[0]);
} else {
	const target = document.getElementById('app');
	if (target) mount(Root, { target, props: { app: new App() } });
}
