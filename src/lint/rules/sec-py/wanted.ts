/** Which nodes are worth a second look. */
import type { PythonNode } from '../../python/index.js';
import { REACHABLE } from './modules.js';
import { BUILT_IN, FORBIDDEN, INTERNALS } from './names.js';
import { field } from './scopes.js';
import { nameOf } from './values.js';

/** Names of members that may be forbidden, whatever they are members of. */
const MEMBERS: ReadonlySet<string> = new Set([
  '__dict__', ...REACHABLE, ...INTERNALS.keys(), ...[...FORBIDDEN.keys()].map((name) => name.slice(name.lastIndexOf('.') + 1)),
]);

/** Whether a node of the tree may be a finding of this file; asked for every node, so it only looks. */
export function isWanted(node: PythonNode): boolean {
  switch (node.type) {
    case 'identifier':
      return isWord(node, BUILT_IN) && isRead(node);
    case 'attribute':
      return isWord(field(node, 'attribute'), MEMBERS);
    case 'keyword_pattern':
      return node.children[0] !== undefined && isWord(node.children[0], MEMBERS);
    case 'call':
    case 'subscript':
    case 'exec_statement':
    case 'import_statement':
    case 'import_from_statement':
      return true;
    default:
      return false;
  }
}

function isWord(node: PythonNode, words: ReadonlySet<string>): boolean {
  return words.has(nameOf(node));
}

const NO_NAMES = new Set(['keyword_pattern', 'global_statement', 'nonlocal_statement', 'aliased_import', 'future_import_statement']);
const TARGETS = new Set([
  'parameters', 'lambda_parameters', 'typed_parameter', 'list_splat_pattern', 'dictionary_splat_pattern', 'tuple_pattern', 'list_pattern',
  'as_pattern_target', 'splat_pattern', 'delete_statement',
]);
const TARGET_FIELDS: Readonly<Record<string, string>> = {
  assignment: 'left', for_statement: 'left', for_in_clause: 'left', named_expression: 'name', function_definition: 'name', class_definition: 'name',
  default_parameter: 'name', typed_default_parameter: 'name', keyword_argument: 'name', attribute: 'attribute', except_clause: 'alias',
};

/** Whether an identifier reads the name, rather than binding it or being part of some other syntax. */
export function isRead(node: PythonNode): boolean {
  const { parent, fieldName } = node;
  if (!parent || NO_NAMES.has(parent.type)) return false;
  if (TARGETS.has(parent.type) && fieldName === null) return false;
  if (fieldName !== null && TARGET_FIELDS[parent.type] === fieldName) return false;
  if (parent.type === 'pattern_list') return parent.fieldName !== 'left';
  if (parent.type !== 'dotted_name') return !(parent.type === 'as_pattern' && parent.parent?.type === 'case_pattern');
  // `case eval(x)` and `case eval.x` read the name; `case eval` binds it; imports do neither.
  if (parent.children[0] !== node) return false;
  return parent.parent?.type === 'class_pattern' || (parent.children.length > 1 && /pattern$/.test(parent.parent?.type ?? ''));
}
