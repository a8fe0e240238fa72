/**
 * Sets of tests: of the core, in Node; of the whole, in Chromium against the real server; the same against a cluster, the
 * long runs and the benchmark, which are there where they are asked for.
 */

import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/order.ts';

export default defineConfig({
	test: {
		reporters: ['default', './tests/count.ts'],
		sequence: { sequencer: LongestFirst },
		projects: [
			{
				define: { __BUILD__: JSON.stringify('test') },
				test: {
					name: 'unit',
					pool: 'threads',
					include: ['tests/unit/**/*.test.ts'],
					sequence: { groupOrder: 0 },
				},
			},
			{
				test: {
					name: 'browser',
					sequence: { groupOrder: 1 },
					include: ['tests/browser/**/*.test.ts'],
					setupFiles: ['tests/browser/tidy.ts'],
					// Each file has a server of its own, and each worker a browser, which it keeps from file to file; one more than a
					// small machine has cores, for now and then each waits for a time to pass.
					maxWorkers: 3,
					isolate: false,
					testTimeout: 240_000,
					hookTimeout: 60_000,
				},
			},
			...(process.env.HEARTH_WEB_CLUSTER
				? [
						{
							test: {
								name: 'cluster',
								include: ['tests/cluster/**/*.test.ts'],
								sequence: { groupOrder: 2 },
								// There is one cluster, and what is killed in it is killed for all.
								fileParallelism: false,
								testTimeout: 300_000,
								hookTimeout: 300_000,
							},
						},
					]
				: []),
			...(process.env.HEARTH_WEB_SOAK
				? [
						{
							test: {
								name: 'soak',
								include: ['tests/soak/**/*.test.ts'],
								fileParallelism: false,
								hookTimeout: 60_000,
							},
						},
					]
				: []),
			...(process.env.HEARTH_WEB_BENCH
				? [{ test: { name: 'bench', include: ['tests/bench/**/*.test.ts'], hookTimeout: 60_000 } }]
				: []),
		],
	},
});
