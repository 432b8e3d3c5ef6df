/** Searching the vectors of a run: the query embedded by the plugin itself, compared with every row, exactly. */
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure, messageOf } from '../errors/index.js';
import { inputColumns, vectorFeatures } from '../manifest/fields.js';
import type { PluginManifest } from '../manifest/index.js';
import { isValid, valueAt, type Block } from '../protocol/index.js';
import { scoreMeaning, topK, type Match, type VectorBlock } from '../search/index.js';
import { rowsInMemory, runInline } from './inline.js';
import { readBlocks, type JournalContent } from './journal/index.js';
import type { LogLine } from './log.js';
import { mimeByName } from './mime.js';
import { contractProblems, openRealtime, vectorOf } from './realtime.js';
import { findRun, readingRun } from './runs.js';
import type { Session } from './session.js';

export interface SearchOptions {
  /** Words to look for, */
  query?: string | undefined;
  /** or a file whose like is looked for: its text where it is a text, else its path goes to the plugin. */
  file?: string | undefined;
  /** The latest finished run unless told. */
  run?: string | undefined;
  /** The first declared feature unless told. */
  feature?: string | undefined;
  top: number;
  parameters?: Record<string, unknown> | undefined;
  timeoutMs: number;
  onLog(line: LogLine): void;
}

export interface SearchResult {
  run: string;
  feature: string;
  metric: 'cosine' | 'euclid' | 'dot';
  /** What a score is: similarity and product are higher, distance is lower for a nearer row. */
  score: 'similarity' | 'product' | 'distance';
  /** Who embedded the query. */
  embedded_by: 'realtime' | 'pipeline';
  /** Rows with a vector, which the query was compared with. */
  searched: number;
  results: { score: number; row: Record<string, unknown> }[];
}

/** @throws Failure `usage`, `no-run`, `no-vectors`, `no-feature`, `query-not-embedded`, `query-file` */
export async function searchRun(session: Session, options: SearchOptions): Promise<SearchResult> {
  const { folder, record } = findRun(session.project.root, options.run, 'finished');
  const { content } = record;
  if (content === undefined) throw new Failure({ code: 'run-unfinished', message: `Run ${record.id} did not come to its end.`, why: 'Only finished runs are searched.', next: `Continue it: plugin run --resume ${record.id}` });
  const parameters = options.parameters ?? record.options.parameters;
  const { vector, by, feature, metric } = await embedQuery(session, { ...options, parameters });
  const stored = content.fields.find((field) => field.name === feature)?.type;
  if (stored?.kind !== 'vector') throw new Failure({ code: 'no-vectors', message: `Run ${record.id} holds no vectors in "${feature}".`, why: 'There is nothing to compare the query with.', next: 'Run the plugin on rows first: plugin run --local --input FILE' });
  if (stored.dim !== vector.length) throw new Failure({ code: 'query-size', message: `The query's vector has ${vector.length} numbers, those of run ${record.id} have ${stored.dim}.`, why: 'Vectors of different sizes cannot be compared.', next: 'The plugin changed since that run; run it again.' });
  let firstRow = 0;
  let searched = 0;
  const blocks = async function* (): AsyncIterable<VectorBlock> {
    for await (const block of readBlocks(folder, content, [feature])) {
      const [column] = block.columns;
      if (column?.type.kind === 'vector') {
        for (let i = 0; i < block.rows; i++) if (isValid(column.validity, i)) searched++;
        yield { vectors: (column as { data: Float32Array }).data, rows: block.rows, validity: column.validity, firstRow };
      }
      firstRow += block.rows;
    }
  };
  const results = await readingRun(folder, async () => rowsOf(folder, content, await topK({ metric, dim: stored.dim, query: vector, k: options.top, blocks: blocks() })));
  return { run: record.id, feature, metric, score: scoreMeaning[metric], embedded_by: by, searched, results };
}

async function embedQuery(session: Session, options: SearchOptions & { parameters: Record<string, unknown> }): Promise<{ vector: Float32Array; by: 'realtime' | 'pipeline'; feature: string; metric: 'cosine' | 'euclid' | 'dot' }> {
  const { parameters, timeoutMs, onLog } = options;
  const query = readQuery(options);
  if (session.project.realtime !== null) {
    const service = await openRealtime(session, { timeoutMs, onLog });
    try {
      const chosen = chooseFeature(vectorFeatures(service.manifest), options.feature);
      const { value, problems } = await service.call({ ...inputsOf(query, service.manifest), vector_index: chosen.name }, parameters);
      const vector = vectorOf(value, chosen.name);
      if (vector === null) throw new Failure({ code: 'query-not-embedded', message: `The realtime service gave no vector for the query: ${problems[0] ?? contractProblems(value, typeof value, service.manifest, session.project.language, chosen.name)[0]}`, why: 'The query is compared with the stored vectors.', next: session.project.language === 'python' ? 'Return {"embedding": [...]} from run_inference.' : 'Return { embedding: [...] } from runInference.' });
      if (vector.length !== chosen.dim) throw new Failure({ code: 'query-not-embedded', message: `The realtime service answered with ${vector.length} numbers for "${chosen.name}", the manifest declares ${chosen.dim}.`, why: 'Vectors of different sizes cannot be compared.', next: `Answer with a vector under "${chosen.name}", or with the one that inputs.vector_index names under "embedding".` });
      return { vector, by: 'realtime', feature: chosen.name, metric: chosen.metric };
    } finally {
      await service.close();
    }
  }
  const { manifest, rows, errors } = await runInline(session, rowsInMemory([{ data: query.content, mime_type: query.mime }]), { parameters, timeoutMs, onLog });
  const chosen = chooseFeature(vectorFeatures(manifest), options.feature);
  const vector = rows[0]?.[chosen.name];
  if (!(vector instanceof Float32Array)) throw new Failure({ code: 'query-not-embedded', message: `The pipeline gave no vector for the query${errors[0] ? `: ${errors[0].message}` : ''}.`, why: 'Without realtime.ts the query goes through the pipeline as one row.', next: 'Add realtime.ts, or mend the pipeline for a row whose data is the query.' });
  return { vector, by: 'pipeline', feature: chosen.name, metric: chosen.metric };
}

interface Query {
  /** Words, or the absolute path of a file. */
  content: string;
  mime: string;
}

/** @throws Failure `usage`, `query-file` */
function readQuery({ query, file }: SearchOptions): Query {
  const words = query?.trim();
  if ((query === undefined) === (file === undefined) || words === '') throw new Failure({ code: 'usage', message: !words ? 'There is nothing to look for.' : 'Words and --file were both given.', why: 'Rows are compared with one query.', next: 'Give words, plugin search "red shoes", or a file, plugin search --file shoe.png.' });
  if (query !== undefined) return { content: query, mime: 'text/plain' };
  const path = resolve(file as string);
  try {
    if (!statSync(path).isFile()) throw new Error('it is not a file');
    const mime = mimeByName(path) ?? 'text/plain';
    if (!mime.startsWith('text/')) return { content: path, mime };
    const bytes = readFileSync(path);
    if (!isUtf8(bytes) || bytes.includes(0)) throw new Error('it is no text in UTF-8, and its name does not tell what else it is');
    return { content: bytes.toString('utf8').replace(/^\ufeff/, ''), mime };
  } catch (error) {
    throw new Failure({ code: 'query-file', message: `${file} cannot be read: ${messageOf(error)}`, why: 'Rows that are like it are looked for.', next: 'Give the path of a file, such as a picture.', details: { file }, cause: error });
  }
}

/** Under the names that realtime services of the service read, and under the one that the plugin itself requires. */
function inputsOf({ content, mime }: Query, manifest: PluginManifest): Record<string, unknown> {
  const [kind = 'text'] = mime.split('/');
  const [only, ...more] = inputColumns(manifest).filter((column) => column.required);
  const types = manifest.supported_input_types ?? [];
  // Words are no picture: a plugin that takes pictures alone may still embed words, but not as its picture.
  const own = only !== undefined && more.length === 0 && (kind !== 'text' || types.length === 0 || types.includes('text')) ? { [only.name]: content } : {};
  return kind === 'text' ? { ...own, text: content, texts: [content] } : { ...own, [kind]: content };
}

function chooseFeature<F extends { name: string }>(features: readonly F[], wanted: string | undefined): F {
  const found = wanted === undefined ? features[0] : features.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  throw new Failure({ code: 'no-feature', message: wanted === undefined ? 'The manifest declares no features.' : `The manifest declares no feature "${wanted}".`, why: 'Search compares vectors of one feature.', next: features.length > 0 ? `Features: ${features.map(({ name }) => name).join(', ')}.` : 'Declare the vectors that the plugin writes in features.' });
}

/** The rows of the matches, without their vectors. */
async function rowsOf(folder: string, content: JournalContent, matches: readonly Match[]): Promise<SearchResult['results']> {
  const wanted = new Map(matches.map((match, rank) => [match.row, rank]));
  const results: SearchResult['results'] = new Array(matches.length);
  const names = content.fields.filter((field) => field.type.kind !== 'vector').map((field) => field.name);
  let first = 0;
  for await (const block of readBlocks(folder, content, names)) {
    for (const [row, rank] of wanted) {
      if (row < first || row >= first + block.rows) continue;
      results[rank] = { score: (matches[rank] as Match).score, row: rowOf(block, row - first) };
      wanted.delete(row);
    }
    first += block.rows;
    if (wanted.size === 0) break;
  }
  return results;
}

function rowOf(block: Block, row: number): Record<string, unknown> {
  return Object.fromEntries(block.columns.map((column) => [column.name, valueAt(column, row)]));
}
