/** SEC-IMPORT in Python: import statements. */
import type { PythonNode } from '../../python/index.js';
import type { RuleMeta, Report } from '../../rule.js';
import { imports } from '../sec/SEC-IMPORT.js';
import { dottedName, importedNames } from './bind-imports.js';
import { at, describe, type Found } from './describe.js';
import { memberName, moduleName, refuse } from './modules.js';
import { FORBIDDEN, starAdvice } from './names.js';
import { lookUp, type Program, type Scope } from './scopes.js';
import { nameOf } from './values.js';

/** Judges one import statement. */
export function checkImport(program: Program, statement: PythonNode, scope: Scope): Found[] {
  if (isForTypesOnly(program, statement, scope)) return [];
  const module = statement.childForFieldName('module_name');
  if (!module) return importedNames(statement).flatMap(({ node, name }) => refused(node, name));
  // A relative name is a file of the plugin, whatever it is called.
  if (module.type !== 'dotted_name') return [];
  const base = dottedName(module);
  const whole = refused(statement, base);
  if (whole.length > 0) return whole;
  const star = statement.children.find((child) => child.type === 'wildcard_import');
  const advice = star && starAdvice(moduleName(base));
  if (advice) return [{ rule: advice.rule, report: describe(statement, `from ${base} import *`, advice) }];
  return importedNames(statement).flatMap(({ node, name }) => {
    const full = memberName(moduleName(base), name);
    const forbidden = FORBIDDEN.get(full);
    if (forbidden && !forbidden.only) return [{ rule: forbidden.rule, report: describe(node, full, forbidden) }];
    return refused(node, full);
  });
}

function refused(node: PythonNode, module: string): { rule: RuleMeta; report: Report }[] {
  const refusal = refuse(module);
  return refusal ? [{ rule: imports.meta, report: { at: at(node), ...refusal } }] : [];
}

/** Whether the statement stands under `if TYPE_CHECKING:`, which is never true when the code runs. */
function isForTypesOnly(program: Program, statement: PythonNode, scope: Scope): boolean {
  for (let node = statement; node.parent; node = node.parent) {
    const { parent } = node;
    if (parent.type !== 'if_statement' || node.fieldName !== 'consequence') continue;
    const condition = parent.childForFieldName('condition');
    if (condition && isTypeChecking(program, condition, scope)) return true;
  }
  return false;
}

function isTypeChecking(program: Program, condition: PythonNode, scope: Scope): boolean {
  const last = condition.type === 'attribute' ? condition.childForFieldName('attribute') : condition;
  if (last?.type !== 'identifier' || nameOf(last) !== 'TYPE_CHECKING') return false;
  // Somebody who sets it has something else in mind.
  if (program.members.has('TYPE_CHECKING')) return false;
  const root = condition.type === 'attribute' ? condition.childForFieldName('object') : condition;
  if (root?.type !== 'identifier') return false;
  const bindings = lookUp(program, nameOf(root), scope)?.names.get(nameOf(root)) ?? [];
  const wanted = root === condition ? /^typing(_extensions)?\.TYPE_CHECKING$/ : /^typing(_extensions)?$/;
  return bindings.length > 0 && bindings.every((binding) => binding.kind === 'known' && wanted.test(binding.name));
}
