import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults } from './looks';
import { type Look, launch, Person, Server, until } from './stage';

let server: Server;
let browser: Browser;
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launch()]);
});
afterAll(async () => {
	await server?.stop();
});

const at = (name: string, look: Look = {}) => Person.in(browser, server.url, name, look);

describe('people', () => {
	it('come in by a name, find each other’s room and talk', async () => {
		const ines = await at('ines', { clock: true });
		const jonas = await at('jonas', { clock: true });
		await ines.createByHand('timetable');
		await jonas.joinByHand('timetable');
		await ines.write('The sign is an **hour** out');
		await jonas.sees('The sign is an hour out');
		expect(await jonas.page.locator('.msg-body strong').innerText()).toBe('hour');
		await jonas.write('I see it too');
		await ines.sees('I see it too');

		// Typing, presence.
		const typing = ines.page.getByText('jonas is typing');
		await until('it is seen that somebody writes', async () => {
			await jonas.field.pressSequentially('a');
			return (await typing.count()) > 0;
		});
		await ines.passes(5);
		await ines.page.getByText('jonas is typing').waitFor({ state: 'detached' });
		await jonas.field.fill('');

		// A reply, a reaction, an edit, a deletion.
		await jonas.message('an hour out').hover();
		await jonas.page.getByRole('button', { name: 'Reply (R)' }).click();
		await jonas.write('Since when?');
		await ines.page.locator('.quote', { hasText: 'The sign is an hour out' }).waitFor();
		await ines.message('Since when').hover();
		await ines.page.getByRole('button', { name: 'React with 👍' }).click();
		await jonas.page.getByRole('button', { name: '👍 1: ines' }).waitFor();
		await jonas.page.getByRole('button', { name: '👍 1: ines' }).click();
		await ines.page.getByRole('button', { name: /👍 2/ }).waitFor();
		await jonas.field.press('ArrowUp');
		expect(await jonas.field.inputValue()).toBe('Since when?');
		await jonas.write('Since when exactly?');
		await ines.message('Since when exactly?').getByText('(edited)').waitFor();
		await jonas.message('I see it too').hover();
		await jonas.page.getByRole('button', { name: 'More actions (.)' }).click();
		await jonas.page.getByRole('menuitem', { name: 'Delete for all' }).click();
		await jonas.page
			.getByRole('dialog')
			.getByRole('button', { name: 'Delete', exact: true })
			.click();
		await jonas.passes(8);
		await ines.page.getByText('This message was deleted.').waitFor();
		await ines.hasSent();
		await jonas.hasSent();
		// Both see the same, in the same order.
		expect(await ines.reads()).toEqual(await jonas.reads());
		await ines.leave();
		await jonas.leave();
	});

	it('are told what a name may be', async () => {
		const eve = await Person.at(browser, server.url);
		await eve.page.getByLabel('A name').fill('Eve Example');
		await eve.page.keyboard.press('Enter');
		await eve.page.getByRole('alert').filter({ hasText: 'and no spaces' }).waitFor();
		await eve.page.getByLabel('A name').fill('eve');
		await eve.page.keyboard.press('Enter');
		await eve.page.getByText('Online', { exact: true }).waitFor();
		await eve.leave();
	});

	it('make a room by a button that stays where it is while rooms are found', async () => {
		const vera = await at('vera');
		const { page } = vera;
		for (const name of ['one', 'two', 'three']) await vera.create(`found-${name}`);
		// A room that was just made comes into the directory a moment later, and the dialog asks again only if it has none.
		await until('all are listed', async () => {
			const listed = await vera.context.request.get(`${server.url}/api/v1/directory?q=found`);
			return ((await listed.json()) as { rooms: object[] }).rooms.length === 3;
		});
		await page.getByRole('button', { name: 'Create or find a room' }).first().click();
		await page
			.getByRole('button', { name: /^Open found-/ })
			.nth(2)
			.waitFor();
		let answer = () => {};
		const held = new Promise<void>((resolve) => {
			answer = resolve;
		});
		await page.route('**/api/v1/directory?*', async (route) => {
			await held;
			await route.continue();
		});
		await page.getByLabel('Name, topic or description').fill('nowhere-yet');
		const button = page.getByRole('button', { name: 'Create #nowhere-yet' });
		const before = await button.boundingBox();
		answer();
		await page.getByText('No room called ‘nowhere-yet’').waitFor();
		expect(await button.boundingBox()).toEqual(before);
		await button.click();
		await vera.inRoom('nowhere-yet');
		await vera.leave();
	});

	it('see what is unread and who means them, and write to one alone', async () => {
		const mara = await at('mara');
		const yusuf = await at('yusuf');
		await mara.create('harbour');
		await yusuf.join('harbour');
		await mara.page.getByText('yusuf').first().waitFor();
		await yusuf.create('elsewhere');
		await mara.write('one');
		await mara.write('@yusuf two');
		await mara.write('three');
		const row = yusuf.page.getByRole('link', { name: /harbour/ });
		await until('it is counted', async () => /1 mention, 3 unread/.test(await row.innerText()));
		expect(await row.locator('.badge').innerText()).toBe('1');
		expect(await yusuf.page.title()).toBe('(1) Hearth');
		await yusuf.open('harbour');
		await yusuf.page.locator('.newline').waitFor();
		await yusuf.page.locator('.msg.mention', { hasText: '@yusuf two' }).waitFor();
		await until('it is read', async () => !/unread/.test(await row.innerText()));
		// The line does not go while one reads.
		await mara.write('four');
		await yusuf.sees('four');
		expect(await yusuf.page.locator('.newline').count()).toBe(1);

		await mara.page.getByRole('button', { name: 'New direct message' }).first().click();
		await mara.page.getByLabel('Name', { exact: true }).fill('yusuf');
		await mara.page.getByRole('button', { name: 'Write', exact: true }).click();
		await mara.inRoom('yusuf');
		await mara.write('between us');
		const direct = yusuf.page.getByRole('link', { name: /mara.*1 unread/ });
		await direct.waitFor();
		await yusuf.page.locator('.row .pres.on').first().waitFor();
		await direct.click();
		await yusuf.sees('between us');
		await mara.leave();
		await yusuf.leave();
	});

	it('see the files of a message, pictures in small, and open them', async () => {
		const ida = await at('ida');
		const room = await ida.create('pictures');
		const emil = await server.someone('emil');
		await emil.call('POST', `/api/v1/rooms/${room}/join`);
		const clip = { x: 0, y: 0, width: 720, height: 480 };
		const picture = new Uint8Array(await ida.page.screenshot({ clip }));
		const plan = new TextEncoder().encode('%PDF-1.4 of no use');
		const ids = [
			await emil.upload(room, 'desk.png', picture),
			await emil.upload(room, 'plan.pdf', plan),
		];
		const alt = 'a desk';
		const attachments = [{ id: ids[0], alt }, { id: ids[1] }];
		await emil.send(room, { kind: 'message', text: '', attachments });
		const shown = ida.page.getByRole('img', { name: alt });
		await shown.waitFor();
		// Its place is there before it is, and what is drawn in it is the thumbnail.
		const place = await shown.boundingBox();
		expect([place?.width, place?.height].map((side) => Math.round(side ?? 0))).toEqual([480, 320]);
		await until('the picture is there', () =>
			shown.evaluate((img: HTMLImageElement) => img.complete && img.naturalWidth === 640),
		);
		const link = ida.page.getByRole('link', { name: 'plan.pdf' });
		expect(await link.innerText()).toMatch(/18 B/);
		expect(await link.getAttribute('href')).toBe(`/files/${ids[1]}`);
		expect(await link.getAttribute('rel')).toBe('noopener');
		const opened = ida.context.waitForEvent('page');
		await ida.page.getByRole('link', { name: /desk\.png/ }).click();
		const page = await opened;
		await until('the picture itself is open', () =>
			page.evaluate(() => document.querySelector('img')?.naturalWidth === 720),
		);
		await page.close();
		await ida.shoot('files');
		await ida.leave();
	});

	it('add somebody to a private room, and leave', async () => {
		const kai = await at('kai');
		const owen = await at('owen');
		await kai.page.getByRole('button', { name: 'Create or find a room' }).first().click();
		await kai.page.getByLabel('Name, topic or description').fill('funding');
		await kai.page.getByLabel('Private').check();
		await kai.page.getByRole('button', { name: 'Create #funding' }).click();
		await kai.inRoom('funding');
		await kai.page.getByRole('button', { name: 'Room details' }).click();
		await kai.page.getByLabel('Their name').fill('nobody-here');
		await kai.page.getByRole('button', { name: 'Add somebody' }).click();
		await kai.page.getByText('There is nobody called ‘nobody-here’.').waitFor();
		await kai.page.getByLabel('Their name').fill('owen');
		await kai.page.getByRole('button', { name: 'Add somebody' }).click();
		await kai.page.getByText('owen was added.').waitFor();
		await kai.page.keyboard.press('Escape');
		await owen.open('funding');
		await owen.field.fill('not said in time');
		await owen.page.getByRole('button', { name: 'Room details' }).click();
		await owen.page.getByRole('button', { name: 'Leave room' }).click();
		await owen.page.getByRole('button', { name: 'Leave it' }).click();
		await owen.page.getByRole('link', { name: 'funding' }).waitFor({ state: 'detached' });
		await kai.page.getByText('owen left').waitFor();
		const kept = owen.page.getByRole('dialog', { name: 'Your words are kept' });
		await kept.getByText('You left #funding.').waitFor();
		await kept.getByText('not said in time', { exact: true }).waitFor();
		await kai.leave();
		await owen.leave();
	});

	it('are told where a link leads that is to a room they are not in, and join it if it is open', async () => {
		const una = await server.someone('una');
		const open = await una.room('tidings');
		await una.send(open, { kind: 'topic', topic: 'What the day brings' });
		const seq = await una.say(open, 'what the link is to');
		const shut = { name: 'closed-tidings', kind: 'private' };
		const key = { 'Idempotency-Key': crypto.randomUUID() };
		const { id } = await una.call<{ id: string }>('POST', '/api/v1/rooms', shut, key);
		const kit = await at('kit');
		const follow = (to: string) =>
			kit.page.evaluate((hash) => {
				location.hash = hash;
			}, `#/${to}`);
		await follow(id);
		await kit.page.getByText('This link leads to a room that you are not in.').waitFor();
		expect(await kit.page.getByText('closed-tidings').count()).toBe(0);
		// It may be so new that the directory has it a moment later.
		let isNew = true;
		await kit.page.route(`**/api/v1/directory?room=${open}`, async (route) => {
			if (isNew) await route.fulfill({ json: { rooms: [] } });
			else await route.continue();
			isNew = false;
		});
		await follow(`${open}/${seq}`);
		await kit.page.getByRole('heading', { level: 2, name: 'tidings' }).waitFor();
		await kit.page.getByText('What the day brings').waitFor();
		await kit.shoot('elsewhere');
		expect(await faults(kit)).toEqual([]);
		await kit.page.getByRole('button', { name: 'Join', exact: true }).click();
		await kit.inRoom('tidings');
		await kit.page.locator(`article[data-seq="${seq}"]:focus`).waitFor();
		expect(kit.page.url()).toContain(`#/${open}/${seq}`);
		await kit.leave();
	});

	it('come in by two tabs, of which neither disturbs the other', async () => {
		const one = await at('tomas');
		const room = await one.create('two-tabs');
		const two = await one.tab();
		await two.open('two-tabs');
		for (let turn = 0; turn < 5; turn += 1) {
			for (const [tab, name] of [
				[one, 'one'],
				[two, 'two'],
			] as const) {
				await tab.write(`${name} ${turn}`);
				// Both have one draft: nobody writes in the other before it has gone.
				await until('the draft has gone', async () => {
					const fields = [await one.field.inputValue(), await two.field.inputValue()];
					return [...fields, ...(await tab.kept()).drafts].every((text) => text === '');
				});
			}
		}
		await one.hasSent();
		await two.hasSent();
		const expected = Array.from({ length: 5 }, (_, turn) => [`one ${turn}`, `two ${turn}`])
			.flat()
			.sort();
		for (const tab of [one, two]) {
			await until('both have all of it', async () => (await tab.reads()).length === 10);
			expect([...(await tab.reads())].sort()).toEqual(expected);
			expect((await tab.reads()).filter((text) => text.startsWith('one'))).toEqual(
				expected.filter((text) => text.startsWith('one')),
			);
		}
		expect(room).toMatch(/^[0-9a-f-]{36}$/);
		expect(two.faults).toEqual([]);
		await one.leave();
	});
});

describe('a room in which much was said', () => {
	it('says that something new is out of sight, leads to it, and lets it be read', async () => {
		const kim = await server.someone('kim');
		const room = await kim.room('busy');
		const reader = await at('busy-reader');
		await reader.join('busy');
		await reader.page.getByText('This is the very beginning of #busy').waitFor();
		await reader.create('aside');
		await kim.flood(room, 130, (n) => `news ${n}`);
		await reader.page.getByRole('link', { name: /busy.*130 unread/ }).click();
		await reader.page.getByText('130 new', { exact: true }).waitFor();
		await reader.page.getByRole('button', { name: 'Jump to first' }).click();
		await until('the line is in sight', () =>
			reader.page.evaluate(() => {
				const top = document.querySelector('.newline')?.getBoundingClientRect().top ?? -1;
				return top > 60 && top < 600;
			}),
		);
		await reader.page.getByRole('button', { name: 'Jump to latest' }).click();
		// All of it has been on the screen, and it is as many as it was.
		await reader.page.getByRole('link', { name: 'busy', exact: true }).waitFor();
		await reader.page.getByText('130 new', { exact: true }).waitFor();
		await reader.page.getByRole('button', { name: 'Mark read' }).click();
		await reader.page.getByText('130 new', { exact: true }).waitFor({ state: 'detached' });
		await reader.page.getByRole('link', { name: 'busy', exact: true }).waitFor();
		await reader.page.getByRole('button', { name: 'Undo' }).click();
		await reader.page.getByText('130 new', { exact: true }).waitFor();
		await reader.leave();
	});

	it('is marked read with all others and their threads, which can be undone', async () => {
		const lou = await server.someone('lou');
		const [one, two] = [await lou.room('first-of-all'), await lou.room('second-of-all')];
		const reader = await at('all-reader');
		await reader.join('first-of-all');
		await reader.write('what a thread begins with');
		await reader.hasSent();
		const root = await reader.message('what a thread begins with').getAttribute('data-seq');
		await reader.join('second-of-all');
		await reader.create('quiet');
		await lou.say(one, 'new in the first');
		await lou.say(two, 'new in the second');
		const thread = { root: Number(root) };
		await lou.send(one, { kind: 'message', text: 'new in the thread', thread });
		const both = async (name: (room: string) => RegExp) => {
			for (const room of ['first-of-all', 'second-of-all'])
				await reader.page.getByRole('link', { name: name(room) }).waitFor();
		};
		const unread = (room: string) => new RegExp(`^${room}.*1 unread$`);
		const read = (room: string) => new RegExp(`^${room}$`);
		await both(unread);
		const threads = reader.page.getByRole('button', { name: /^Threads/ });
		const inThreads = (text: string) =>
			until(`threads say: ${text}`, async () => (await threads.innerText()).includes(text));
		await inThreads('with something new');
		await reader.page.keyboard.press('Control+k');
		await reader.page.locator('.pal input:focus').fill('>mark everything');
		await reader.page.keyboard.press('Enter');
		await both(read);
		await until('of threads as well', async () => !/new/.test(await threads.innerText()));
		await reader.page.getByRole('button', { name: 'Undo' }).click();
		await both(unread);
		await inThreads('with something new');
		await reader.leave();
	});
});
