import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseManifest } from '../../../src/manifest/index.js';
import { valueAt } from '../../../src/protocol/index.js';
import { baseFolder, placed, planFrames } from '../../../src/runtime/plan/index.js';
import { type RawRow, type Source } from '../../../src/runtime/sources/index.js';

const folder = mkdtempSync(join(tmpdir(), 'plugsmith-paths-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['a.png', 'image/png', '/in/a.png'], ['sub/../a.pdf', 'application/pdf', '/in/a.pdf'], ['ünïcode name.jpg', 'image/jpeg', '/in/ünïcode name.jpg'],
  ['/abs/a.png', 'image/png', '/abs/a.png'], ['https://x.org/a.png', 'image/png', 'https://x.org/a.png'], ['s3://b/a.png', 'image/png', 's3://b/a.png'],
  ['file:///a.png', 'image/png', 'file:///a.png'], ['data:image/png;base64,AA', 'image/png', 'data:image/png;base64,AA'],
  ['a.png', 'text/plain', 'a.png'], ['', 'image/png', ''], [null, 'image/png', null],
])('%s of type %s is seen as %s', (data, mime, expected) => expect(placed(data, mime, '/in')).toBe(expected));

it('the base is the folder of a file, a folder itself, or the current one', () => {
  expect(baseFolder(join(folder, 'rows.jsonl'))).toBe(folder);
  expect(baseFolder(folder)).toBe(folder);
  expect(baseFolder('-')).toBe(process.cwd());
});

const source = (rows: RawRow[]): Source => ({
  name: 'rows.jsonl', path: 'rows.jsonl', bytes: null, digest: async () => null,
  async *read() {
    yield { rows, ends: rows.map((_, i) => ({ row: i + 1, byte: i + 1, line: i + 1 })) };
  },
});
const manifest = (types: string[]) => parseManifest({
  feature_extractor_name: 'planned', version: '1.0.0', supported_input_types: types, features: [],
  input_schema: { type: 'object', properties: { image: { type: 'string' } }, required: ['image'] }, output_schema: { type: 'object', properties: {} },
});

it('the plugin sees where a file is, and the output keeps what the input says', async () => {
  const rows = [{ image: 'a.png' }, { image: 'a note' }, { image: '/b.png' }];
  for await (const { wire, carried } of planFrames(source(rows), manifest(['image', 'text']), { batchSize: 4, base: '/in' })) {
    const [data] = wire.columns;
    expect(rows.map((_, i) => valueAt(data as never, i))).toEqual(['/in/a.png', 'a note', '/b.png']);
    expect(rows.map((_, i) => valueAt(carried[1] as never, i))).toEqual(['a.png', 'a note', '/b.png']);
  }
});

it.each([
  [['image'], 'https://x.org/photo?id=3', 'image/*', 'image'], [['image'], 'https://x.org/page.html', 'text/html', 'text'], [['image'], 'a red star', 'text/plain', 'text'],
  [['image'], 'a #1 red star.png', 'image/png', 'image'], [['image', 'text'], 'a red star.png', 'text/plain', 'text'], [['image', 'text'], `data:image/PNG;base64,${'A'.repeat(5000)}`, 'image/png', 'image'],
  [['image'], 'data: we have none', 'text/plain', 'text'], [['video'], 's3://bucket/key', 'video/*', 'video'], [['image', 'text'], 'https://x.org/photo?id=3', 'text/plain', 'text'],
])('for a plugin that takes %j, %s is of type %s', async (types, data, mime, kind) => {
  for await (const { constants } of planFrames(source([{ image: data }]), manifest(types), { batchSize: 4 })) expect(constants).toMatchObject({ mime_type: mime, blob_type: kind });
});

it('a plugin that takes texts alone sees them as they are', async () => {
  for await (const { wire } of planFrames(source([{ image: 'a.png' }, { image: 'b.png' }]), manifest(['text']), { batchSize: 4, base: '/in' })) {
    expect(valueAt(wire.columns[0] as never, 0)).toBe('a.png');
  }
});
