/** The last line of a run: how many tests passed and failed. */

import type { Reporter, TestModule } from 'vitest/node';

export default class Count implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
		const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
		for (const module of modules) {
			const before = count.failed;
			for (const test of module.children.allTests()) count[test.result().state] += 1;
			// A file that could not be loaded, or not be set up, has no test that failed, and is no success.
			if (module.state() === 'failed' && count.failed === before) count.failed += 1;
		}
		const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
		setTimeout(() => console.log(`\n${count.passed} passed, ${count.failed} failed${skipped}`));
	}
}
