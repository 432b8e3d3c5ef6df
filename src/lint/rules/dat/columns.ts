/** The columns that a plugin's code reads and writes, where their names are written down. */
import type { Expr, FunctionFact, ModuleFact, Stmt } from '../../facts/index.js';
import { eachStatement, everyExpression, firstParameter, functionsNamed, namesIn, processorMethods } from '../../facts/walk.js';
import type { PluginFile } from '../../plugin-rule.js';
import type { Place } from '../../rule.js';

/** The columns every row has. */
export const rowColumns: readonly string[] = [
  'data', 'document_id', 'object_id', 'blob_id', 'blob_property', 'blob_type', 'collection_id', 'feature_extractor_id',
  'mime_type', 'size_bytes',
];

export interface ColumnRead {
  name: string;
  at: Place;
}

/** Every column that some code of the plugin writes; null when one may be written whose name is not to be seen. */
export function writtenColumns(files: readonly PluginFile[]): Set<string> | null {
  const written = new Set<string>();
  let isKnown = true;
  for (const { module } of files) {
    if (mayWriteUnseen(module)) return null;
    everyExpression(module.body, (expr) => {
      if (expr.op !== 'call' || expr.callee.op !== 'member' || !/^(withColumn|collect)$/.test(expr.callee.name)) return;
      const name = expr.args[0];
      if (name && !name.spread && name.value.op === 'literal' && typeof name.value.value === 'string') written.add(name.value.value);
      else isKnown = false;
    });
  }
  return isKnown ? written : null;
}

// Steps of packages, services of the platform and inherited processors write what their own code says.
function mayWriteUnseen(module: ModuleFact): boolean {
  const foreign = new Set<string>();
  eachStatement(module.body, (stmt) => {
    if (stmt.op === 'import' && !/^(\.\.?\/|plugsmith(\/|$)|zod$|node:)/.test(stmt.module)) foreign.add(stmt.local);
  });
  let unseen = false;
  everyExpression(module.body, (expr) => {
    if (expr.op === 'class' && expr.cls.base !== null) unseen = true;
    if (expr.op === 'call' && expr.callee.op === 'name' && expr.callee.name === 'getBatchService') unseen = true;
    if (expr.op === 'record') unseen ||= expr.fields.some(({ name, value }) => name === 'serviceClass' && mentions(value, foreign));
  });
  return unseen;
}

/** Whether a step's class may come from elsewhere: anything but a name of the plugin's own. */
function mentions(value: Expr, foreign: ReadonlySet<string>): boolean {
  return value.op !== 'name' || foreign.has(value.name);
}

/** The columns that processors take from the batch they are given, by a written name. */
export function readColumns(module: ModuleFact): ColumnRead[] {
  return functionsNamed(module.body, processorMethods).flatMap((fn) => readsOf(fn));
}

function readsOf(fn: FunctionFact): ColumnRead[] {
  const batch = firstParameter(fn);
  if (batch === null || isRebound(fn.body, batch)) return [];
  const reads: ColumnRead[] = [];
  let asksFirst = false;
  everyExpression(fn.body, (expr) => {
    if (expr.op === 'member' && /^(columnNames|hasColumn|columns|schema)$/.test(expr.name)) asksFirst = true;
    if (expr.op !== 'call' || expr.callee.op !== 'member' || !/^(column|explode)$/.test(expr.callee.name)) return;
    const { of } = expr.callee;
    const name = expr.args[0]?.value;
    if (of.op === 'name' && of.name === batch && name?.op === 'literal' && typeof name.value === 'string') reads.push({ name: name.value, at: expr.at });
  });
  // Who looks which columns there are reads only those.
  return asksFirst ? [] : reads;
}

/** Whether a name gets another value, or stands for something else in a function inside. */
function isRebound(body: readonly Stmt[], name: string): boolean {
  let found = false;
  eachStatement(body, (stmt) => {
    if ((stmt.op === 'bind' || stmt.op === 'each') && namesIn(stmt.to).includes(name)) found = true;
  }, true);
  everyExpression(body, (expr) => {
    if (expr.op === 'assign' && namesIn(expr.to).includes(name)) found = true;
    if (expr.op === 'function' && expr.fn.params.some(({ to }) => namesIn(to).includes(name))) found = true;
  });
  return found;
}
