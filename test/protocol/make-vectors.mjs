// Makes the vectors of frames and of bodies. Deterministic; run it after a change, and check in what it writes:
//   node test/protocol/make-vectors.mjs
// It uses none of our own code, so that a mistake of ours does not become the measure.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  Bool, Dictionary, Field, FixedSizeList, Float32, Float64, Int32, Int64, Null, RecordBatch, RecordBatchStreamWriter, Schema, Struct, Utf8,
  makeData, vectorFromArray,
} from 'apache-arrow';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'vectors');

/** A frame by the page, byte for byte; `prefix` overrides what a broken one has wrong. */
function frame(header, body = Buffer.alloc(0), prefix = {}) {
  const json = Buffer.isBuffer(header) ? header : Buffer.from(JSON.stringify(header), 'utf8');
  const start = Buffer.alloc(16);
  start.write(prefix.magic ?? 'PSWP', 0, 'latin1');
  start.writeUInt16LE(prefix.version ?? 1, 4);
  start.writeUInt16LE(prefix.reserved ?? 0, 6);
  start.writeUInt32LE(prefix.headerLength ?? json.byteLength, 8);
  start.writeUInt32LE(prefix.bodyLength ?? body.byteLength, 12);
  return Buffer.concat([start, json, body]);
}

const text = { type: 'text' };
const item = new Field('item', new Float32(), false);
const arrowTypes = {
  null: () => new Null(), bool: () => new Bool(), int: () => new Int64(), float: () => new Float64(), text: () => new Utf8(), json: () => new Utf8(),
  vector: (dim) => new FixedSizeList(dim, item),
};

/** One Arrow stream of columns `{name, type, values}`; JSON values are given parsed. */
function body(columns, rows, types = columns.map(({ type, dim }) => arrowTypes[type](dim))) {
  const fields = columns.map(({ name, type }, i) => new Field(name, types[i], true, type === 'json' ? new Map([['plugsmith', 'json']]) : undefined));
  const children = columns.map((column, i) => columnData(column, types[i]));
  return stream(new Schema(fields), [{ rows, children }]);
}

function columnData({ type, values }, arrowType) {
  if (type === 'vector') return vectorData(values, arrowType);
  const cells = values.map((value) => (value === null ? null : type === 'json' ? JSON.stringify(value.json) : type === 'int' ? BigInt(value) : value));
  return cells.length === 0 ? makeData({ type: arrowType, length: 0 }) : vectorFromArray(cells, arrowType).data[0];
}

function vectorData(values, arrowType) {
  const data = new Float32Array(values.length * arrowType.listSize);
  const nullBitmap = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, i) => {
    if (value === null) return;
    data.set(value.map(Number), i * arrowType.listSize);
    nullBitmap[i >> 3] |= 1 << (i & 7);
  });
  const nullCount = values.filter((value) => value === null).length;
  const child = makeData({ type: new Float32(), length: data.length, data });
  return makeData({ type: arrowType, length: values.length, nullCount, nullBitmap: nullCount === 0 ? undefined : nullBitmap, child });
}

function stream(schema, batches) {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  for (const { rows, children } of batches) {
    writer.write(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children })));
  }
  writer.finish();
  return Buffer.from(writer.toUint8Array(true));
}

const words = ['plain', '', 'Grüße', '日本語', '👩‍🚀', 'line\nbreak "quoted" \\', null, '\u0000'];
const column = (name, type, values, dim) => ({ name, type, ...(dim && { dim }), values });
const json = (...values) => values.map((value) => (value === null ? null : { json: value }));

const bodies = [
  { name: 'every kind, without nulls', rows: 3, columns: [
    column('b', 'bool', [true, false, true]), column('i', 'int', ['1', '-2', '3']), column('f', 'float', [0.5, -1e300, 3]), column('t', 'text', ['a', 'b', 'c']),
    column('j', 'json', json({ a: 1 }, [1, 'x'], 'text')), column('v', 'vector', [[1, 2], [0.1, -0.5], [0, 0]], 2),
  ] },
  { name: 'every kind, with nulls', rows: 4, columns: [
    column('b', 'bool', [null, false, true, null]), column('i', 'int', [null, '0', null, '7']), column('f', 'float', [1.5, null, null, 0]), column('t', 'text', [null, '', 'x', null]),
    column('j', 'json', json(null, {}, null, [])), column('v', 'vector', [null, [1, 2, 3], null, [4, 5, 6]], 3),
  ] },
  { name: 'nothing but nulls', rows: 2, columns: [
    column('n', 'null', [null, null]), column('b', 'bool', [null, null]), column('i', 'int', [null, null]), column('f', 'float', [null, null]), column('t', 'text', [null, null]),
    column('j', 'json', [null, null]), column('v', 'vector', [null, null], 2),
  ] },
  { name: 'texts of all sorts', rows: words.length, columns: [column('t', 'text', words), column('Spaltenname ü', 'text', words)] },
  { name: 'the ends of int', rows: 4, columns: [column('i', 'int', ['9007199254740991', '-9007199254740991', '9223372036854775807', '-9223372036854775808'])] },
  { name: 'floats that JSON does not have', rows: 4, columns: [column('f', 'float', ['NaN', 'Infinity', '-Infinity', '-0'])] },
  { name: 'the JSON value null is not null', rows: 2, columns: [column('j', 'json', [{ json: null }, null])] },
  { name: 'vectors of one number', rows: 2, columns: [column('v', 'vector', [[1], [2]], 1)] },
  { name: 'ten rows with a null behind the first byte of the bitmap', rows: 10, columns: [column('i', 'int', ['0', '1', '2', '3', '4', '5', '6', '7', '8', null])] },
  { name: 'no rows', rows: 0, columns: [column('t', 'text', []), column('v', 'vector', [], 2)] },
  { name: 'no columns', rows: 5, columns: [] },
].map(({ name, rows, columns }) => ({ name, rows, columns, base64: (columns.length === 0 ? Buffer.alloc(0) : body(columns.map(forArrow), rows)).toString('base64') }));

/** Numbers that JSON cannot write are texts in the vectors. */
function forArrow(entry) {
  return entry.type === 'float' ? { ...entry, values: entry.values.map((value) => (typeof value === 'string' ? Number(value) : value)) } : entry;
}

const two = new Schema([new Field('i', new Int32(), true)]);
const ints = (values) => ({ rows: values.length, children: [vectorFromArray(values, new Int32()).data[0]] });
const good = body([column('t', 'text', ['a', 'b'])], 2);
const brokenBodies = [
  { name: 'not Arrow', rows: 2, error: 'arrow', bytes: Buffer.from('this is no Arrow stream, whatever the header says') },
  { name: 'cut off inside of the record batch', rows: 2, error: 'arrow', bytes: good.subarray(0, good.byteLength - 24) },
  { name: 'other number of rows than the header says', rows: 3, error: 'rows', bytes: good },
  { name: 'two record batches', rows: 2, error: 'batches', bytes: stream(new Schema([new Field('i', new Int64(), true)]), [0, 1].map(() => ({ rows: 1, children: [vectorFromArray([1n], new Int64()).data[0]] }))) },
  { name: 'a type that the protocol does not carry', rows: 2, error: 'type', bytes: stream(two, [ints([1, 2])]) },
  { name: 'a dictionary', rows: 2, error: 'type', bytes: dictionary() },
].map(({ bytes, ...rest }) => ({ ...rest, base64: bytes.toString('base64') }));

function dictionary() {
  const type = new Dictionary(new Utf8(), new Int32(), 1);
  return stream(new Schema([new Field('d', type, true)]), [{ rows: 2, children: [vectorFromArray(['a', 'b'], type).data[0]] }]);
}

const step = {
  name: 'Embed', rows: 2, batches: 1, seconds: 0.25, model_seconds: 0.125, tokenizer_seconds: 0, io_seconds: 0, model_calls: 1, tokenizer_calls: 0, io_calls: 0, io_failures: 0,
  first_io_error: null, sequential: { model: 0, tokenizer: 0, io: 0 },
};
const messages = [
  [{ type: 'init', id: 1, bundle: '/p/dist/plugin.mjs', root: '/p', role: 'pipeline', parameters: { threshold: 0.5 }, threads: 1, batch_size: null, profile: 'trusted' }],
  [{ type: 'rows', id: 2, rows: 2, batch_size: 64, constants: { mime_type: 'text/plain', size_bytes: 0, blob_type: null } }, [column('data', 'text', ['Grüße', null]), column('document_id', 'text', ['a', 'b'])]],
  [{ type: 'rows', id: 3, rows: 2, batch_size: 64, constants: {} }, []],
  [{ type: 'realtime', id: 4, inputs: { text: '日本語' }, parameters: {} }],
  [{ type: 'action', id: 5, name: 'train', params: { epochs: 3 } }],
  [{ type: 'rpc', id: 1, ok: true, result: 'value' }],
  [{ type: 'rpc', id: 2, ok: false, error: { code: 'secret-missing', message: 'There is no secret "TOKEN".', next: 'Give it with --secret TOKEN.' } }],
  [{ type: 'event', name: 'run-finished', data: { rows: 2 } }],
  [{ type: 'health', id: 6 }],
  [{ type: 'cancel', target: 2 }],
  [{ type: 'shutdown' }],
  [{ type: 'ready', id: 1, protocol: 1, runtime: 'node 20.20.0', pid: 4711, manifest: { version: '1.0.0' }, parameters: { threshold: 0.5 }, steps: [{ name: 'Embed', resource_type: 'cpu', condition: 'is_text' }], batch_size: 64 }],
  [{
    type: 'result', id: 2, rows: 2, ids_crc32: 2659403885,
    row_errors: [{ row: 1, step: 'Embed', kind: 'exception', name: 'TypeError', message: 'no text', at: 'processors/core.ts:31:9' }],
    stats: { steps: [step], features: { v: { written: 1, null: 0, wrong_size: 0, nan: 0, zero: 0, seen_size: 0 } }, skipped: 0, reordered: 0, batches: 1, rss_bytes: 71303168, metrics: { pages: 12 } },
  }, [column('v', 'vector', [[1, 0.5], null], 2)]],
  [{ type: 'result', id: 4, value_type: 'object' }, { value: { embedding: [0.1, 0.2], text: '日本語' } }],
  [{ type: 'error', id: 4, code: 'plugin-error', message: 'no text', name: 'TypeError', at: 'realtime.ts:12:9' }],
  [{ type: 'log', level: 'warn', message: 'three\nlines\n', step: null }],
  [{ type: 'progress', id: 2, batches: 1 }],
  [{ type: 'progress', id: 2, batches: 0, note: 'half way' }],
  [{ type: 'metric', name: 'loaded', value: 3 }],
  [{ type: 'rpc', id: 1, method: 'secret', params: { name: 'TOKEN' } }],
];

/** A list of columns as Arrow, `{value}` as JSON text, nothing for an empty list. */
function bodyOf(given, rows) {
  if ('value' in given) return Buffer.from(JSON.stringify(given.value), 'utf8');
  return given.length > 0 ? body(given, rows) : undefined;
}

const encoded = messages.map(([header, columns = []]) => ({ header, columns, bytes: frame(header, bodyOf(columns, header.rows)) }));
const frames = [
  ...encoded.map(({ header, columns, bytes }) => ({ name: header.type, headers: [header], columns: [columns], base64: bytes.toString('base64') })),
  { name: 'all of them, one after the other', headers: encoded.map(({ header }) => header), columns: encoded.map(({ columns }) => columns), base64: Buffer.concat(encoded.map(({ bytes }) => bytes)).toString('base64') },
  { name: 'a key that nobody knows', headers: [{ type: 'health', id: 1, colour: 'blue' }], columns: [[]], base64: frame({ type: 'health', id: 1, colour: 'blue' }).toString('base64') },
  { name: 'a reserved field that is not 0', headers: [{ type: 'health', id: 1 }], columns: [[]], base64: frame({ type: 'health', id: 1 }, undefined, { reserved: 7 }).toString('base64') },
];

const broken = [
  { name: 'wrong magic', error: 'magic', bytes: frame(text, undefined, { magic: 'HTTP' }) },
  { name: 'version 2', error: 'version', bytes: frame(text, undefined, { version: 2 }) },
  { name: 'version 0', error: 'version', bytes: frame(text, undefined, { version: 0 }) },
  { name: 'header longer than its cap', error: 'header-too-long', bytes: frame(text, undefined, { headerLength: 16 * 1024 * 1024 + 1 }) },
  { name: 'body longer than its cap', error: 'body-too-long', bytes: frame(text, undefined, { bodyLength: 1024 * 1024 * 1024 + 1 }) },
  { name: 'largest length there is', error: 'header-too-long', bytes: frame(text, undefined, { headerLength: 0xffffffff }) },
  { name: 'header is no JSON', error: 'header-not-json', bytes: frame(Buffer.from('{"type": "text"')) },
  { name: 'header is empty', error: 'header-not-json', bytes: frame(Buffer.alloc(0)) },
  { name: 'header without a type', error: 'header-no-type', bytes: frame({ id: 1 }) },
  { name: 'header whose type is a number', error: 'header-no-type', bytes: frame({ type: 7 }) },
  { name: 'header is a list', error: 'header-no-type', bytes: frame(['type']) },
  { name: 'header is null', error: 'header-no-type', bytes: frame(null) },
  { name: 'a broken frame behind a good one', error: 'magic', bytes: Buffer.concat([frame(text), frame(text, undefined, { magic: '\0\0\0\0' })]) },
  { name: 'ends inside of the prefix', error: 'truncated', bytes: frame(text).subarray(0, 15) },
  { name: 'ends behind the prefix', error: 'truncated', bytes: frame(text).subarray(0, 16) },
  { name: 'ends inside of the header', error: 'truncated', bytes: frame(text).subarray(0, 20) },
  { name: 'ends inside of the body', error: 'truncated', bytes: frame(text, Buffer.alloc(8)).subarray(0, -1) },
].map(({ bytes, ...rest }) => ({ ...rest, base64: bytes.toString('base64') }));

/** File name to content. */
export const vectors = Object.fromEntries(
  Object.entries({ 'frames.json': frames, 'broken-frames.json': broken, 'bodies.json': bodies, 'broken-bodies.json': brokenBodies }).map(([name, list]) => [
    name, `[\n${list.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`,
  ]),
);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, content] of Object.entries(vectors)) writeFileSync(join(folder, name), content);
}
