import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults } from './looks';
import { launch, Network, Person, Server, until, type Writer } from './stage';

let server: Server;
let browser: Browser;
let ada: Writer;
beforeAll(async () => {
	[server, browser] = await Promise.all([Server.start(), launch()]);
	ada = await server.someone('ada');
});
afterAll(async () => {
	await server?.stop();
});

/** Somebody in a new room of ada's, over a network that can be cut. */
async function inRoom(
	name: string,
	room: string,
): Promise<{ person: Person; network: Network; id: string }> {
	const id = await ada.room(room);
	const network = await Network.to(server);
	const person = await Person.in(browser, network.url, name, { worker: true });
	await person.join(room);
	return { person, network, id };
}
const without = (list: string[], some: string[]) => list.filter((text) => !some.includes(text));

describe('never loses a word', () => {
	it('when the server is killed under two people and comes back', async () => {
		const one = await Person.in(browser, server.url, 'killed-one');
		const room = await one.create('killed');
		const two = await Person.in(browser, server.url, 'killed-two');
		await two.join('killed');
		await one.write('before');
		await two.sees('before');
		await server.kill();
		await one.write('one while it is dead');
		await one.write('one more');
		await two.write('two while it is dead');
		await one.page.getByText('2 waiting for the connection').waitFor();
		await one.page.getByRole('button', { name: 'Try now' }).waitFor();
		await server.start();
		await one.tryNow();
		for (const person of [one, two]) {
			await person.sees('one more');
			await person.sees('two while it is dead');
			await person.hasSent();
		}
		expect(await one.reads()).toEqual(await two.reads());
		expect(without(await one.reads(), ['two while it is dead'])).toEqual([
			'before',
			'one while it is dead',
			'one more',
		]);
		expect((await one.reads()).length).toBe(4);
		expect(room).toBeTruthy();
		await one.leave();
		await two.leave();
	});

	it('when the network is cut: kept in order, said so, sent at once when it is back', async () => {
		const { person, network, id } = await inRoom('cut', 'cut');
		await person.write('before');
		await person.hasSent();
		// Once a second it is noted that all is here.
		const sent = Date.now();
		await until('that is noted', () => Date.now() > sent + 1_100);
		network.cut();
		for (const text of ['first', 'second', 'third']) await person.write(text);
		await person.page.getByText('3 waiting for the connection').waitFor();
		await person.page
			.getByText('No connection. What you send is kept and goes out when you are back.')
			.waitFor();
		await person.page.getByText(/Trying again/).waitFor();
		await person.page.getByText(/Up to date as of \d\d:\d\d/).waitFor();
		await person.page.getByText('Reconnecting…').waitFor();
		await ada.say(id, 'from ada meanwhile');
		network.mend();
		// The browser says that the network is back: no pause is waited out.
		await person.isToldOfNetwork();
		await person.sees('from ada meanwhile');
		await person.hasSent();
		expect(await ada.log(id)).toEqual(['before', 'from ada meanwhile', 'first', 'second', 'third']);
		await until(
			'the page says the same',
			async () => (await person.reads()).join() === 'before,from ada meanwhile,first,second,third',
		);
		await person.page.getByText('Online', { exact: true }).waitFor();
		await person.leave();
		network.close();
	});

	it('when the browser says that the network is gone: it is asked at once whether anybody is there', async () => {
		const person = await Person.in(browser, server.url, 'gone');
		// The socket of a worker cannot be watched.
		await person.page.addInitScript(() => sessionStorage.setItem('hearth.without-worker', 'yes'));
		const sent: string[] = [];
		person.page.on('websocket', (socket) =>
			socket.on('framesent', ({ payload }) => sent.push(payload.toString())),
		);
		await person.page.reload();
		await person.page.getByText('Online', { exact: true }).waitFor();
		const pings = () => sent.filter((frame) => frame.includes('"ping"')).length;
		expect(pings()).toBe(0);
		await person.page.evaluate(() => dispatchEvent(new Event('offline')));
		await until('it is asked', () => pings() === 1);
		await person.leave();
	});

	it('when the page is loaded anew in the middle of a send', async () => {
		const { person, network, id } = await inRoom('reload', 'reload');
		await person.write('before');
		await person.hasSent();
		// The send arrives, and nothing of it comes back.
		network.mute();
		await person.write('in the middle');
		await until('the server has it', async () => (await ada.log(id)).includes('in the middle'));
		await person.write('behind it');
		await person.field.fill('half a thought');
		await until('both are kept', async () => {
			const { waiting, drafts } = await person.kept();
			return waiting === 2 && drafts[0] === 'half a thought';
		});
		network.cut();
		network.mend();
		await person.page.reload();
		await person.inRoom('reload');
		await person.sees('behind it');
		await person.hasSent();
		expect(await person.field.inputValue()).toBe('half a thought');
		expect(await ada.log(id)).toEqual(['before', 'in the middle', 'behind it']);
		expect(await person.reads()).toEqual(['before', 'in the middle', 'behind it']);
		await person.leave();
		network.close();
	});

	it('when a tab is closed with words that are not sent: the next one sends them', async () => {
		const { person, network, id } = await inRoom('closed', 'closed');
		await person.write('before');
		await person.hasSent();
		const other = await person.tab();
		await other.open('closed');
		network.cut();
		await other.write('written in the other tab');
		await other.page.getByText('1 waiting for the connection').waitFor();
		await other.page.close();
		network.mend();
		await person.isToldOfNetwork();
		await person.sees('written in the other tab');
		await until('it is stored', async () => (await ada.log(id)).length === 2);
		expect(await ada.log(id)).toEqual(['before', 'written in the other tab']);
		await person.leave();
		network.close();
	});

	it('when somebody else signs in by the same browser: nothing is sent as them, and it waits', async () => {
		const { person, network, id } = await inRoom('same-browser', 'same-browser');
		await server.someone('another-one');
		const signIn = (name: string) =>
			person.context.request.post(`${server.url}/api/v1/login`, { data: { name } });
		network.cut();
		await person.write('mine alone');
		await person.page.getByText('1 waiting for the connection').waitFor();
		await signIn('another-one');
		network.mend();
		await person.isToldOfNetwork();
		await person.page.locator('.me', { hasText: 'another-one' }).waitFor();
		expect(await ada.log(id)).toEqual([]);
		await signIn('same-browser');
		await person.page.reload();
		await person.inRoom('same-browser');
		await until('it is stored', async () => (await ada.log(id)).length > 0);
		expect(await ada.log(id)).toEqual(['mine alone']);
		await person.leave();
		network.close();
	});

	it('when it is refused: the reason, and sent again, changed or given up', async () => {
		const { person, network, id } = await inRoom('refused', 'refused');
		await person.write('before');
		await person.hasSent();
		network.cut();
		for (const text of ['a', 'b', 'c']) await person.write(`${text} was refused`);
		await person.page.getByText('3 waiting for the connection').waitFor();
		await ada.send(id, { kind: 'archive', on: true });
		network.mend();
		await until(
			'all three are refused',
			async () => (await person.page.locator('.msg-note.bad').count()) === 3,
		);
		// It outlives the page, as everything that was written does.
		await person.page.reload();
		await person.page.getByRole('heading', { level: 1, name: 'refused' }).waitFor();
		await until(
			'all three are there',
			async () => (await person.page.locator('.msg-note.bad').count()) === 3,
		);
		await ada.send(id, { kind: 'archive', on: false });
		await person.field.waitFor();
		await person.message('a was refused').getByRole('button', { name: 'Send again' }).click();
		await person.message('b was refused').getByRole('button', { name: 'Edit' }).click();
		await until('it is taken back', async () => {
			return (await person.field.inputValue()) === 'b was refused';
		});
		await person.write('b was not');
		await person.message('c was refused').getByRole('button', { name: 'Delete' }).click();
		await person.hasSent();
		expect(await ada.log(id)).toEqual(['before', 'a was refused', 'b was not']);
		await until(
			'the page says the same',
			async () => (await person.reads()).join() === 'before,a was refused,b was not',
		);
		await person.leave();
		network.close();
	});

	it('when somebody is put out of a room that they have written in: it is said, and the words stay', async () => {
		const { person, network, id } = await inRoom('put-out', 'put-out');
		const answer = await person.context.request.get(`${server.url}/api/v1/me`);
		const { id: user } = (await answer.json()) as { id: string };
		// As the room stands then, of which ada has heard nothing.
		const remove = (reason?: string) => {
			const body = { body: { kind: 'remove', user, reason } };
			const key = { 'Idempotency-Key': crypto.randomUUID() };
			return ada.call('POST', `/api/v1/rooms/${id}/events`, body, key);
		};
		const said = person.page.getByRole('dialog', { name: 'Your words are kept' });
		// In the middle of a sentence.
		await person.field.fill('half a sentence');
		await until('it is kept', async () => (await person.kept()).drafts[0] === 'half a sentence');
		await remove('off topic');
		await said.getByText('ada removed you from #put-out: off topic').waitFor();
		await said.getByText('half a sentence', { exact: true }).waitFor();
		await person.shoot('gone');
		expect(await faults(person)).toEqual([]);
		await said.getByRole('button', { name: 'Delete: half a sentence' }).click();
		await said.waitFor({ state: 'detached' });
		await until('it is gone', async () => (await person.kept()).drafts.join('') === '');
		// Of words that there are none nothing is said, but what has happened.
		await person.join('put-out');
		await remove();
		await person.page.getByText('ada removed you from #put-out.').waitFor();
		expect(await said.count()).toBe(0);
		// And while the network is cut.
		await person.join('put-out');
		network.cut();
		await person.write('said without a network');
		await person.page.getByText('1 waiting for the connection').waitFor();
		await remove();
		network.mend();
		await person.isToldOfNetwork();
		await said.getByText('You are not in #put-out any more.').waitFor();
		await said.getByRole('button', { name: 'Copy: said without a network' }).waitFor();
		await person.page.reload();
		await said.getByText('said without a network', { exact: true }).waitFor();
		expect((await person.kept()).failed).toBe(1);
		await said.getByRole('button', { name: 'Delete: said without a network' }).click();
		await said.waitFor({ state: 'detached' });
		await until('it is gone', async () => (await person.kept()).failed === 0);
		await person.leave();
		network.close();
	});
});

describe('says what was missed', () => {
	it('as a box in its place, which can be gone into by a day, and loaded', async () => {
		const { person, network, id } = await inRoom('missed', 'missed');
		await person.write('before');
		await person.hasSent();
		network.cut();
		await person.page.getByText('No connection.').waitFor();
		await ada.flood(id, 1_150, (n) => `missed ${n}`);
		network.mend();
		await person.tryNow();
		const box = person.page.locator('.gap');
		await box.waitFor();
		expect(await box.innerText()).toMatch(/You missed [\d,]+ messages between/);
		await person.page.getByRole('button', { name: /Jump to latest: 50 below/ }).waitFor();
		await person.shoot('missed');
		expect(await faults(person)).toEqual([]);
		// The day on which it begins is the one that is offered, and leads to the first message of it that was missed.
		const last = person.message('before').and(person.page.locator('[data-seq]'));
		const first = Number(await last.getAttribute('data-seq')) + 1;
		await box.getByRole('button', { name: 'Pick a day' }).click();
		const today = await person.page.locator('#day').getAttribute('max');
		expect(await person.page.locator('#day').inputValue()).toBe(today);
		await person.page.getByRole('button', { name: 'Go there' }).click();
		await person.page.locator(`article[data-seq="${first}"]:focus`).waitFor();
		expect(await person.reads()).toContain('before');
		await until('what is left of it is said', async () => {
			const [, left = ''] = (await box.innerText()).match(/You missed ([\d,]+) messages/) ?? [];
			const messages = Number(left.replace(',', ''));
			return messages > 0 && messages < 1_150;
		});
		await box.getByRole('button', { name: 'Load them' }).press('Enter');
		await box.waitFor({ state: 'detached' });
		await person.leave();
		network.close();
	});
});

describe('a session that ends under an open page', () => {
	it('is asked for again, and what was being written stays', async () => {
		const { person, network, id } = await inRoom('ended', 'ended');
		await person.field.fill('not finished');
		await person.context.clearCookies();
		network.cut();
		network.mend();
		await person.page.getByText('Your session has ended.').waitFor();
		await person.shoot('session-ended');
		expect(await faults(person)).toEqual([]);
		await person.page.getByRole('button', { name: 'Come in', exact: true }).click();
		await person.page.getByText('Online', { exact: true }).waitFor();
		expect(await person.field.inputValue()).toBe('not finished');
		await person.field.press('Enter');
		await person.hasSent();
		expect(await ada.log(id)).toEqual(['not finished']);
		await person.leave();
		network.close();
	});
});
