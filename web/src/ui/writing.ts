/** What the composer has beside the field: one part, loaded when the first messages are there. */

export { Attaching } from '../app/attaching.svelte';
export { default as Tray } from './Tray.svelte';
export { default as Writing } from './Writing.svelte';
