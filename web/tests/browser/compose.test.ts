import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOOKS, pictured, screenOf } from './looks';
import { launch, Network, Person, Server, until, type Writer } from './stage';

let server: Server;
let browser: Browser;
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launch()]);
});
afterAll(async () => {
	await server?.stop();
});

/** Somebody in a room of their own, and another who is in it without a browser. */
async function two(
	name: string,
	url = server.url,
): Promise<{ person: Person; other: Writer; room: string }> {
	const person = await Person.in(browser, url, name);
	const room = await person.create(`room-${name}`);
	const other = await server.someone(`other-${name}`);
	await other.call('POST', `/api/v1/rooms/${room}/join`);
	await person.page.locator('.composer .around').waitFor({ state: 'attached' });
	return { person, other, room };
}

/** The messages of a room, as the log has them. */
async function bodies(other: Writer, room: string): Promise<Record<string, unknown>[]> {
	const { events } = await other.call<{ events: { body: Record<string, unknown> }[] }>(
		'GET',
		`/api/v1/rooms/${room}/events?limit=200`,
	);
	return events.map(({ body }) => body).filter(({ kind }) => kind === 'message');
}

async function picture(person: Person, width = 720, height = 480): Promise<Buffer> {
	return person.page.screenshot({ clip: { x: 0, y: 0, width, height } });
}

const attach = (person: Person) => person.page.getByRole('button', { name: 'Attach files' });

async function pick(
	person: Person,
	files: { name: string; mimeType: string; buffer: Buffer }[],
): Promise<void> {
	const chooser = person.page.waitForEvent('filechooser');
	await attach(person).click();
	await (await chooser).setFiles(files);
	// Until they are there what is written goes without them.
	await person.page.locator('.tray').waitFor();
}

const text = (name: string, size: number) => ({
	name,
	mimeType: 'text/plain',
	buffer: Buffer.alloc(size, 'x'),
});

/** A drop or a paste, as the browser tells it. */
async function give(
	person: Person,
	kind: 'drop' | 'paste',
	what: { text?: string; file?: string },
): Promise<void> {
	await person.page.evaluate(
		([kind, what]) => {
			const data = new DataTransfer();
			if (what.text !== undefined) data.setData('text/plain', what.text);
			if (what.file) data.items.add(new File(['some words'], what.file, { type: 'text/plain' }));
			const field = document.querySelector('.cmp textarea') as HTMLTextAreaElement;
			const init = { bubbles: true, cancelable: true };
			if (kind === 'paste') {
				field.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }));
				return;
			}
			const feed = document.querySelector('[role="feed"]') as HTMLElement;
			for (const type of ['dragenter', 'dragover'])
				feed.dispatchEvent(new DragEvent(type, { ...init, dataTransfer: data }));
		},
		[kind, what] as const,
	);
	if (kind !== 'drop') return;
	await person.page.getByText('Drop files to attach them').waitFor();
	await person.page.evaluate((name) => {
		const data = new DataTransfer();
		data.items.add(new File(['some words'], name ?? '', { type: 'text/plain' }));
		const feed = document.querySelector('[role="feed"]') as HTMLElement;
		const init = { bubbles: true, cancelable: true, dataTransfer: data };
		feed.dispatchEvent(new DragEvent('drop', init));
	}, what.file);
}

describe('files', () => {
	it('are picked, described, sent when they are whole, and looked at', async () => {
		const { person, other, room } = await two('ida');
		const { page } = person;
		await pick(person, [
			{ name: 'pier.png', mimeType: 'image/png', buffer: await picture(person) },
			{ name: 'sign.png', mimeType: 'image/png', buffer: await picture(person, 300, 300) },
			text('wording.txt', 1_234),
		]);
		const tray = page.getByRole('list', { name: 'Attach files' });
		await until(
			'all are whole',
			async () => (await tray.getByText('Add a description').count()) === 3,
		);
		await tray.getByText('Add a description').first().click();
		await page.getByLabel('What is to be seen in pier.png').fill('the pier at dusk');
		await page.keyboard.press('Enter');
		await tray.getByRole('button', { name: 'the pier at dusk' }).waitFor();
		await page.getByRole('button', { name: 'Remove wording.txt' }).click();
		await pick(person, [text('final.txt', 2_000)]);
		await until(
			'it is whole',
			async () => (await tray.getByText('Add a description').count()) === 2,
		);
		await person.write('Three signs');
		await person.sees('Three signs');
		await person.hasSent();
		await until('the tray is gone', async () => (await tray.count()) === 0);
		const [body] = await bodies(other, room);
		expect(body).toMatchObject({
			text: 'Three signs',
			attachments: [
				{ name: 'pier.png', type: 'image/png', width: 720, alt: 'the pier at dusk' },
				{ name: 'sign.png', width: 300 },
				{ name: 'final.txt', size: 2_000 },
			],
		});
		// In a box of its final size, which opens.
		const box = await page.locator('.pic').first().boundingBox();
		expect([box?.width, box?.height].map((side) => Math.round(side ?? 0))).toEqual([480, 320]);
		await page.getByRole('button', { name: 'the pier at dusk' }).click();
		const viewer = page.getByRole('dialog', { name: 'Pictures' });
		await viewer.getByText('1 of 2').waitFor();
		await viewer.getByRole('img', { name: 'the pier at dusk' }).waitFor();
		await page.keyboard.press('ArrowRight');
		await viewer.getByText('2 of 2').waitFor();
		await page.keyboard.press('ArrowRight');
		await viewer.getByText('1 of 2').waitFor();
		await page.keyboard.press('Escape');
		await viewer.waitFor({ state: 'detached' });
		expect(await page.evaluate(() => document.activeElement?.className)).toContain('view');
		expect(
			await page.getByRole('link', { name: /Download final\.txt/ }).getAttribute('download'),
		).toBe('final.txt');
		await person.leave();
	});

	it('are dropped over the conversation, pasted, and bounded in their number', async () => {
		const { person } = await two('ole');
		const { page } = person;
		await give(person, 'drop', { file: 'dropped.txt' });
		await give(person, 'paste', { file: 'pasted.txt' });
		for (const name of ['dropped.txt', 'pasted.txt'])
			await page.getByRole('button', { name: `Remove ${name}` }).waitFor();
		expect(await page.locator('.drop').count()).toBe(0);
		await pick(
			person,
			Array.from({ length: 9 }, (_, at) => text(`${at}.txt`, 10)),
		);
		await page.getByText('A message takes 10 files. The rest were left out.').waitFor();
		expect(await page.locator('.tray li').count()).toBe(10);
		await person.leave();
	});

	it('go on after the network was cut, while the message waits and others are written', async () => {
		const network = await Network.to(server);
		const { person, other, room } = await two('uma', network.url);
		const { page } = person;
		// The field has what it needs before the network goes.
		await pick(person, [text('first.txt', 10)]);
		await page.getByRole('button', { name: 'Remove first.txt' }).click();
		network.cut();
		await pick(person, [text('long.txt', 3_500_000), text('short.txt', 20)]);
		await page.getByText('Goes on when the connection is back').first().waitFor();
		await page.getByText('Sends when the upload is done. You can go on writing.').waitFor();
		await person.write('here are the files');
		await person.write('and a word before them');
		await person.sees('here are the files');
		expect(await page.locator('.tray').count()).toBe(0);
		network.mend();
		await person.isToldOfNetwork();
		await until('both are there', async () => (await bodies(other, room)).length === 2, 60_000);
		expect(await bodies(other, room)).toMatchObject([
			{ text: 'and a word before them' },
			{
				text: 'here are the files',
				attachments: [
					{ name: 'long.txt', size: 3_500_000 },
					{ name: 'short.txt', size: 20 },
				],
			},
		]);
		await person.hasSent();
		expect((await person.reads()).filter((said) => said === 'here are the files')).toHaveLength(1);
		await person.leave();
		network.close();
	});

	it('that the server will not take fail their message with the reason, and come back with its words', async () => {
		const { person, other, room } = await two('sam');
		const { page, field } = person;
		let answer = () => {};
		const told = new Promise<void>((resolve) => {
			answer = resolve;
		});
		await page.route('**/api/v1/uploads', async (route) => {
			await told;
			await route.fulfill({
				status: 413,
				json: { code: 'too_large', message: 'It is too large.' },
			});
		});
		await pick(person, [text('big.txt', 900)]);
		await person.write('with a big one');
		await person.sees('with a big one');
		expect(await field.inputValue()).toBe('');
		answer();
		await page.getByText('Couldn’t send: big.txt: It is too large.').waitFor();
		await page.locator('.msg-note').getByRole('button', { name: 'Edit' }).click();
		await until('it is back', async () => (await field.inputValue()) === 'with a big one');
		await page.getByRole('button', { name: 'Remove big.txt' }).click();
		await field.press('Enter');
		await until('it is there', async () => (await bodies(other, room)).length === 1);
		const [body] = await bodies(other, room);
		expect(body?.attachments).toBeUndefined();
		await person.leave();
	});

	it('that are larger than the server says are refused at once, with how large one may be', async () => {
		const { person, other, room } = await two('gus');
		const { page } = person;
		await page.route('**/api/v1/me', async (route) => {
			const answer = await route.fetch();
			const me = (await answer.json()) as object;
			await route.fulfill({ json: { ...me, file_bytes_max: 1_000 } });
		});
		const begun: string[] = [];
		page.on('request', (request) => {
			if (request.url().endsWith('/api/v1/uploads')) begun.push(request.postData() ?? '');
		});
		await pick(person, [text('huge.txt', 1_001), text('fits.txt', 1_000)]);
		await page.getByText('Larger than 1 KB, the most that this server takes.').waitFor();
		await page.getByText('Add a description').waitFor();
		await page.getByRole('button', { name: 'Remove huge.txt' }).click();
		await person.field.press('Enter');
		await until('it is there', async () => (await bodies(other, room)).length === 1);
		expect(begun.map((body) => JSON.parse(body).name)).toEqual(['fits.txt']);
		await person.leave();
	});

	it('that were whole are in the draft after a reload; the others are to be picked again', async () => {
		const network = await Network.to(server);
		const { person, other, room } = await two('eva', network.url);
		const { page } = person;
		await pick(person, [text('whole.txt', 30)]);
		await page.getByText('Add a description').waitFor();
		await until('it is kept', async () => (await person.kept()).drafts.some((_, at) => at === 0));
		await page.reload();
		await page.getByText('Add a description').waitFor();
		network.cut();
		await pick(person, [text('half.txt', 30)]);
		await page.getByText('Goes on when the connection is back').waitFor();
		await person.write('both of them');
		await person.sees('both of them');
		network.mend();
		await page.reload();
		await person.inRoom('room-eva');
		await until(
			'the words are back',
			async () => (await person.field.inputValue()) === 'both of them',
		);
		await page.getByText('Not finished when the page was closed.').waitFor();
		await person.field.press('Enter');
		await page.getByText('See to half.txt first').waitFor();
		const chooser = page.waitForEvent('filechooser');
		await page.getByRole('button', { name: 'Pick it again' }).click();
		await (await chooser).setFiles([text('half.txt', 40)]);
		await page.getByText('Not finished when the page was closed.').waitFor({ state: 'detached' });
		await person.field.press('Enter');
		await until('it is there', async () => (await bodies(other, room)).length === 1);
		expect(await bodies(other, room)).toMatchObject([
			{
				text: 'both of them',
				attachments: [{ name: 'whole.txt' }, { name: 'half.txt', size: 40 }],
			},
		]);
		await person.leave();
		network.close();
	});
});

describe('while writing', () => {
	it('people, rooms and emoji are completed by key, and people meant by their id', async () => {
		const { person, other, room } = await two('nia');
		const { page, field } = person;
		await field.pressSequentially('ask @oth');
		const list = page.getByRole('listbox', { name: 'People' });
		await list.waitFor();
		const option = list.getByRole('option', { name: /other-nia/ });
		expect(await field.getAttribute('aria-activedescendant')).toBe(await option.getAttribute('id'));
		expect(await option.innerText()).toContain('in this room');
		await field.press('Escape');
		await list.waitFor({ state: 'detached' });
		expect(await field.getAttribute('aria-activedescendant')).toBeNull();
		expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
		await field.pressSequentially(' @oth');
		await list.waitFor();
		await field.press('Enter');
		expect(await field.inputValue()).toBe('ask @oth @other-nia ');
		await field.pressSequentially('in #room-n');
		await page.getByRole('listbox', { name: 'Rooms' }).waitFor();
		await field.press('Tab');
		await field.pressSequentially(':tad');
		await page.getByRole('listbox', { name: 'Emoji' }).waitFor();
		await field.press('Tab');
		expect(await field.inputValue()).toBe('ask @oth @other-nia in #room-nia 🎉 ');
		await field.press('Enter');
		await until('it is there', async () => (await bodies(other, room)).length === 1);
		// All of it can be taken back as it was typed.
		await field.pressSequentially('@room');
		await page.getByRole('listbox', { name: 'People' }).waitFor();
		await field.pressSequentially(' look');
		await field.press('Enter');
		await until('it is there', async () => (await bodies(other, room)).length === 2);
		expect(await bodies(other, room)).toMatchObject([
			{ mentions: { users: [other.id] } },
			{ text: '@room look', mentions: { everyone: 'room' } },
		]);
		await person.leave();
	});

	it('marks come by key, links and tables by pasting, and can be undone', async () => {
		const { person } = await two('lea');
		const { page, field } = person;
		await field.fill('one two');
		await field.press('Shift+Home');
		await field.press('Control+b');
		expect(await field.inputValue()).toBe('**one two**');
		await field.press('Control+b');
		expect(await field.inputValue()).toBe('one two');
		await field.press('Control+i');
		await field.press('Control+z');
		expect(await field.inputValue()).toBe('one two');
		await field.press('Control+a');
		await give(person, 'paste', { text: 'https://example.org/pier' });
		expect(await field.inputValue()).toBe('[one two](https://example.org/pier)');
		await field.fill('');
		await give(person, 'paste', { text: 'Stop\tTime\nArdvoe\t07:40' });
		expect(await field.inputValue()).toBe('| Stop | Time |\n| --- | --- |\n| Ardvoe | 07:40 |\n');
		await field.press('Enter');
		await page.getByRole('cell', { name: 'Ardvoe' }).waitFor();
		await page.evaluate(() => localStorage.setItem('hearth.send', 'mod'));
		await field.pressSequentially('two');
		await field.press('Enter');
		await field.pressSequentially('lines');
		expect(await field.inputValue()).toBe('two\nlines');
		await field.press('Control+Enter');
		await person.sees('two');
		expect(await field.inputValue()).toBe('');
		await person.leave();
	});

	it('an edit interrupts what is being written, which goes on after it', async () => {
		const { person } = await two('kim');
		const { page, field } = person;
		await person.write('first');
		await person.hasSent();
		await field.press('ArrowUp');
		expect(await field.inputValue()).toBe('first');
		// What was rewritten is given up by its button alone; an edit of nothing by Escape as well.
		await field.fill('first, rewritten');
		await field.press('Escape');
		await page.locator('article:focus').waitFor();
		expect(await field.inputValue()).toBe('first, rewritten');
		await page.getByRole('button', { name: 'Stop' }).click();
		expect(await field.inputValue()).toBe('');
		await field.press('ArrowUp');
		await field.press('Escape');
		expect(await field.inputValue()).toBe('');
		await field.fill('half a thought');
		await page.locator('article', { hasText: 'first' }).focus();
		await page.keyboard.press('e');
		await until('it is edited', async () => (await field.inputValue()) === 'first');
		await field.fill('first, mended');
		await field.press('Enter');
		await person.sees('first, mended');
		expect(await field.inputValue()).toBe('half a thought');
		await field.fill('ä'.repeat(8_198));
		await page.getByText('6 too many. Send it as a file, or shorten it.').waitFor();
		await page.getByRole('button', { name: 'Send as file' }).click();
		await page.getByRole('button', { name: /message\.md/ }).waitFor();
		await person.leave();
	});

	it('Enter is a new line for whom Ctrl with Enter sends, from the first key on', async () => {
		const { person, other, room } = await two('moa');
		const { page, field } = person;
		await page.evaluate(() => localStorage.setItem('hearth.send', 'mod'));
		await page.route('**/assets/writing-*', () => {});
		await page.reload();
		await person.inRoom('room-moa');
		await field.pressSequentially('one');
		await field.press('Enter');
		await field.pressSequentially('two');
		expect(await field.inputValue()).toBe('one\ntwo');
		await field.press('Control+Enter');
		await until('it is sent', async () => (await bodies(other, room)).length === 1);
		expect(await bodies(other, room)).toMatchObject([{ text: 'one\ntwo' }]);
		await person.leave();
	});

	it('emoji are found and picked by key, and a few alone are shown large', async () => {
		const { person } = await two('pia');
		const { page, field } = person;
		await field.fill('on the ');
		await page.getByRole('button', { name: 'Insert an emoji' }).click();
		const picker = page.getByRole('dialog', { name: 'Emoji' });
		await picker.getByLabel('Search emoji').fill('ferry');
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Enter');
		await picker.waitFor({ state: 'detached' });
		expect(await field.inputValue()).toBe('on the ⛴️');
		await field.fill('');
		await page.getByRole('button', { name: 'Insert an emoji' }).press('Enter');
		// What was used last comes first, and Escape leads back.
		expect(await picker.locator('.emo button').first().textContent()).toBe('⛴️');
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('ArrowRight');
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('ArrowDown');
		const shown = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
		expect(shown).toBe('upside down');
		await page.keyboard.press('Escape');
		await picker.waitFor({ state: 'detached' });
		expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
		await person.write('🎉 ⛴️');
		const big = page.locator('.big-emoji');
		await big.waitFor();
		expect(await big.evaluate((one) => getComputedStyle(one).fontSize)).toBe('28px');
		await person.leave();
	});

	it('code comes in colours that move nothing, folded where it is long, and is copied', async () => {
		const { person, other, room } = await two('rob');
		const { page } = person;
		await person.context.grantPermissions(['clipboard-read', 'clipboard-write']);
		await other.say(room, '```rust\nlet a = 1; // one\n```');
		await page.locator('.code .com', { hasText: '// one' }).waitFor();
		const plain = await page.locator('.code pre').evaluate((pre) => {
			const before = pre.getBoundingClientRect().height;
			const plain = pre.textContent;
			pre.textContent = plain;
			return [before, pre.getBoundingClientRect().height];
		});
		expect(plain[0]).toBe(plain[1]);
		const lines = Array.from({ length: 120 }, (_, at) => `let line = ${at};`).join('\n');
		await other.say(room, `\`\`\`js\n${lines}\n\`\`\``);
		const more = page.getByRole('button', { name: 'Show all 120 lines' });
		await more.waitFor();
		expect(await page.getByText('let line = 23;').count()).toBe(1);
		const long = page.locator('.code', { hasText: 'line = 0;' });
		expect(await long.locator('code').innerText()).not.toContain('line = 24;');
		await long.getByRole('button', { name: 'Copy code' }).click();
		await long.getByRole('button', { name: 'Copied' }).waitFor();
		expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(lines);
		await more.click();
		await page.getByRole('button', { name: 'Show fewer lines' }).waitFor();
		expect(await long.locator('code').innerText()).toContain('line = 119;');
		await person.leave();
	});
});

describe('a draft', () => {
	it('is the same on all devices, comes back on none once it is sent, and loses to no other', async () => {
		const { person: desk, other, room } = await two('yara');
		const phone = await Person.in(browser, server.url, 'yara');
		await phone.open('room-yara');
		await desk.field.fill('half a thought');
		await until('it is told', async () => {
			const { own } = await desk.page.evaluate(async () => {
				const said = await fetch('/api/v1/own?kinds=draft');
				return (await said.json()) as { own: { text: string }[] };
			});
			return own[0]?.text === 'half a thought';
		});
		const look = (person: Person) =>
			person.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
		await until('it is on the other', async () => {
			await look(phone);
			return (await phone.field.inputValue()) === 'half a thought';
		});
		await phone.field.press('End');
		await phone.field.pressSequentially(' and the rest');
		await phone.field.press('Enter');
		await until('it is sent', async () => (await bodies(other, room)).length === 1);
		await until('it is gone from the first', async () => {
			await look(desk);
			return (await desk.field.inputValue()) === '';
		});
		// Both write without hearing of each other.
		await desk.context.setOffline(true);
		await desk.field.fill('from the desk');
		await phone.field.fill('from the phone');
		await until('it is told', async () => {
			const { own } = await phone.page.evaluate(async () => {
				const said = await fetch('/api/v1/own?kinds=draft');
				return (await said.json()) as { own: { text: string }[] };
			});
			return own[0]?.text === 'from the phone';
		});
		await desk.context.setOffline(false);
		await desk.page.getByText('Written on another device:').waitFor();
		expect(await desk.field.inputValue()).toBe('from the desk');
		await desk.page.getByRole('button', { name: 'Add it here' }).click();
		expect(await desk.field.inputValue()).toBe('from the desk\nfrom the phone');
		await desk.leave();
		await phone.leave();
	});

	it('is scheduled, changed, sent early, or given up', async () => {
		const { person, other, room } = await two('zoe');
		const { page, field } = person;
		const later = page.getByRole('button', { name: 'Send later' });
		await field.fill('good morning');
		await later.click();
		await page.getByRole('menuitem', { name: 'Tomorrow at 9:00' }).click();
		await page.getByText('Goes out tomorrow 09:00.').waitFor();
		expect(await field.inputValue()).toBe('');
		await field.fill('in a while');
		await later.press('Enter');
		await page.keyboard.press('Enter');
		await until('it is taken', async () => (await field.inputValue()) === '');
		await later.click();
		await page.getByText('Write something, and it can be sent later.').waitFor();
		await page.getByRole('button', { name: 'What is scheduled' }).click();
		const panel = page.getByRole('complementary', { name: 'Scheduled' });
		const items = panel.locator('li');
		await until('both are listed', async () => (await items.count()) === 2);
		expect(await items.first().innerText()).toContain('in a while');
		await items.first().getByRole('button', { name: 'Change' }).click();
		await panel.getByLabel('Message').fill('in a good while');
		await panel.getByRole('button', { name: 'Save', exact: true }).click();
		await panel.getByText('in a good while').waitFor();
		await items.first().getByRole('button', { name: 'Send now' }).click();
		await person.sees('in a good while');
		await until('one is left', async () => (await items.count()) === 1);
		await items.first().getByRole('button', { name: 'Cancel it' }).click();
		await panel.getByText('Nothing is scheduled.').waitFor();
		expect(await bodies(other, room)).toMatchObject([{ text: 'in a good while' }]);
		await field.fill('too soon');
		await later.click();
		await page.getByRole('menuitem', { name: 'Pick date and time' }).click();
		await page.getByLabel('When to send it').fill('2020-01-01T09:00');
		await page.getByRole('button', { name: 'Schedule', exact: true }).click();
		await page.getByText('Pick a time at least a minute from now, and within a year.').waitFor();
		expect(await field.inputValue()).toBe('too soon');
		await person.leave();
	});
});

describe.each(LOOKS)('the composer in $name', (look) => {
	it('is without a fault that axe finds in each of its states', async () => {
		const ines = `ines-${look.name}`;
		const mara = await server.someone(`mara-${look.name}`);
		const room = await mara.room(`t-${look.name}`.slice(0, 25));
		const person = await Person.in(browser, server.url, ines, look);
		const { page, field } = person;
		await person.join(`t-${look.name}`.slice(0, 25));
		for (const name of ['haruka', 'hana', 'hamid']) {
			const one = await server.someone(`${name}-${look.name}`);
			await one.call('POST', `/api/v1/rooms/${room}/join`);
		}
		await person.page.locator('.composer .around').waitFor({ state: 'attached' });
		const screen = (name: string) => screenOf(person, look, `compose-${name}`);
		await mara.say(
			room,
			'```rust\n// the pier\'s own clock decides, not the server\'s\nlet label = departure.at\n    .with_timezone(&stop.zone)\n    .format("%H:%M");\n```',
		);
		const shot = await page.screenshot({ clip: { x: 0, y: 0, width: 390, height: 260 } });
		const id = await mara.upload(room, 'skerry-pier.png', new Uint8Array(shot));
		const pdf = new TextEncoder().encode('%PDF-1.4 of no use');
		const paper = await mara.upload(room, 'signs-winter-wording.pdf', pdf);
		await mara.send(room, {
			kind: 'message',
			text: 'Tried it.',
			attachments: [{ id, alt: 'The sign at Skerry' }, { id: paper }],
		});
		await mara.say(room, '🎉⛴️');
		await page.getByRole('img', { name: 'The sign at Skerry' }).waitFor();
		await page.locator('.code .com').waitFor();
		await screen('shown');
		await page.getByRole('button', { name: 'The sign at Skerry' }).click();
		await page.getByRole('dialog').waitFor();
		await screen('viewer');
		if (!look.touch) await pictured(person, 'compose-viewer');
		await page.keyboard.press('Escape');
		await field.pressSequentially('Good to go, @ha');
		await page.getByRole('listbox').waitFor();
		await screen('mention');
		await field.press('Escape');
		await page.getByRole('button', { name: 'Insert an emoji' }).click();
		const sections = page.getByRole('dialog', { name: 'Emoji' }).locator('.section');
		await sections.nth(8).waitFor({ state: 'attached' });
		await screen('emoji');
		await page.keyboard.press('Escape');
		await page.getByRole('button', { name: 'Send later' }).click();
		await screen('later');
		await page.getByRole('menuitem', { name: 'Tomorrow at 9:00' }).click();
		await until('it is taken', async () => (await field.inputValue()) === '');
		await page.route('**/api/v1/uploads', async (route) => {
			const { name } = route.request().postDataJSON() as { name: string };
			if (name !== 'innis.mov') return route.continue();
			return route.fulfill({
				status: 413,
				json: { code: 'too_large', message: 'No room for it.' },
			});
		});
		await page.route('**/api/v1/uploads/*', (route) =>
			route.request().postDataBuffer()?.length === 1024 * 1024 ? undefined : route.continue(),
		);
		await pick(person, [
			{ name: 'skerry-new.png', mimeType: 'image/png', buffer: shot },
			text('ardvoe.pdf', 3_000_000),
			text('innis.mov', 900),
		]);
		await field.fill('All three signs, with the new wording');
		await page.getByText('Add a description').waitFor();
		await page.getByText('No room for it.').waitFor();
		await screen('tray');
		await page.getByRole('button', { name: 'Remove innis.mov' }).click();
		await page.getByRole('button', { name: 'Cancel ardvoe.pdf' }).click();
		await page.getByRole('button', { name: 'Remove skerry-new.png' }).click();
		await field.fill('x');
		await page.getByRole('button', { name: 'Send later' }).click();
		await page.getByRole('menuitem', { name: 'What is scheduled' }).click();
		await page.getByText('Good to go').first().waitFor();
		await screen('scheduled');
		if (!look.touch) await pictured(person, 'compose-scheduled');
		await page.getByRole('button', { name: look.touch ? 'Back to rooms' : 'Close' }).click();
		await mara
			.call('PATCH', `/api/v1/rooms/${room}`, { archived: true })
			.catch(() => mara.send(room, { kind: 'archive', on: true }));
		await page.getByText('This room is archived.').waitFor();
		await screen('closed');
		await page.setViewportSize({ width: 320, height: 640 });
		expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(
			true,
		);
		await page.unrouteAll({ behavior: 'ignoreErrors' });
		await person.leave();
	});
});
