// Builds dist/: one bundle with shared chunks, declarations for plugin authors, and what makes commands start fast.
//   node scripts/build.mjs           everything
//   node scripts/build.mjs --fast    no type check and no declarations
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const fast = process.argv.includes('--fast');
const dist = join(root, 'dist');
// Built beside the old one and swapped in whole, so that a worker started meanwhile finds all of either.
const out = join(root, '.cache', `dist-${process.pid}`);

/** The rooms have no effects when they are loaded, so whoever uses a part of one loads no more than that part. */
const partsOfRooms = {
  name: 'parts-of-rooms',
  setup: ({ onResolve }) => onResolve({ filter: /^\.{1,2}\/.+\.js$/ }, ({ path, importer, resolveDir }) => (importer.startsWith(join(root, 'src/')) ? { path: resolve(resolveDir, path.replace(/\.js$/, '.ts')), sideEffects: false } : undefined)),
};

/** Half of zod are its messages in other languages. They are in a file of their own, which is loaded when one is asked for. */
const otherLanguages = {
  name: 'other-languages',
  setup: ({ onLoad }) => onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({ loader: 'js', resolveDir: dirname(path), contents: lazyLanguages(readFileSync(path, 'utf8')) })),
};

/** What oclif loads at each start and hardly ever uses: now when it is used. Its check of Node's version is bin's already. */
const lateForOclif = {
  name: 'late-for-oclif',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(ejs|minimatch|semver|tinyglobby)$/ }, ({ path, importer, resolveDir }) => (/@oclif\/core\/lib\//.test(importer) ? { path, namespace: 'late', pluginData: resolveDir } : undefined));
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path, pluginData: resolveDir }) => ({
      resolveDir,
      contents: path === 'semver' ? 'exports.satisfies = () => true;' : `let loaded; module.exports = new Proxy({}, { get: (_, name) => (name === '__esModule' ? undefined : (loaded ??= require('${path}'))[name]) });`,
    }));
  },
};

/** unzipper names an S3 client that it never needs here; our own use of that client is bundled. */
const withoutUnzippersS3 = {
  name: 'without-unzippers-s3',
  setup: ({ onResolve }) => onResolve({ filter: /^@aws-sdk\/client-s3$/ }, ({ path, importer }) => (/node_modules\/unzipper\//.test(importer) ? { path, external: true } : undefined)),
};

/**
 * esbuild's own code travels in dist/, its program for each platform is a dependency of ours: its package has an install
 * script that only serves a faster start of its command, and npm tells every user of it (decision 077).
 */
const esbuildFromDist = {
  name: 'esbuild-from-dist',
  setup: ({ onResolve }) => onResolve({ filter: /^esbuild$/ }, () => ({ path: '#esbuild', external: true })),
};

/** Modules that lint's script gets from whoever loads it: errors, because `instanceof` has to know them, and what is imported late. */
const sharedWithScript = ['errors/index', 'lint/python/tree-sitter'];

/**
 * All of lint that needs parsers and rules, as one script that is compiled once (decision 075), and what loads it in its
 * place. The script is named by its content.
 */
async function compiledOnce() {
  const source = join(root, 'src/lint/heavy.ts');
  const shared = { name: 'shared-with-script', setup: ({ onResolve }) => onResolve({ filter: /\.js$/ }, ({ path, resolveDir }) => {
    const name = sharedWithScript.find((module) => resolve(resolveDir, path) === join(root, `src/${module}.js`));
    return name && { path: name, external: true };
  }) };
  const { outputFiles: [{ contents }] } = await build({
    absWorkingDir: root, entryPoints: [source], write: false, bundle: true, format: 'cjs', platform: 'node', target: 'node20', external: ['typescript'],
    plugins: [shared, partsOfRooms, otherLanguages], define: { 'import.meta.url': '__url' }, banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
    // Scripts have no loader of modules.
    supported: { 'dynamic-import': false }, logLevel: 'warning', legalComments: 'none',
  });
  const name = `lint/heavy-${createHash('sha256').update(contents).digest('hex').slice(0, 12)}.cjs`;
  mkdirSync(join(out, 'lint'), { recursive: true });
  writeFileSync(join(out, name), contents);
  const exported = [...readFileSync(source, 'utf8').matchAll(/^export \{ (.+) \}/gm)].flatMap(([, list]) => list.split(', '));
  const loader = [
    ...sharedWithScript.map((module, i) => `import * as shared${i} from '../${module}.js';`),
    "import { loadScript } from '../native/script.js';", "import { fileURLToPath } from 'node:url';",
    // The chunk that this becomes a part of lies somewhere below dist/.
    `const path = fileURLToPath(import.meta.url.replace(/(.*\\/dist\\/).*/, '$1${name}'));`,
    `export const { ${exported.join(', ')} } = loadScript(path, { ${sharedWithScript.map((module, i) => `'${module}': shared${i}`).join(', ')} });`,
  ].join('\n');
  return { name: 'compiled-once', setup: ({ onLoad }) => onLoad({ filter: /src\/lint\/heavy\.ts$/ }, ({ path }) => ({ resolveDir: dirname(path), contents: loader })) };
}

// A build that fails leaves nothing behind; one that succeeds has taken the place of the old one by then.
process.on('exit', () => rmSync(out, { recursive: true, force: true }));
rmSync(out, { recursive: true, force: true });
const metafile = await bundle();
await smallThreads();
await languages();
pythonParser();
esbuildItself();
if (!fast) types();
writeFileSync(join(out, 'THIRD-PARTY-LICENSES.txt'), licences(metafile));
swap();
await manifest();
await help();

async function bundle() {
  // What commands share is no command.
  const commands = filesUnder('src/commands').filter((file) => file.endsWith('.ts') && !file.startsWith('src/commands/shared/'));
  const entries = [
    'src/main.ts', ...commands, 'src/sdk/index.ts', 'src/sdk/manifest.ts', 'src/sdk/testing.ts',
    'src/worker/main.ts', 'src/worker/watchdog.ts', 'src/worker/test-preload.ts', 'src/runtime/launch/ahead.ts', 'src/native/compiled.ts', 'src/lint/deep-worker.ts', 'src/lint/eslint.ts',
  ];
  const result = await build({
    absWorkingDir: root,
    entryPoints: [...entries.map((file) => ({ in: file, out: file.slice('src/'.length, -'.ts'.length) })), { in: 'zod', out: 'zod' }],
    outdir: out, bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', chunkNames: 'chunks/[name]-[hash]',
    // Native code cannot be bundled; oclif names a compiler that it does not need here.
    external: ['onnxruntime-node', 'sharp', 'libsql', 'typescript'],
    plugins: [await compiledOnce(), partsOfRooms, otherLanguages, lateForOclif, withoutUnzippersS3, esbuildFromDist],
    // Bundled CommonJS still calls require for Node's own modules.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    metafile: true, logLevel: 'warning', legalComments: 'none',
  });
  return result.metafile;
}

/** Threads that hold little: of the shared chunks they would load far more than they use. */
async function smallThreads() {
  const name = 'runtime/sinks/aside-thread';
  await build({ absWorkingDir: root, entryPoints: [{ in: `src/${name}.ts`, out: name }], outdir: out, bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning' });
}

/** For each name that the index of languages exports, a function that loads the file of all of them. */
function lazyLanguages(index) {
  const names = [...index.matchAll(/export \{ default as (\w+) \}/g)].map(([, name]) => name);
  if (names.length === 0 || names.length !== index.trim().split('\n').length) throw new Error('zod lists its languages in another way');
  // The chunk that this becomes a part of lies somewhere below dist/.
  const load = "const load = () => require(decodeURIComponent(new URL(import.meta.url.replace(/(.*\\/dist\\/).*/, '$1languages.cjs')).pathname));";
  return [load, ...names.map((name) => `export const ${name} = () => load().${name}();`)].join('\n');
}

async function languages() {
  await build({ absWorkingDir: root, entryPoints: ['zod/v4/locales'], outfile: join(out, 'languages.cjs'), bundle: true, format: 'cjs', platform: 'node', target: 'node20', logLevel: 'warning' });
}

/** The parser that lint reads Python with, and its grammar. */
function pythonParser() {
  for (const name of ['web-tree-sitter', 'tree-sitter-python']) cpSync(join(root, `node_modules/${name}/${name}.wasm`), join(out, `wasm/${name}.wasm`));
}

/** Its code insists on the name of its file and folder, and is CommonJS. */
function esbuildItself() {
  cpSync(join(root, 'node_modules/esbuild/lib/main.js'), join(out, 'esbuild/lib/main.js'));
  writeFileSync(join(out, 'esbuild/package.json'), '{ "type": "commonjs" }\n');
}

function types() {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', root, '--outDir', join(out, 'types')], { stdio: 'inherit' });
  // Plugins import z from us, so the declarations travel with ours and an editor needs no npm install.
  const zod = join(root, 'node_modules/zod');
  cpSync(zod, join(out, 'types/zod'), { recursive: true, filter: (file) => !/node_modules.+node_modules|\/src(\/|$)|\/locales\/|\.(js|cjs|mjs|map|d\.cts)$/.test(file.slice(zod.length)) });
}

/** The licence texts of everything that was bundled: their terms ask for it. */
function licences(meta) {
  const packages = new Map();
  for (const input of Object.keys(meta.inputs)) {
    const match = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(input);
    if (match) packages.set(match[1], match[2]);
  }
  // These are copied, not bundled.
  for (const name of ['esbuild', 'tree-sitter-python']) packages.set(`node_modules/${name}`, name);
  const texts = [...packages].sort().map(([folder, name]) => {
    const { version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(root, folder, file), 'utf8').trim() : `(${license}; the package holds no licence file)`;
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return `Plugsmith contains the following packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

function swap() {
  const old = `${out}-old`;
  // The command takes a build without help texts for an unfinished one; until they are made anew the old ones serve.
  if (existsSync(join(dist, 'help.json'))) cpSync(join(dist, 'help.json'), join(out, 'help.json'));
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(out, dist);
  rmSync(old, { recursive: true, force: true });
}

/** oclif reads commands from this file instead of importing each of them. */
async function manifest() {
  const { Plugin } = await import('@oclif/core');
  const plugin = new Plugin({ root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true, respectNoCacheDefault: true });
  await plugin.load();
  const content = JSON.parse(JSON.stringify(plugin.manifest));
  writeFileSync(join(root, 'oclif.manifest.json'), `${JSON.stringify(content, null, 1)}\n`);
}

/** Help texts, so that asking for help starts no framework. */
async function help() {
  const main = await import(pathToFileURL(join(dist, 'main.js')).href);
  writeFileSync(join(dist, 'help.json'), JSON.stringify(await main.renderHelp(root)));
}

function filesUnder(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}
