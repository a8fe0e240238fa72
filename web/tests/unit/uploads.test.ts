import { describe, expect, it } from 'vitest';
import { Upload, type UploadWorld } from '../../src/core/uploads';

const PART = 4;
const ROOM = 'r1';

/** A server that keeps one upload, and what goes wrong with the next calls. */
class FakeServer {
	kept = new Map<string, { id: string; size: number; bytes: number }>();
	calls: string[] = [];
	/** What becomes of the next calls: a status, or cut before or after it is done. */
	faults: (number | 'before' | 'after' | null)[] = [];
	timers: { run: () => void; ms: number }[] = [];
	private made = 0;

	readonly world: UploadWorld = {
		fetch: ((path: string, init: RequestInit) => this.answer(path, init)) as typeof fetch,
		setTimer: (run, ms) => this.timers.push({ run, ms }),
		clearTimer: () => {},
		chance: () => 0.5,
	};

	private async answer(path: string, init: RequestInit): Promise<Response> {
		const { method = '' } = init;
		this.calls.push(`${method} ${path}`);
		const fault = this.faults.shift() ?? null;
		if (fault === 'before') throw new TypeError('cut');
		if (typeof fault === 'number') {
			return Response.json({ message: `no: ${fault}`, retry_after_ms: 0 }, { status: fault });
		}
		const answer = this.done(method, path, init);
		if (fault === 'after') throw new TypeError('cut');
		return answer;
	}

	private done(method: string, path: string, init: RequestInit): Response {
		if (method === 'POST') {
			const key = (init.headers as Record<string, string>)['Idempotency-Key'] ?? '';
			const { size } = JSON.parse(String(init.body)) as { size: number };
			if (!this.kept.has(key)) {
				this.made += 1;
				this.kept.set(key, { id: `u${this.made}`, size, bytes: 0 });
			}
			return this.stands(this.kept.get(key));
		}
		const [, id = '', offset] = /uploads\/(\w+)(?:\?offset=(\d+))?/.exec(path) ?? [];
		const upload = [...this.kept.values()].find((one) => one.id === id);
		if (!upload) return Response.json({ message: 'gone' }, { status: 404 });
		if (method === 'DELETE') {
			for (const [key, one] of this.kept) if (one === upload) this.kept.delete(key);
			return new Response(null, { status: 204 });
		}
		if (method === 'PUT') {
			const part = init.body as Blob;
			if (Number(offset) + part.size <= upload.bytes) return this.stands(upload);
			if (Number(offset) !== upload.bytes)
				return Response.json({ message: 'other' }, { status: 409 });
			upload.bytes += part.size;
		}
		return this.stands(upload);
	}

	private stands(upload: { id: string; size: number; bytes: number } | undefined): Response {
		const { id = '', size = 0, bytes = 0 } = upload ?? {};
		return Response.json({ id, offset: bytes, part_bytes: PART, whole: bytes === size });
	}

	file(size: number) {
		return {
			name: 'a.txt',
			size,
			slice: (from: number, to: number) => new Blob(['x'.repeat(to - from)]),
		};
	}

	/** Lets pauses pass until it has come to rest. */
	async passes(run: Promise<void>): Promise<void> {
		let isOver = false;
		void run.then(() => (isOver = true));
		for (let at = 0; at < 200 && !isOver; at += 1) {
			await new Promise((resolve) => setTimeout(resolve, 0));
			this.timers.splice(0).forEach(({ run: due }) => {
				due();
			});
		}
		expect(isOver).toBe(true);
	}

	get puts(): string[] {
		return this.calls
			.filter((call) => call.startsWith('PUT'))
			.map((call) => call.split('=')[1] ?? '');
	}
}

describe('what is larger than the server takes', () => {
	it('is refused before anything of it is sent', async () => {
		const server = new FakeServer();
		const source = { name: 'big', size: 9, slice: () => new Blob() };
		const upload = new Upload(server.world, source, ROOM, 'k');
		upload.refuse();
		expect(upload.state).toMatchObject({ is: 'failed', status: 413 });
		await upload.run();
		expect(server.calls).toEqual([]);
	});
});

describe('an upload', () => {
	it('goes part by part until it is whole', async () => {
		const server = new FakeServer();
		const upload = new Upload(server.world, server.file(10), ROOM, 'k');
		await upload.run();
		expect(upload.state).toEqual({ is: 'whole', id: 'u1' });
		expect(server.puts).toEqual(['0', '4', '8']);
		expect(upload.sent).toBe(10);
	});

	it('puts the same part again after one that got no answer, whether it arrived or not', async () => {
		for (const fault of ['before', 'after'] as const) {
			const server = new FakeServer();
			server.faults = [null, null, fault];
			const upload = new Upload(server.world, server.file(10), ROOM, 'k');
			await server.passes(upload.run());
			expect(upload.state.is).toBe('whole');
			expect(server.puts).toEqual(['0', '4', '4', '8']);
			expect([...server.kept.values()]).toEqual([{ id: 'u1', size: 10, bytes: 10 }]);
		}
	});

	it('that began without an answer begins as the same upload', async () => {
		const server = new FakeServer();
		server.faults = ['after', 'before'];
		const upload = new Upload(server.world, server.file(3), ROOM, 'k');
		await server.passes(upload.run());
		expect(upload.state).toEqual({ is: 'whole', id: 'u1' });
		expect(server.kept.size).toBe(1);
	});

	it('goes on where the server says', async () => {
		const server = new FakeServer();
		const upload = new Upload(server.world, server.file(12), ROOM, 'k');
		// The first part was put by a call of which nobody here heard, and the second, too.
		server.faults = [null, 503];
		const running = upload.run();
		await new Promise((resolve) => setTimeout(resolve, 5));
		for (const one of server.kept.values()) one.bytes = 8;
		await server.passes(running);
		expect(upload.state.is).toBe('whole');
		expect(server.puts).toEqual(['0', '8']);
	});

	it('pauses longer and longer while nothing answers, and goes on at once when it is told to', async () => {
		const server = new FakeServer();
		server.faults = ['before', 'before', 'before'];
		const upload = new Upload(server.world, server.file(3), ROOM, 'k');
		const states: string[] = [];
		const running = upload.run();
		const bounds: number[] = [];
		for (let at = 0; at < 3; at += 1) {
			await new Promise((resolve) => setTimeout(resolve, 5));
			states.push(upload.state.is);
			bounds.push(...server.timers.splice(0).map(({ ms }) => ms));
			upload.hurry();
		}
		await running;
		expect(states).toEqual(['pausing', 'pausing', 'pausing']);
		expect(bounds).toEqual([250, 500, 1_000]);
		expect(upload.state.is).toBe('whole');
	});

	it('that the server will not take says why, and begins anew when it is tried again', async () => {
		const server = new FakeServer();
		server.faults = [413];
		const upload = new Upload(server.world, server.file(3), ROOM, 'k');
		await upload.run();
		expect(upload.state).toEqual({ is: 'failed', status: 413, message: 'no: 413' });
		expect(server.puts).toEqual([]);
		await upload.retry();
		expect(upload.state.is).toBe('whole');
	});

	it('that the server has forgotten begins anew under another key', async () => {
		const server = new FakeServer();
		server.faults = [null, null, 404];
		const upload = new Upload(server.world, server.file(8), ROOM, 'k');
		await upload.run();
		expect(upload.state).toEqual({ is: 'whole', id: 'u2' });
		expect([...server.kept.keys()]).toEqual(['k', 'k-1']);
	});

	it('is not put for ever where a refusal stands for something else', async () => {
		const server = new FakeServer();
		server.faults = [null, 409];
		const upload = new Upload(server.world, server.file(3), ROOM, 'k');
		await upload.run();
		expect(upload.state).toEqual({ is: 'failed', status: 409, message: 'no: 409' });
	});

	it('that is cancelled is deleted, and nothing more of it is put', async () => {
		const server = new FakeServer();
		const upload = new Upload(server.world, server.file(100), ROOM, 'k', () => {
			if (upload.sent >= 8) upload.cancel();
		});
		await upload.run();
		expect(upload.state.is).toBe('cancelled');
		expect(server.puts).toEqual(['0', '4']);
		expect(server.calls.at(-1)).toBe('DELETE /api/v1/uploads/u1');
		expect(server.kept.size).toBe(0);
	});
});
