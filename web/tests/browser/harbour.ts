/** What is found, walked through by key and told of in several files: a person with a browser, and rooms with messages. */

import type { Browser } from 'playwright-core';
import { type Look, launch, Person, Server, type Writer } from './stage';

export class Harbour {
	private constructor(
		readonly server: Server,
		readonly browser: Browser,
		readonly mara: Writer,
		readonly rooms: Readonly<Record<string, string>>,
	) {}

	static async open(): Promise<Harbour> {
		const [server, browser] = await Promise.all([Server.start(), launch()]);
		const mara = await server.someone('mara');
		const rooms: Record<string, string> = {};
		for (const name of ['timetable', 'tide-tables', 'funding']) rooms[name] = await mara.room(name);
		return new Harbour(server, browser, mara, rooms);
	}

	async close(): Promise<void> {
		await this.server.stop();
	}

	/** Somebody who is in both rooms that are open. */
	async at(name: string, look: Look = {}): Promise<Person> {
		const person = await Person.in(this.browser, this.server.url, name, look);
		for (const room of ['tide-tables', 'timetable']) {
			await person.join(room);
			// Nothing in it is unread; a phone shows one thing at a time.
			const link = person.page.getByRole('link', { name: room, exact: true });
			if (!look.touch) await link.waitFor();
		}
		return person;
	}
}

/** Opens the palette, and types into it. */
export async function jump({ page }: Person, text = ''): Promise<void> {
	await page.keyboard.press('Control+k');
	await page.locator('.pal input:focus').waitFor();
	await page.keyboard.type(text);
}

/** What has the focus, by its name. */
export const focus = ({ page }: Person) =>
	page.evaluate(() => {
		const on = document.activeElement;
		return on?.getAttribute('aria-label') ?? on?.tagName ?? '';
	});
