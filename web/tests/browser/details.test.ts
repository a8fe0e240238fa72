import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inLooks, LOOKS, screenOf } from './looks';
import { launch, Person, Server, until } from './stage';

let server: Server;
let browser: Browser;
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launch()]);
});
afterAll(async () => {
	await server?.stop();
});

async function at(name: string): Promise<Person> {
	const person = await Person.in(browser, server.url, name);
	return person;
}
const details = (person: Person) => person.page.getByRole('button', { name: 'Room details' });

describe('who owns a room', () => {
	it('says what it is, and everybody sees it', async () => {
		const mara = await at('mara');
		const room = await mara.create('ferries');
		const jonas = await at('jonas');
		await jonas.join('ferries');
		const { page } = mara;
		await details(mara).click();
		await page.getByRole('heading', { name: 'Members' }).waitFor();
		await page.keyboard.press('Escape');
		await page.getByRole('heading', { name: 'Members' }).waitFor({ state: 'detached' });
		await details(mara).click();
		await page.getByRole('button', { name: 'Edit topic' }).click();
		await page.getByRole('textbox', { name: 'Topic' }).fill('x'.repeat(251));
		await page.getByText('1 too many').waitFor();
		await page.getByRole('textbox', { name: 'Topic' }).fill('Winter timetable');
		await page.keyboard.press('Escape');
		// Escape closes the panel, and what it is opened with has the focus again.
		await page.getByRole('heading', { name: 'Members' }).waitFor({ state: 'detached' });
		await until('the focus is back', () =>
			page.evaluate(() => document.activeElement?.getAttribute('aria-label') === 'Room details'),
		);
		// What was being written is there again.
		await details(mara).click();
		const topic = page.getByRole('textbox', { name: 'Topic' });
		await topic.waitFor();
		expect(await topic.inputValue()).toBe('Winter timetable');
		await page.getByRole('button', { name: 'Save', exact: true }).click();
		await jonas.page.locator('.head .topic', { hasText: 'Winter timetable' }).waitFor();
		await page.getByRole('button', { name: 'Edit about' }).click();
		await page.getByRole('textbox', { name: 'About' }).fill('What sails,\nand when');
		await page.getByRole('button', { name: 'Save', exact: true }).click();
		await page.getByText('What sails,').waitFor();
		// A reload leaves the description out of what the socket says; it is there all the same.
		await page.reload();
		await mara.inRoom('ferries');
		await details(mara).click();
		await page.getByText('What sails,').waitFor();
		await page.getByRole('button', { name: 'Edit name' }).click();
		await page.getByRole('textbox', { name: 'Name', exact: true }).fill('boats');
		await page.getByRole('button', { name: 'Save', exact: true }).click();
		await jonas.inRoom('boats');
		const clip = { x: 0, y: 0, width: 200, height: 200 };
		const picture = Buffer.from(await page.screenshot({ clip }));
		await page
			.locator('input[type=file][accept^="image/png"]')
			.last()
			.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: picture });
		await page.getByRole('button', { name: 'Remove picture' }).waitFor();
		await until('the picture is drawn', () =>
			page.evaluate(
				() => (document.querySelector('.picture img') as HTMLImageElement)?.naturalWidth > 0,
			),
		);
		await page
			.locator('input[type=file][accept^="image/png"]')
			.last()
			.setInputFiles({ name: 'b.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
		await page.getByRole('alert').waitFor();

		// Who is a member sees no more than they may do.
		await details(jonas).click();
		await jonas.page.getByText('Winter timetable').nth(1).waitFor();
		expect(await jonas.page.getByRole('button', { name: /^Edit/ }).count()).toBe(0);
		expect(await jonas.page.getByText('Webhooks').count()).toBe(0);
		expect(await jonas.page.getByRole('button', { name: 'Archive the room' }).count()).toBe(0);

		// Roles: what comes with one is there at once.
		await page.getByRole('button', { name: 'Actions for jonas' }).click();
		await page.getByLabel('Role').selectOption('moderator');
		await jonas.page.getByRole('button', { name: 'Edit topic' }).waitFor();

		// Slow mode and the archive.
		await page.getByLabel('Slow mode').selectOption('10');
		await jonas.page.getByText('set slow mode to 10 seconds').waitFor();
		await page.getByRole('button', { name: 'Archive the room' }).click();
		await page.getByRole('button', { name: 'Archive it' }).click();
		await jonas.page.getByText('This room is archived.').waitFor();
		await page.getByRole('button', { name: 'Open the room again' }).click();
		await jonas.field.waitFor();
		expect(room).not.toBe('');
		await mara.leave();
		await jonas.leave();
	});

	it('says who may do what, and nobody is offered more', async () => {
		const otto = await at('otto');
		await otto.create('notices');
		await otto.write('the first notice');
		const pia = await at('pia');
		await pia.join('notices');
		await pia.sees('the first notice');
		await details(otto).click();
		await otto.page.getByText('Who may', { exact: true }).click();
		const give = (right: string, role: string) =>
			otto.page.getByRole('combobox', { name: right, exact: true }).selectOption(role);
		await give('Write', 'moderator');
		await pia.page.getByText('changed who may do what here').waitFor();
		await pia.page.getByText('You can read here, not write.').waitFor();
		expect(await pia.field.count()).toBe(0);
		await details(pia).click();
		await pia.page.getByText('Who may', { exact: true }).click();
		const write = pia.page.getByRole('row', { name: 'Write' });
		expect(await write.getByRole('cell').innerText()).toBe('Moderators');
		expect(await pia.page.getByRole('combobox', { name: 'Write', exact: true }).count()).toBe(0);
		await pia.page.keyboard.press('Escape');

		// What the menu of a message offers.
		const said = pia.page.getByText('the first notice');
		const items = async (late?: string): Promise<string[]> => {
			await said.click({ button: 'right' });
			const menu = pia.page.getByRole('menu');
			await menu.waitFor();
			// It comes when the server has said what is pinned.
			const asked = late && menu.getByRole('menuitem', { name: late }).waitFor({ timeout: 2_000 });
			await Promise.resolve(asked).catch(() => {});
			const all = await menu.getByRole('menuitem').allInnerTexts();
			const reactions = await pia.page.getByRole('group', { name: 'React', exact: true }).count();
			await pia.page.keyboard.press('Escape');
			return [...all.map((one) => one.split('\n')[0] ?? ''), ...(reactions ? ['React'] : [])];
		};
		const before = await items();
		expect(before).toContain('React');
		expect(before).not.toContain('Reply');
		expect(before).not.toContain('Pin to this room');
		await give('React', 'owner');
		await give('Pin messages', 'member');
		await until('it may be pinned, and not reacted to', async () => {
			const now = await items('Pin to this room');
			return now.includes('Pin to this room') && !now.includes('React');
		});
		await give('Write', 'guest');
		await pia.field.waitFor();
		await pia.write('so may I');
		await otto.sees('so may I');
		await otto.leave();
		await pia.leave();
	});

	it('removes, bans and lets in again, with words and an end', async () => {
		const ida = await at('ida');
		const room = await ida.create('harbour');
		const emil = await at('emil');
		const vera = await at('vera');
		await emil.join('harbour');
		await vera.join('harbour');
		await details(ida).click();
		const { page } = ida;
		await page.getByRole('button', { name: 'Actions for emil' }).click();
		await page.getByRole('button', { name: 'Remove emil' }).click();
		await page.getByLabel('Reason').fill('wrong room');
		await page.getByRole('button', { name: 'Remove them' }).click();
		await vera.page.getByText(/removed .*: wrong room/).waitFor();
		await emil.page.getByRole('link', { name: 'harbour' }).waitFor({ state: 'detached' });
		await emil.join('harbour');
		await page.getByRole('button', { name: 'Actions for emil' }).click();
		await page.getByRole('button', { name: 'Ban emil' }).click();
		await page.getByLabel('Reason').fill('again');
		await page.getByLabel('It ends').selectOption('day');
		await page.getByRole('button', { name: 'Ban them' }).click();
		await vera.page.getByText(/banned .*: again/).waitFor();
		await page.getByText('Bans', { exact: true }).click();
		await page.getByText(/until .* \d\d:\d\d|until .*, \d/).waitFor();
		await page.getByText('again', { exact: true }).waitFor();
		await page.getByRole('button', { name: 'Lift the ban of emil' }).click();
		await page.getByText('Nobody is banned.').waitFor();
		await emil.join('harbour');

		// A name that nobody has is said at the field.
		await page.getByLabel('Name of whom to ban').fill('nobody-at-all');
		await page.getByRole('button', { name: 'Ban somebody who is not in the room' }).click();
		await page.getByText('There is nobody called ‘nobody-at-all’.').waitFor();

		// The only owner is told what leaving does, and does it.
		await page.getByText('You are the only owner.').waitFor();
		await page.getByRole('button', { name: 'Leave room' }).click();
		await page.getByRole('button', { name: 'Leave it' }).click();
		await page.getByRole('link', { name: 'harbour' }).waitFor({ state: 'detached' });
		await vera.page.getByText('ida left').waitFor();
		expect(room).not.toBe('');
		for (const one of [ida, emil, vera]) await one.leave();
	});

	it('makes links and webhooks, whose secrets are shown once', async () => {
		const nora = await at('nora');
		await nora.page.getByRole('button', { name: 'Create or find a room' }).first().click();
		await nora.page.getByLabel('Name, topic or description').fill('vault');
		await nora.page.getByLabel('Private').check();
		await nora.page.getByRole('button', { name: 'Create #vault' }).click();
		await nora.inRoom('vault');
		await details(nora).click();
		const { page } = nora;
		await page.getByText('Invitation links', { exact: true }).click();
		await page.getByLabel('For how many people').fill('0');
		await page.getByText('A whole number from 1 to 1,000.').waitFor();
		await page.getByLabel('For how many people').fill('1');
		await page.getByRole('button', { name: 'Make a link' }).click();
		const link = await page
			.getByRole('group', { name: 'Invitation link' })
			.locator('code')
			.innerText();
		expect(link).toMatch(/\/#invitation=[0-9a-f]{40}$/);
		await page.getByText('0 of 1 used').waitFor();
		await page.getByRole('button', { name: 'Done, hide it' }).click();
		expect(await page.getByText(link).count()).toBe(0);

		// Somebody who is in the app follows it; a second one is told that it is used up.
		const tom = await at('tom');
		await tom.page.goto(link);
		await tom.inRoom('vault');
		// Somebody who is not: first in, then into the room.
		const una = await Person.at(browser, link);
		await una.page.getByText('Come in to follow your invitation').waitFor();
		await una.comeIn('una');
		await una.page.getByRole('dialog').getByRole('alert').waitFor();
		await inLooks(una, 'invited');
		await una.page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
		expect(una.page.url()).not.toContain('invitation');

		await page.getByRole('button', { name: 'Make a link' }).click();
		await page.getByRole('button', { name: 'Done, hide it' }).click();
		await page.getByRole('button', { name: 'Revoke the link by nora' }).first().click();
		await until(
			'it is gone',
			async () => (await page.getByRole('button', { name: /^Revoke/ }).count()) === 1,
		);

		await page.getByText('Webhooks', { exact: true }).click();
		await page.getByText('There are no webhooks.').waitFor();
		await page.getByRole('textbox', { name: 'Name', exact: true }).fill('build');
		await page.getByRole('button', { name: 'Make a webhook' }).click();
		const address = await page
			.getByRole('group', { name: 'Address to post to' })
			.locator('code')
			.innerText();
		const posted = await fetch(address, {
			method: 'POST',
			body: JSON.stringify({ text: 'All green' }),
		});
		expect(posted.status).toBe(200);
		await nora.sees('All green');
		await page.getByRole('button', { name: 'Done, hide it' }).click();
		await page.getByRole('button', { name: 'Rename build' }).click();
		await page.locator('.under-it').getByLabel('Name').fill('tests');
		await page.locator('.under-it').getByRole('button', { name: 'Save', exact: true }).click();
		await page.getByRole('button', { name: 'Delete tests' }).click();
		await page.locator('.under-it').getByRole('button', { name: 'Delete', exact: true }).click();
		await page.getByText('There are no webhooks.').waitFor();
		await page.getByLabel('Is told what happens').check();
		await page.getByLabel('Address', { exact: true }).fill('http://127.0.0.1:1/told');
		await page.getByRole('button', { name: 'Make a webhook' }).click();
		// Into private networks the server does not go, and says so where it was asked.
		await page.getByRole('alert').waitFor();
		expect(await page.getByLabel('Address', { exact: true }).inputValue()).toContain('127.0.0.1');
		for (const one of [nora, tom, una]) await one.leave();
	});

	it('chooses of what to be told', async () => {
		const owen = await at('owen');
		const room = await owen.create('quiet-place');
		await details(owen).click();
		const { page } = owen;
		await page.getByLabel('Mentions').check();
		await page.getByLabel('Mute').selectOption('hour');
		await page
			.getByText(/^Until /)
			.first()
			.waitFor({ state: 'attached' });
		await until('it is kept by the server', () =>
			page.evaluate(async (id) => {
				const answer = await fetch('/api/v1/own?kinds=notify');
				const { own } = (await answer.json()) as {
					own: { room: string; level?: string; muted_until_ms?: number }[];
				};
				const [one] = own;
				const isMuted = (one?.muted_until_ms ?? 0) > Date.now() + 3_500_000;
				return one?.room === id && one.level === 'mentions' && isMuted;
			}, room),
		);
		await page.goto(`${server.url}/#/settings/notifications`);
		await page.getByText('#quiet-place', { exact: true }).waitFor();
		await page.getByRole('button', { name: 'Let #quiet-place be like all others' }).click();
		await page.getByText('There are none.').waitFor();
		await owen.leave();
	});
});

describe('somebody', () => {
	it('makes a room with all that it needs, and a group of several', async () => {
		for (const name of ['kai', 'max']) await server.someone(name);
		const lea = await server.someone('lea');
		const priya = await at('priya');
		const { page } = priya;
		const kai = await server.someone('kai-who-owns');
		await kai.room('taken');
		await page.getByRole('button', { name: 'Create or find a room' }).first().click();
		await page.getByLabel('Name, topic or description').fill('tides');
		await page.getByRole('button', { name: 'With topic and people…' }).click();
		const name = page.getByLabel('Name', { exact: true });
		expect(await name.inputValue()).toBe('tides');
		await until('the directory has it', async () => {
			const found = await kai.call<{ rooms: object[] }>('GET', '/api/v1/directory?q=taken');
			return found.rooms.length > 0;
		});
		await name.fill('taken');
		await page.getByText('There is a room called #taken already.').waitFor();
		await page.getByRole('button', { name: 'Join #taken' }).waitFor();
		await name.fill('a name that is much too long for it');
		await page.getByText('A room’s name has at most 25 characters.').waitFor();
		await name.fill('tides');
		await page.getByLabel('Who is invited').check();
		await page.getByLabel('Topic', { exact: true }).fill('High and low');
		// Escape loses nothing of it.
		await page.keyboard.press('Escape');
		await page.getByRole('button', { name: 'Create or find a room' }).first().click();
		await page.getByLabel('Name, topic or description').fill('tides');
		await page.getByRole('button', { name: 'With topic and people…' }).click();
		expect(await page.getByLabel('Topic', { exact: true }).inputValue()).toBe('High and low');
		await page.getByLabel('Who is invited').check();
		await page.getByLabel('Add people').fill('nobody-called-so');
		await page.getByLabel('Add people').press('Enter');
		await page.getByText('There is nobody called ‘nobody-called-so’.').waitFor();
		await page.getByLabel('Add people').fill('kai');
		await page.getByLabel('Add people').press('Enter');
		await page.getByRole('button', { name: 'Take kai off the list' }).waitFor();
		await page.getByLabel('Add people').fill('lea');
		await page.getByRole('button', { name: 'Create the room' }).click();
		await priya.inRoom('tides');
		await page.locator('.head .topic', { hasText: 'High and low' }).waitFor();
		await page.getByText('added kai').waitFor();
		await page.getByText('added lea').waitFor();

		await page.getByRole('button', { name: 'New direct message' }).first().click();
		for (const one of ['kai', 'lea']) {
			await page.getByLabel('Name', { exact: true }).fill(one);
			await page.getByLabel('Name', { exact: true }).press('Enter');
			await page.getByRole('button', { name: `Take ${one} off the list` }).waitFor();
		}
		await page.getByLabel('Name', { exact: true }).fill('max');
		await page.getByRole('button', { name: 'Write', exact: true }).click();
		await page.getByRole('heading', { level: 1, name: /kai/ }).waitFor();
		await priya.write('to you three');
		await priya.hasSent();
		// What is said there is said to each: it is counted as in a direct room.
		const group = new URL(page.url()).hash.slice(2);
		await priya.open('tides');
		await lea.say(group, 'yes?');
		await page.locator(`a[href="#/${group}"] .badge`, { hasText: '1' }).waitFor();
		await until('the title says so', async () => (await page.title()).startsWith('(1)'));
		await priya.leave();
	});

	it('begins with people, a topic and words; and a link leads into the first', async () => {
		const uma = await at('uma');
		const { page } = uma;
		await uma.create('begun');
		await page.getByText('Write the first message, or add somebody.').waitFor();
		await page.getByRole('button', { name: 'Add people' }).click();
		await page.locator('.panel .add input:focus').waitFor();
		await page.getByRole('button', { name: 'Set a topic' }).click();
		await page.locator('.panel .topic textarea:focus').waitFor();
		await page.keyboard.type('What begins here');
		await page.locator('.panel .topic').getByRole('button', { name: 'Save' }).click();
		await page.getByRole('button', { name: 'Set a topic' }).waitFor({ state: 'detached' });
		await uma.write('Here we are');
		await page.getByRole('button', { name: 'Add people' }).waitFor({ state: 'detached' });
		const id = new URL(page.url()).hash.slice(2);
		const made = await uma.context.request.post(`${server.url}/api/v1/rooms/${id}/invitations`, {
			data: { uses: 1 },
		});
		expect(made.ok(), await made.text()).toBe(true);
		const { code } = (await made.json()) as { code: string };
		await uma.leave();

		const vic = await at('vic');
		await vic.page.getByRole('button', { name: 'Have an invite link?' }).click();
		await vic.page.locator('input:focus').fill('somewhere');
		await vic.page.getByRole('button', { name: 'Open it' }).click();
		await vic.page.getByText('This is no invite link.').waitFor();
		await vic.page.getByLabel('Invite link').fill(`${server.url}/#invitation=${code}`);
		await vic.page.getByRole('button', { name: 'Open it' }).click();
		await vic.inRoom('begun');
		await vic.leave();
	});
});

describe.each(LOOKS)('the details in $name', (look) => {
	it('are without a fault that axe finds', async () => {
		const name = `ana-${look.name}`;
		const ana = await Person.in(browser, server.url, name, look);
		const { page } = ana;
		const room = `room-${look.name}`;
		await ana.create(room);
		const other = await server.someone(`ben-${look.name}`);
		await other.call('POST', `/api/v1/rooms/${room}/join`);
		await details(ana).click();
		await page.getByRole('button', { name: `Actions for ben-${look.name}` }).click();
		await page.getByRole('button', { name: `Ban ben-${look.name}` }).click();
		for (const part of ['Invitation links', 'Who may', 'Bans', 'Webhooks']) {
			await page.getByText(part, { exact: true }).click();
		}
		await page.getByRole('button', { name: 'Make a link' }).click();
		await page.getByRole('group', { name: 'Invitation link' }).waitFor();
		await page.getByRole('textbox', { name: 'Name', exact: true }).last().fill('build');
		await page.getByRole('button', { name: 'Make a webhook' }).click();
		await page.getByRole('group', { name: 'Address to post to' }).waitFor();
		await screenOf(ana, look, 'details-all');
		await page.getByRole('heading', { name: 'Members' }).scrollIntoViewIfNeeded();
		await screenOf(ana, look, 'details-members');
		await page.getByText('Who may', { exact: true }).scrollIntoViewIfNeeded();
		await screenOf(ana, look, 'details-rights');
		await page.getByRole('button', { name: 'Make a webhook' }).scrollIntoViewIfNeeded();
		await screenOf(ana, look, 'details-webhooks');
		await page.getByRole('button', { name: 'Leave room' }).scrollIntoViewIfNeeded();
		await screenOf(ana, look, 'details-end');
		await page.keyboard.press('Escape');
		if (look.touch) await page.getByRole('button', { name: 'Back to rooms' }).click();
		await page.getByRole('button', { name: 'Create or find a room' }).first().click();
		await page.getByLabel('Name, topic or description').fill('another');
		await page.getByRole('button', { name: 'With topic and people…' }).click();
		await page.getByLabel('Add people').fill(`ben-${look.name}`);
		await page.getByLabel('Add people').press('Enter');
		await page.getByRole('button', { name: /off the list/ }).waitFor();
		await screenOf(ana, look, 'create');
		await page.keyboard.press('Escape');
		await page.getByRole('button', { name: 'New direct message' }).first().click();
		await page.getByLabel('Name', { exact: true }).fill('nobody');
		await page.getByRole('button', { name: 'Write', exact: true }).click();
		await page.getByRole('alert').waitFor();
		await screenOf(ana, look, 'direct');
		await ana.leave();
	});
});
