/** The order of files: those that take longest first, so that no worker is left with a long one at the end. */

import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** In the browser, the longest first; all others take less than half a minute. */
const LONGEST = [
	...['settings', 'compose', 'messages', 'finding', 'details', 'lost', 'long', 'hands', 'threads'],
	...['looks', 'threadlooks', 'languages', 'budget', 'replay', 'talk', 'tabs', 'service'],
];

export class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const place = ({ moduleId }: TestSpecification) => {
			const at = LONGEST.indexOf(basename(moduleId, '.test.ts'));
			return at < 0 ? LONGEST.length : at;
		};
		return (await super.sort(files)).sort((a, b) => place(a) - place(b));
	}
}
