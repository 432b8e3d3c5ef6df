/** What a plugin's steps write, where all of it can be seen. */
import { processorsOf } from '../../facts/batches.js';
import { columnWrites } from '../../facts/column-writes.js';
import type { Expr, ModuleFact } from '../../facts/index.js';
import { classesOf } from '../../facts/returns.js';
import { eachStatement, everyExpression } from '../../facts/walk.js';
import type { PluginFacts } from '../../plugin-rule.js';

/** The columns every row has. */
export const rowColumns: readonly string[] = [
  'data', 'document_id', 'object_id', 'blob_id', 'blob_property', 'blob_type', 'collection_id', 'feature_extractor_id',
  'mime_type', 'size_bytes',
];

/** Base classes that write no column. */
const plainBases = /^(LazyModelMixin|BaseBatchInferenceService|BaseInferenceService|BaseModel|BaseSettings|ABC|Protocol|Generic|Enum|IntEnum|StrEnum|TypedDict|NamedTuple|object|Error|\w*(Error|Exception))$/;

/** Every column that some code of the plugin writes; null when one may be written whose name is not to be seen. */
export function writtenColumns(plugin: PluginFacts): Set<string> | null {
  const known = columnsOf.get(plugin);
  if (known !== undefined) return known;
  const found = findColumns(plugin);
  columnsOf.set(plugin, found);
  return found;
}

// Three rules ask.
const columnsOf = new WeakMap<PluginFacts, Set<string> | null>();

function findColumns({ files, realtime }: PluginFacts): Set<string> | null {
  if (files === null) return null;
  const modules = files.filter(({ path }) => path !== realtime?.path).map(({ module }) => module);
  const classes = new Set(modules.flatMap(({ body }) => classesOf(body).map(({ name }) => name)));
  if (modules.some((module) => mayWriteUnseen(module, classes))) return null;
  const { names, isKnown } = columnWrites(modules);
  return isKnown ? names : null;
}

/** Whether the plugin has a processor that can be read: without one nothing is known of what is written. */
export function hasProcessor({ files }: PluginFacts): boolean {
  return files?.some(({ module }) => processorsOf(module).length > 0) ?? false;
}

// Steps of packages, services of the platform and inherited processors write what their own code says.
function mayWriteUnseen(module: ModuleFact, classes: ReadonlySet<string | null>): boolean {
  const foreign = new Set<string>();
  eachStatement(module.body, (stmt) => {
    if (stmt.op === 'import' && !/^(\.|plugsmith(\/|$)|zod$|node:)/.test(stmt.module)) foreign.add(stmt.local);
  }, true);
  let unseen = false;
  everyExpression(module.body, (expr) => {
    if (expr.op === 'class' && expr.cls.base && !isPlainBase(expr.cls.base, classes)) unseen = true;
    if (expr.op === 'call') {
      if (expr.callee.op === 'name' && expr.callee.name === 'getBatchService') unseen = true;
      for (const { name, value } of expr.args) if (name === 'serviceClass') unseen ||= mayBeForeign(value, foreign);
    }
    if (expr.op === 'record') unseen ||= expr.fields.some(({ name, value }) => name === 'serviceClass' && mayBeForeign(value, foreign));
  });
  return unseen;
}

function isPlainBase(base: Expr, classes: ReadonlySet<string | null>): boolean {
  return (base.op === 'name' || base.op === 'member') && (plainBases.test(base.name) || (base.op === 'name' && classes.has(base.name)));
}

/** Whether a step's class may come from elsewhere: anything but a name of the plugin's own. */
function mayBeForeign(value: Expr, foreign: ReadonlySet<string>): boolean {
  return value.op !== 'name' || foreign.has(value.name);
}
