/** Which input column becomes which of the ten row columns. */
import { Failure } from '../../errors/index.js';
import { inputColumns } from '../../manifest/fields.js';
import type { PluginManifest } from '../../manifest/index.js';
import { ROW_COLUMNS } from '../../protocol/index.js';

export interface MappingOptions {
  /** `--column NAME`: the column that becomes `data`. */
  column?: string | undefined;
  /** `--map row_column=input_column`. */
  map?: Record<string, string> | undefined;
}

export interface Mapping {
  /** Row column to input column, all ten of them. A row that lacks the input column gets a default, `data` excepted. */
  columns: Map<string, string>;
  /** Further columns that `input_schema` names: the plugin sees them under their own names, null where the input lacks an optional one. */
  visible: string[];
}

/** The column that failures.jsonl adds to its rows; never an input column. */
export const FAILURE_COLUMN = '_failure';

/** Columns that a message lists. */
const SHOWN = 40;

/**
 * @param seen input columns, in order of appearance
 * @throws Failure `input-column` listing the columns seen, `usage` for a mapping to an unknown row column
 */
export function mapColumns(manifest: PluginManifest, seen: readonly string[], options: MappingOptions): Mapping {
  const columns = new Map<string, string>();
  // Any row may have them, not only the first; the content alone has to be there from the start.
  for (const name of ROW_COLUMNS) if (name !== 'data' || seen.includes(name)) columns.set(name, name);
  for (const [target, source] of Object.entries(options.map ?? {})) {
    if (!(ROW_COLUMNS as readonly string[]).includes(target)) {
      throw new Failure({ code: 'usage', message: `--map ${target}=${source}: "${target}" is not one of the row columns.`, why: 'A plugin reads fixed columns.', next: `Map to one of: ${ROW_COLUMNS.join(', ')}.` });
    }
    columns.set(target, present(source, seen, `--map ${target}=${source}`));
  }
  if (options.column !== undefined) columns.set('data', present(options.column, seen, `--column ${options.column}`));
  const schema = inputColumns(manifest);
  if (!columns.has('data')) {
    const required = schema.filter((column) => column.required).map((column) => column.name);
    const [only] = required;
    if (required.length === 1 && only !== undefined && seen.includes(only)) columns.set('data', only);
    else throw noData(seen, required);
  }
  const visible = schema.filter(({ name, required }) => (seen.includes(name) || !required) && !columns.has(name)).map(({ name }) => name);
  return { columns, visible };
}

function present(source: string, seen: readonly string[], flag: string): string {
  if (seen.includes(source)) return source;
  throw new Failure({ code: 'input-column', message: `${flag}: the input has no column "${source}".`, why: 'There is nothing to read from it.', next: `${columnsSeen(seen)}`, details: { columns: seen.slice(0, SHOWN) } });
}

function noData(seen: readonly string[], required: readonly string[]): Failure {
  const wanted = required.length === 1 ? `no column "data" and no column "${required[0]}", which input_schema requires` : 'no column "data"';
  return new Failure({
    code: 'input-column',
    message: `The input has ${wanted}.`,
    why: 'A plugin reads each row\'s content from the column "data"; Plugsmith has to know which input column that is.',
    next: `Name it: --column NAME. ${columnsSeen(seen)}`,
    details: { columns: seen.slice(0, SHOWN) },
  });
}

function columnsSeen(seen: readonly string[]): string {
  const more = seen.length - SHOWN;
  return `Columns seen: ${seen.slice(0, SHOWN).join(', ') || 'none'}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}.`;
}
