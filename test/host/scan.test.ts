/** What the check of a TypeScript plugin's bundle and sources finds. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { zipOf } from '../archive/unpack/zip-builder.js';
import { publish, testHost, type Reply, type TestHost } from './support.js';

let host: TestHost;
let strict: TestHost;
let count = 0;
beforeAll(async () => {
  host = await testHost({ noAuth: true, limits: { pluginsPerNamespace: 100 } });
  strict = await testHost({ noAuth: true, strict: true });
});

const banner = "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);\n";
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Parts {
  bundle?: string;
  files?: Record<string, string>;
  inputs?: { path: string; sha256: string; package?: string }[];
  digest?: string;
  leaveOut?: string[];
}

function send(to: TestHost, { bundle = 'export const actions = {};\n', files = {}, inputs = [], digest, leaveOut = [] }: Parts): Promise<Reply> {
  const name = `scanned_${'abcdefghijklmnopqrstuvwxyz'[(count += 1)] as string}`;
  const manifest = JSON.stringify({ feature_extractor_name: name, version: '1.0.0', category: 'text', supported_input_types: ['text'], input_schema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }, features: [{ feature_type: 'embedding', feature_name: 'vector', embedding_dim: 3, distance_metric: 'cosine' }] });
  const code = banner + bundle;
  const all: Record<string, string> = { 'manifest.ts': `export default ${manifest};\n`, 'pipeline.ts': 'export function buildSteps() { return { steps: [] }; }\n', 'manifest.json': manifest, 'dist/plugin.mjs': code, 'dist/inputs.json': JSON.stringify({ digest: digest ?? sha(code), inputs }), ...files };
  return publish(to, zipOf(Object.entries(all).filter(([path]) => !leaveOut.includes(path)).map(([path, data]) => ({ name: `${name}/${path}`, data }))), name);
}

const violations = (reply: Reply): string[] => reply.body.error?.details.validation_errors ?? [];

const fromPackage = '// node_modules/lodash/lodash.js\nvar root = Function("return this")();\n\n// pipeline.ts\nfunction buildSteps() { return { steps: [] }; }\n';
/** Line 3 of the bundle is line 1 of lodash. */
const map = JSON.stringify({ version: 3, sources: ['../node_modules/lodash/lodash.js'], names: [], mappings: ';;AAAA' });
const lodash = [{ path: 'node_modules/lodash/lodash.js', sha256: sha('x'), package: 'lodash' }];

describe('the bundle', () => {
  it('passes with its own first line', async () => {
    expect((await send(host, {})).status).toBe(200);
  });

  it('is refused for what the author would be refused for', async () => {
    const reply = await send(host, { bundle: '// pipeline.ts\nimport { spawn } from "node:child_process";\nspawn("sh");\n' });
    expect(reply.body.error.details.code).toBe('security');
    expect(violations(reply)).toEqual([expect.stringMatching(/^dist\/plugin\.mjs:3:\d+: /)]);
  });

  it('is warned of for what its packages do, and refused by a strict host', async () => {
    const reply = await send(host, { bundle: fromPackage, inputs: lodash, files: { 'dist/plugin.mjs.map': map } });
    expect(reply.status).toBe(200);
    const { plugin } = (await host.call('GET', `/v1/namespaces/default/plugins/${reply.body.plugin_id}`)).body;
    expect(plugin.validation_errors).toEqual([expect.stringMatching(/^dist\/plugin\.mjs:3:\d+: In the package lodash /)]);
    expect((await send(strict, { bundle: fromPackage, inputs: lodash, files: { 'dist/plugin.mjs.map': map } })).status).toBe(400);
  });

  it('is not excused by calling the author\'s own file a package', async () => {
    const bundle = '// pipeline.ts\neval("1");\n';
    const own = JSON.stringify({ version: 3, sources: ['../pipeline.ts'], names: [], mappings: ';;AAAA' });
    expect((await send(host, { bundle, inputs: [{ path: 'pipeline.ts', sha256: sha('x'), package: 'lodash' }], files: { 'dist/plugin.mjs.map': own } })).status).toBe(400);
    expect((await send(host, { bundle: fromPackage, inputs: lodash })).status).toBe(400);
  });

  it.each([
    ['another bundle than its list describes', { digest: 'a'.repeat(64) }, /not the one that dist\/inputs\.json describes/],
    ['sources that changed since', { inputs: [{ path: 'pipeline.ts', sha256: 'b'.repeat(64) }] }, /another state of this file/],
    ['no bundle', { leaveOut: ['dist/plugin.mjs'] }, /^dist\/plugin\.mjs: The file is missing\. .*plugin package/],
    ['no list of inputs', { leaveOut: ['dist/inputs.json'] }, /^dist\/inputs\.json: The file is missing/],
    ['no manifest.json', { leaveOut: ['manifest.json'] }, /^manifest\.json: The file is missing/],
    ['a manifest.json that is none', { files: { 'manifest.json': '[]' } }, /manifest/],
  ] as [string, Parts, RegExp][])('is refused with %s', async (_what, parts, message) => {
    const reply = await send(host, parts);
    expect(reply.status).toBe(400);
    expect(violations(reply)[0]).toMatch(message);
  });
});

describe('the sources', () => {
  it.each([
    ['in a folder that lint leaves out', { 'processors/dist/evil.ts': 'eval("1");\n' }],
    ['under the name of a scratch folder', { 'dist/.scan/plugin.mjs': 'eval("1");\n' }],
    ['silenced by a comment', { 'processors/evil.ts': '// plugin-lint-disable-next-line SEC-EVAL -- because\neval("1");\n' }],
    ['in a file that cannot be parsed', { 'processors/evil.ts': 'const = ;\n' }],
    ['as native code', { 'models/lib.node': 'x' }],
    ['as a program under another name', { 'models/model.bin': '\x7fELF\x02\x01\x01' }],
    ['in package.json', { 'package.json': '{"scripts":{"postinstall":"sh"}}' }],
  ])('are refused %s', async (_where, files) => {
    const reply = await send(host, { files });
    expect([reply.status, reply.body.error?.details.code]).toEqual([400, 'security']);
    expect(violations(reply)[0]).toContain(Object.keys(files)[0]);
  });
});
