/** Writes src/core/api.ts from a running server's description: `HEARTH_URL=http://127.0.0.1:8080 npm run api`. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const HEAD = '// Made by `npm run api` from /api/openapi.json; do not edit.\n\n';

/** The types of a description. Calls are known by their paths; their ids are not told apart there, and not needed here. */
export async function types(description) {
	const plain = JSON.parse(
		JSON.stringify(description, (key, value) => (key === 'operationId' ? undefined : value)),
	);
	return HEAD + astToString(await openapiTS(plain));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const url = process.env.HEARTH_URL ?? 'http://127.0.0.1:8080';
	const description = await fetch(new URL('/api/openapi.json', url)).then((answer) =>
		answer.json(),
	);
	const to = join(import.meta.dirname, '../src/core/api.ts');
	writeFileSync(to, await types(description));
}
