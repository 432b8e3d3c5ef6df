/**
 * Writes the example model of the template `text`: `encoder.onnx` and `tokenizer.json`.
 *
 *   node scripts/build-text-model.mjs [FOLDER]      (templates/text/models unless told)
 *
 * The model is a table of vectors, one for each known word and each piece of a word, added up over a
 * text. The same sources give the same bytes on every machine; a test compares.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { loadTs } from './lib/load-ts.mjs';
import { choosePieces, cut } from './lib/text-pieces.mjs';
import { DIM, END, pieceVector, sum, unit, without, wordVector } from './lib/text-vectors.mjs';
import { readWords } from './lib/text-words.mjs';

const SPECIALS = ['[PAD]', '[UNK]', '[CLS]'];

/** How much a piece counts, by its number of letters: about as much as a whole word once all are added. */
const PIECE_WEIGHTS = [0, 0.3, 0.55, 0.7];

/** [CLS] stands in every text, so that an empty one has a direction too; it must not be felt in others. */
const SPECIAL_WEIGHTS = { '[PAD]': 0, '[UNK]': 0.2, '[CLS]': 0.01 };

/**
 * The table: rows (a vector and how much it counts) and, for each token in the order of its id, the row it reads.
 * All forms of a word read one row, so `invoice` and `invoices` come out the same.
 */
function buildTable(words) {
  const rows = [];
  const tokens = new Map();
  const add = (names, vector, weight) => {
    for (const name of names) tokens.set(name, rows.length);
    rows.push({ vector, weight });
  };
  for (const special of SPECIALS) add([special], pieceVector(special), SPECIAL_WEIGHTS[special]);

  const chosen = choosePieces(words.flatMap((word) => (word.stop ? [] : word.forms)));
  // All pieces share frequent letters, which would make any two texts look a little alike: take that part out.
  const shared = unit(sum(chosen.map((piece) => [pieceVector(piece), 1])));
  const pieces = new Map();
  for (const piece of chosen) {
    const letters = piece.replace('##', '').replace(END, '').length;
    pieces.set(piece, { vector: without(pieceVector(piece), shared), weight: PIECE_WEIGHTS[letters] });
    add([piece], pieces.get(piece).vector, pieces.get(piece).weight);
  }

  const spell = (word) => sum(cut(word, pieces).map((piece) => [pieces.get(piece).vector, pieces.get(piece).weight]));
  for (const word of words) add(word.forms.map((form) => form + END), wordVector(word, spell), word.weight);
  return { rows, tokens };
}

/** Rows as signed bytes. The factor that undoes the rounding is folded into the row's weight. */
function quantise(rows) {
  const table = new Int8Array(rows.length * DIM);
  const weights = new Float32Array(rows.length);
  rows.forEach(({ vector, weight }, row) => {
    const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (largest === 0) return;
    weights[row] = (weight * largest) / 127;
    vector.forEach((value, i) => (table[row * DIM + i] = Math.round((value / largest) * 127)));
  });
  return { table, weights };
}

/** Weighted sum of the rows of a text's tokens, brought to length 1. */
function encoderGraph({ rows, tokens }) {
  const { table, weights } = quantise(rows);
  return {
    name: 'text_encoder',
    inputs: ['input_ids', 'attention_mask'].map((name) => ({ name, type: 'int64', shape: ['batch', 'sequence'] })),
    outputs: [{ name: 'embedding', type: 'float32', shape: ['batch', DIM] }],
    initializers: [
      { name: 'row_of_token', type: 'int16', shape: [tokens.size], data: Int16Array.from(tokens.values()) },
      { name: 'table', type: 'int8', shape: [rows.length, DIM], data: table },
      { name: 'weights', type: 'float32', shape: [rows.length], data: weights },
      { name: 'axis_1', type: 'int64', shape: [1], data: BigInt64Array.of(1n) },
      { name: 'tiny', type: 'float32', shape: [], data: Float32Array.of(1e-12) },
    ],
    nodes: [
      { op: 'Gather', inputs: ['row_of_token', 'input_ids'], outputs: ['row16'] },
      { op: 'Cast', inputs: ['row16'], outputs: ['row'], attributes: { to: 7 } },
      { op: 'Gather', inputs: ['table', 'row'], outputs: ['bytes'] },
      { op: 'Cast', inputs: ['bytes'], outputs: ['vectors'], attributes: { to: 1 } },
      { op: 'Gather', inputs: ['weights', 'row'], outputs: ['weight'] },
      { op: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } },
      { op: 'Mul', inputs: ['weight', 'mask'], outputs: ['masked'] },
      { op: 'Unsqueeze', inputs: ['masked', 'axis_1'], outputs: ['factors'] },
      { op: 'MatMul', inputs: ['factors', 'vectors'], outputs: ['added'] },
      { op: 'Squeeze', inputs: ['added', 'axis_1'], outputs: ['sums'] },
      { op: 'ReduceL2', inputs: ['sums'], outputs: ['lengths'], attributes: { axes: [1], keepdims: 1 } },
      { op: 'Max', inputs: ['lengths', 'tiny'], outputs: ['divisors'] },
      { op: 'Div', inputs: ['sums', 'divisors'], outputs: ['embedding'] },
    ],
  };
}

/** The tokenizer in the format of the `tokenizers` library: lower case, no accents, words marked at their end. */
function tokenizerJson(tokens) {
  const replace = (pattern, content) => ({ type: 'Replace', pattern: { Regex: pattern }, content });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIALS.map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFD' },
        { type: 'StripAccents' },
        { type: 'Lowercase' },
        replace("['\u2019]", ''),
        replace('[^\\p{L}\\p{N}]+', ' '),
        replace('(?<=[^ ])(?= |$)', END),
      ],
    },
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: { '[CLS]': { id: '[CLS]', ids: [SPECIALS.indexOf('[CLS]')], tokens: ['[CLS]'] } },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 40,
      vocab: Object.fromEntries([...tokens.keys()].map((token, id) => [token, id])),
    },
  };
}

/**
 * @param {string} folder where the two files go; made when it is not there
 * @returns {Promise<{ rows: number, tokens: number }>}
 */
export async function buildTextModel(folder) {
  const words = readWords(await readFile(new URL('./lib/text-words.txt', import.meta.url), 'utf8'));
  const table = buildTable(words);
  const { onnxModel } = await loadTs(new URL('../src/search/onnx-model.ts', import.meta.url));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'encoder.onnx'), onnxModel(encoderGraph(table)));
  await writeFile(join(folder, 'tokenizer.json'), `${JSON.stringify(tokenizerJson(table.tokens))}\n`);
  return { rows: table.rows.length, tokens: table.tokens.size };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = process.argv[2] ?? fileURLToPath(new URL('../templates/text/models', import.meta.url));
  const { rows, tokens } = await buildTextModel(folder);
  process.stdout.write(`Wrote encoder.onnx (${rows} rows) and tokenizer.json (${tokens} tokens) to ${folder}\n`);
}
