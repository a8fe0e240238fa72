/** What a browser says of its own work: times to be printed, and never to be judged by a test. */

import type { Page } from 'playwright-core';

interface Traced {
	name: string;
	ph: string;
	ts: number;
	dur?: number;
	/** Time of the processor, of which others on the machine take none. */
	tdur?: number;
	tid: number;
	pid: number;
}

/** Script, style and layout: what a page itself does in a frame. */
const WORK =
	/^(FunctionCall|EvaluateScript|EventDispatch|RunMicrotasks|FireAnimationFrame|TimerFire|Layout|UpdateLayoutTree|ResizeObserver.*)$/;

/** Of so many of a hundred it is at most that. */
export function part(list: readonly number[], percent: number): number {
	const sorted = [...list].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}

export const ms = (time: number): string => `${time.toFixed(1)} ms`;

/** Milliseconds of the processor for script, style and layout in each frame in which there was any, while that runs. */
export async function work(page: Page, run: () => Promise<void>): Promise<number[]> {
	const devtools = await page.context().newCDPSession(page);
	const traced: Traced[] = [];
	devtools.on('Tracing.dataCollected', ({ value }) => {
		traced.push(...(value as unknown as Traced[]));
	});
	await devtools.send('Tracing.start', {
		transferMode: 'ReportEvents',
		traceConfig: {
			includedCategories: [
				'devtools.timeline',
				'disabled-by-default-devtools.timeline',
				'devtools.timeline.frame',
			],
		},
	});
	await run();
	const ended = new Promise<void>((resolve) =>
		devtools.once('Tracing.tracingComplete', () => resolve()),
	);
	await devtools.send('Tracing.end');
	await ended;
	await devtools.detach();
	return frames(traced);
}

function frames(traced: readonly Traced[]): number[] {
	// The page's own thread is the one that does most of such work.
	const byThread = new Map<string, Traced[]>();
	for (const event of traced) {
		if (event.ph !== 'X' || !WORK.test(event.name)) continue;
		const thread = `${event.pid}/${event.tid}`;
		byThread.set(thread, [...(byThread.get(thread) ?? []), event]);
	}
	const [thread = '', events = []] =
		[...byThread].sort(([, one], [, other]) => other.length - one.length)[0] ?? [];
	const begins = traced
		.filter((event) => `${event.pid}/${event.tid}` === thread)
		.filter((event) => event.name === 'AnimationFrame' && event.ph === 'b')
		.map((event) => event.ts)
		.sort((a, b) => a - b);
	const spent = new Map<number, number>();
	let until = 0;
	for (const { ts, dur = 0, tdur = dur } of [...events].sort((a, b) => a.ts - b.ts)) {
		// What lies within another is counted with it.
		if (ts < until) continue;
		until = ts + dur;
		let frame = begins.length;
		while (frame > 0 && (begins[frame - 1] ?? 0) > ts) frame -= 1;
		spent.set(frame, (spent.get(frame) ?? 0) + tdur / 1_000);
	}
	return [...spent.values()];
}

/**
 * Bytes of the heaps of a page and of the worker that its tabs share, after all that is garbage went, and nodes in the
 * documents.
 */
export async function held(page: Page): Promise<{ heap: number; nodes: number }> {
	const devtools = await page.context().newCDPSession(page);
	await devtools.send('HeapProfiler.collectGarbage');
	await devtools.send('Performance.enable');
	const { metrics } = await devtools.send('Performance.getMetrics');
	const { targetInfo } = await devtools.send('Target.getTargetInfo');
	await devtools.detach();
	const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
	const worker = await heldByWorker(page, targetInfo.browserContextId);
	return { heap: of('JSHeapUsedSize') + worker, nodes: of('Nodes') };
}

/** What is asked of a worker goes by way of the browser, in messages of its own. */
async function heldByWorker(page: Page, context: string | undefined): Promise<number> {
	const devtools = await page.context().browser()?.newBrowserCDPSession();
	if (!devtools) return 0;
	const filter = [{ type: 'shared_worker' }];
	const { targetInfos } = await devtools.send('Target.getTargets', { filter });
	const worker = targetInfos.find(({ browserContextId }) => browserContextId === context);
	if (!worker) return 0;
	const { targetId } = worker;
	const { sessionId } = await devtools.send('Target.attachToTarget', { targetId });
	const answers = new Map<number, (result: unknown) => void>();
	devtools.on('Target.receivedMessageFromTarget', ({ message }) => {
		const { id, result } = JSON.parse(message) as { id?: number; result?: unknown };
		if (id !== undefined) answers.get(id)?.(result);
	});
	const ask = (method: string) =>
		new Promise<unknown>((resolve) => {
			const id = answers.size + 1;
			answers.set(id, resolve);
			const message = JSON.stringify({ id, method });
			void devtools.send('Target.sendMessageToTarget', { sessionId, message });
		});
	await ask('HeapProfiler.collectGarbage');
	const { usedSize } = (await ask('Runtime.getHeapUsage')) as { usedSize: number };
	await devtools.detach();
	return usedSize;
}
