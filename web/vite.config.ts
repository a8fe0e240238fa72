/**
 * How the client is built: into dist/, named by content, and compressed there for the server to take in. Beside the page
 * stand two files whose names stay: the service worker, which knows the others by name, and how the client is installed.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { gzipAsync } from '@gfx/zopfli';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, defineConfig, type Plugin } from 'vite';

/** A server to develop against: `HEARTH_URL=http://127.0.0.1:8080 npm run dev`. */
const server = process.env.HEARTH_URL ?? 'http://127.0.0.1:8080';
/** The first that know light-dark(), which the tokens are written with. */
const target = ['chrome123', 'firefox121', 'safari17.5'];
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8')) as {
	version: string;
};

/** The client with marked words (`--mode pseudo`) is built for a test alone, which serves it by itself. */
const isServed = (_: unknown, { command, mode }: { command: string; mode: string }) =>
	command === 'build' && mode !== 'pseudo';

const isCompressed = (name: string) => /\.(br|gz)$/.test(name);

/** How the client is installed: its name, and its pictures by the names that the build has given them. */
function installed(): Plugin {
	const icons = [
		{ file: 'icon-192.png', sizes: '192x192', purpose: 'any' },
		{ file: 'icon-512.png', sizes: '512x512', purpose: 'any' },
		{ file: 'icon-maskable-512.png', sizes: '512x512', purpose: 'maskable' },
	];
	return {
		name: 'installed',
		apply: 'build',
		generateBundle() {
			const named = icons.map(({ file, ...icon }) => {
				const source = readFileSync(join(import.meta.dirname, 'src/icons', file));
				const id = this.emitFile({ type: 'asset', name: file, source });
				return { src: `/${this.getFileName(id)}`, type: 'image/png', ...icon };
			});
			const manifest = {
				id: '/',
				name: 'Hearth',
				short_name: 'Hearth',
				start_url: '/',
				scope: '/',
				display: 'standalone',
				icons: named,
			};
			const source = JSON.stringify(manifest);
			this.emitFile({ type: 'asset', fileName: 'manifest.webmanifest', source });
		},
	};
}

/** The service worker: one script without imports, which has the names of all that the build has made. */
function serviceWorker(): Plugin {
	let dist = '';
	return {
		name: 'service-worker',
		apply: isServed,
		configResolved: ({ root, build }) => {
			dist = resolve(root, build.outDir);
		},
		async closeBundle() {
			const assets = join(dist, 'assets');
			const names = readdirSync(assets).filter((name) => !isCompressed(name));
			const files = names.map((name) => `/assets/${name}`);
			const page = readFileSync(join(dist, 'index.html'));
			const hash = createHash('sha256')
				.update(page)
				.update(files.join())
				.digest('hex')
				.slice(0, 12);
			await build({
				configFile: false,
				logLevel: 'warn',
				define: { __FILES__: JSON.stringify(files), __HASH__: JSON.stringify(hash) },
				build: {
					target,
					outDir: dist,
					emptyOutDir: false,
					copyPublicDir: false,
					lib: {
						entry: join(import.meta.dirname, 'src/sw/sw.ts'),
						formats: ['iife'],
						name: 'serviceWorker',
						fileName: () => 'sw.js',
					},
				},
			});
		},
	};
}

function compress(): Plugin {
	let assets = '';
	return {
		name: 'compress',
		apply: isServed,
		configResolved: ({ root, build }) => {
			assets = join(resolve(root, build.outDir), 'assets');
		},
		// Not the folder itself: it keeps itself, so that cargo sees what comes into it.
		buildStart: () => rmSync(assets, { recursive: true, force: true }),
		closeBundle: {
			order: 'post',
			sequential: true,
			async handler() {
				for (const folder of [assets, join(assets, '..')]) {
					for (const name of readdirSync(folder)) {
						if (isCompressed(name) || !/\.(js|css|svg|webmanifest)$/.test(name)) continue;
						const plain = readFileSync(join(folder, name));
						// What everybody waits for is worth two seconds of the build: a twenty-fifth less than zlib's best.
						const isFirst = /^(first|base)-/.test(name);
						const gzip = isFirst ? await gzipAsync(plain, {}) : gzipSync(plain, { level: 9 });
						writeFileSync(join(folder, `${name}.gz`), gzip);
						writeFileSync(join(folder, `${name}.br`), brotliCompressSync(plain));
					}
				}
			},
		},
	};
}

/** Of marked only its lexer is used: what makes HTML is hung on one object at its end, and would all be kept with it. */
function lexerOnly(): Plugin {
	return {
		name: 'lexer-only',
		apply: 'build',
		transform: {
			filter: { id: /\/marked\.esm\.js$/ },
			handler(code) {
				const cut = code.replace(
					/var \w+=new \w+;function \w+\(\w+,\w+\)\{return \w+\.parse\([\s\S]*?export\{[^}]*?(\w+) as Lexer,[^}]*\}/,
					'export{$1 as Lexer}',
				);
				if (cut === code)
					this.error('marked is written in another way than it was: look at lexerOnly');
				return { code: cut, map: null };
			},
		},
	};
}

/**
 * `early.ts` is carried by the page: it is no request, and has run before anything is drawn, so that a dark page does not
 * flash, and what is drawn first does not wait for the client. The server lets it run by its digest.
 */
function early(): Plugin {
	const tag = '<script type="module" src="/src/early.ts"></script>\n';
	return {
		name: 'early',
		apply: 'build',
		transformIndexHtml: {
			order: 'pre',
			async handler(html) {
				const built = (await build({
					configFile: false,
					logLevel: 'warn',
					build: {
						target,
						write: false,
						lib: {
							entry: join(import.meta.dirname, 'src/early.ts'),
							formats: ['iife'],
							name: 'early',
						},
					},
				})) as { output: { code: string }[] }[];
				const code = built[0]?.output[0]?.code.trim() ?? '';
				// What stands in braces the server fills in.
				if (!html.includes(tag) || !code || /<\/|\{(mode|signup|http)\}/.test(code))
					throw new Error('early.ts cannot be carried by the page: look at early');
				return html.replace(tag, () => `<script>${code}</script>\n`).replace(/>\n</g, '><');
			},
		},
	};
}

/** The client is never made of HTML that a server has drawn: what Svelte has for that would be kept, and is not used. */
function neverHydrates(): Plugin {
	return {
		name: 'never-hydrates',
		apply: 'build',
		transform: {
			filter: { id: /\/svelte\/src\/internal\/client\/dom\/hydration\.js$/ },
			handler(code) {
				const never = code
					.replace('export let hydrating = false;', 'export const hydrating = false;')
					.replace(/\bhydrating = value;/, '');
				if (never === code)
					this.error('Svelte has another hydration.js than it had: look at neverHydrates');
				return { code: never, map: null };
			},
		},
	};
}

/** Which component has which class. */
const styled = new Map<string, string>();

/**
 * A class that keeps a component's styles its own is in the page many times: a short one is enough, as long as no two
 * components have the same. It is the same wherever the client is built.
 */
const compilerOptions = {
	discloseVersion: false,
	runes: true,
	rootDir: import.meta.dirname,
	cssHash: ({ hash, filename = '' }: { hash: (input: string) => string; filename?: string }) => {
		const own = `s-${hash(filename).slice(0, 4)}`;
		const other = styled.get(own) ?? filename;
		if (other !== filename) throw new Error(`${filename} and ${other} have the class ${own}`);
		styled.set(own, filename);
		return own;
	},
};

const FIELDS = /\/svelte\/src\/internal\/client\/dom\/elements\/bindings\/(input|select)\.js$/;

export default defineConfig({
	plugins: [
		svelte({ compilerOptions }),
		lexerOnly(),
		neverHydrates(),
		early(),
		installed(),
		serviceWorker(),
		compress(),
	],
	define: { __BUILD__: JSON.stringify(`web ${version}`) },
	build: {
		target,
		emptyOutDir: false,
		// A data: address would need to be let through by the page's policy.
		assetsInlineLimit: 0,
		modulePreload: {
			polyfill: false,
			// What the first script itself fetches later nobody waits for, but for the gate: it need not know what that needs.
			resolveDependencies: (name, needs, { hostId }) =>
				/\/first-/.test(hostId) && !/\/Gate-/.test(name)
					? needs.filter((need) => need.endsWith('.css'))
					: needs,
		},
		// What the first load needs is one file, however many parts share a piece of it: each more would be a request. What
		// Svelte has for fields is first needed by what comes later.
		rolldownOptions: {
			// How long each plugin took is nothing that whoever runs the server wants to read.
			checks: { pluginTimings: false },
			treeshake: { moduleSideEffects: [{ test: FIELDS, sideEffects: false }] },
			output: {
				codeSplitting: {
					includeDependenciesRecursively: false,
					groups: [
						{ name: 'fields', test: FIELDS, priority: 1 },
						{ name: 'first', tags: ['$initial'] },
					],
				},
			},
		},
	},
	server: { proxy: { '/api': server, '/ws': { target: server, ws: true } } },
});
