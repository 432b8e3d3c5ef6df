/** Loops that end in the first turn that does anything. */
import type { PythonNode } from '../../python/index.js';
import { partsOf } from './source.js';

/** Whether a loop with this body is left at the end of a turn, and goes on only where it skips what it does not want. */
export function endsAtOnce(body: PythonNode | null): boolean {
  const parts = body ? partsOf(body).filter((part) => part.type !== 'comment') : [];
  const first = parts.findIndex((part) => !isSkip(part));
  const rest = parts.slice(Math.max(first, 0));
  return rest.some((part) => /^(break|return|raise)_statement$/.test(part.type)) && !rest.some(mayGoOn);
}

/** `if not row.data: continue`, with a test that waits for nothing. */
function isSkip(node: PythonNode): boolean {
  const [only, ...more] = node.type === 'if_statement' ? partsOf(node.childForFieldName('consequence') ?? node) : [];
  const test = node.childForFieldName('condition')?.text ?? '';
  return only?.type === 'continue_statement' && more.length === 0 && node.childrenForFieldName('alternative').length === 0 && !/\bawait\b/.test(test);
}

function mayGoOn(node: PythonNode): boolean {
  if (node.type === 'continue_statement') return true;
  return !/^(for_statement|while_statement|function_definition|class_definition)$/.test(node.type) && partsOf(node).some(mayGoOn);
}
