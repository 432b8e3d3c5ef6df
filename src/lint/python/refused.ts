/**
 * What the grammar takes, and the compiler of Python refuses: things in places that are not theirs. Only what every
 * version from 3.10 on refuses, and only what people write by mistake; this is no compiler.
 */
import { firstUsesIn, homeOf, isInLoop, mayWait, mayYield } from './places.js';
import type { PythonNode } from './tree.js';

type Check = (node: PythonNode) => string | null;

const check = (isWrong: (node: PythonNode) => boolean, reason: string): Check => (node) => (isWrong(node) ? reason : null);
const outsideLoop = check((node) => !isInLoop(node), 'it stands outside a loop');
const startsAsync = ({ children }: PythonNode): boolean => children[0]?.type === 'async';
const waiting = check((node) => startsAsync(node) && !mayWait(node), '`async` stands outside an asynchronous function');

const checks: Readonly<Record<string, Check>> = {
  return_statement: check((node) => homeOf(node)?.type !== 'function_definition', '`return` stands outside a function'),
  yield: check((node) => !mayYield(node), '`yield` stands outside a function'),
  await: check((node) => !mayWait(node), '`await` stands outside an asynchronous function'),
  with_statement: waiting,
  for_statement: waiting,
  for_in_clause: waiting,
  break_statement: outsideLoop,
  continue_statement: outsideLoop,
  try_statement: handlersOf,
  match_statement: casesOf,
  argument_list: argumentsOf,
  generator_expression: check(
    ({ fieldName, children }) => fieldName === 'arguments' && (children.at(-1)?.childrenForFieldName('right').length ?? 0) > 1,
    'a generator expression beside other arguments needs parentheses',
  ),
  parameters: parametersOf,
  lambda_parameters: parametersOf,
  global_statement: (node) => declared(node, 'global'),
  nonlocal_statement: (node) => (homeOf(node) === null ? '`nonlocal` stands outside a function' : declared(node, 'nonlocal')),
  wildcard_import: check((node) => homeOf(node) !== null, '`import *` stands inside a function or class'),
  future_import_statement: check((node) => !isAtStart(node), 'an import from `__future__` comes first in a file'),
  raise_statement: check((node) => node.children.some(({ type }) => type === 'expression_list'), '`raise` takes one exception'),
  comparison_operator: check((node) => node.childrenForFieldName('operators').some(({ text }) => text === '<>' || text === 'not'), 'there is no such comparison'),
  named_expression: check(({ parent }) => parent?.type === 'expression_statement' || parent?.type === 'assignment', '`:=` needs parentheses here'),
  delete_statement: check(isUndeletable, 'only names, members and items can be deleted'),
  integer: check(({ text }) => !/^(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|[1-9](?:_?\d)*|0(?:_?0)*|\d(?:_?\d)*[jJ])$/.test(text), 'it is no number'),
  string: stringOf,
  concatenated_string: check(({ children }) => new Set(children.map(isBytes)).size > 1, 'bytes and text cannot be joined'),
};

/** The types of nodes that `refusalOf` has something to say about. */
export const checkedTypes: ReadonlySet<string> = new Set(Object.keys(checks));

/** Why Python refuses a node of a finished tree, as half a sentence; null when it does not, as far as is known here. */
export function refusalOf(node: PythonNode): string | null {
  return checks[node.type]?.(node) ?? null;
}

function handlersOf({ children }: PythonNode): string | null {
  const handlers = children.filter(({ type }) => type.startsWith('except'));
  if (handlers.length === 0 && !children.some(({ type }) => type === 'finally_clause')) return '`try` has neither `except` nor `finally`';
  const bare = handlers.findIndex((handler) => handler.namedChildren.length === 1);
  return bare >= 0 && bare < handlers.length - 1 ? 'a bare `except` comes last' : null;
}

/** A name alone takes whatever there is, and nothing may follow it: `case RED:` compares with no constant. */
function casesOf(node: PythonNode): string | null {
  const cases = (node.childForFieldName('body')?.children ?? []).filter(({ type }) => type === 'case_clause');
  const all = cases.slice(0, -1).find((one) => {
    const patterns = one.children.filter(({ type }) => type === 'case_pattern');
    return one.childForFieldName('guard') === null && patterns.length === 1 && /^(?!(?:None|True|False)$)[^\W\d]\w*$/.test(patterns[0]?.text ?? '');
  });
  return all ? 'a name alone matches everything, so no case may follow it' : null;
}

function argumentsOf({ children }: PythonNode): string | null {
  const names = new Set<string>();
  let isNamed = false;
  let isSpread = false;
  for (const argument of children) {
    if (argument.type === 'keyword_argument') {
      const name = argument.childForFieldName('name')?.text.normalize('NFKC') ?? '';
      if (names.has(name)) return `the argument \`${name}\` is given twice`;
      names.add(name);
      isNamed = true;
    } else if (argument.type === 'dictionary_splat') isSpread = true;
    else if (argument.isNamed && (isSpread || (isNamed && !argument.text.startsWith('*')))) return 'an argument by position follows one by name';
  }
  return null;
}

function parametersOf({ children }: PythonNode): string | null {
  const names = new Set<string>();
  let hasDefault = false;
  let star: 'none' | 'bare' | 'seen' = 'none';
  let hasSlash = false;
  let isClosed = false;
  for (const [index, parameter] of children.entries()) {
    const { type } = parameter;
    if (isClosed) return 'nothing follows `**`';
    if (type === 'tuple_pattern') return 'a parameter is a name';
    const [only] = type === 'typed_parameter' ? parameter.children : [parameter];
    if (type === 'positional_separator') {
      if (index === 0 || hasSlash || star !== 'none') return '`/` is in the wrong place';
      hasSlash = true;
      continue;
    }
    const isStar = only?.type === 'list_splat_pattern' || type === 'keyword_separator';
    if (isStar && star !== 'none') return '`*` is there twice';
    const isNamed = !isStar && only?.type !== 'dictionary_splat_pattern';
    if (star === 'bare' && !isNamed) return 'a name follows `*`';
    if (isStar) star = type === 'keyword_separator' ? 'bare' : 'seen';
    else if (star === 'bare') star = 'seen';
    isClosed = only?.type === 'dictionary_splat_pattern';
    const isOptional = type.includes('default');
    if (isNamed && star === 'none' && hasDefault && !isOptional) return 'a parameter without a default follows one with a default';
    hasDefault ||= isOptional && star === 'none';
    const name = (parameter.childForFieldName('name') ?? only)?.text.replace(/^\*+\s*/, '').normalize('NFKC') ?? '';
    if (names.has(name)) return `the parameter \`${name}\` is there twice`;
    if (name !== '') names.add(name);
  }
  return star === 'bare' ? 'a name follows `*`' : null;
}

/** A name is declared before it is used. */
function declared(node: PythonNode, word: string): string | null {
  const home = homeOf(node);
  if (home?.type !== 'function_definition') return null;
  const used = node.children.find((child) => child.type === 'identifier' && (firstUsesIn(home).get(child.text.normalize('NFKC')) ?? Infinity) < child.startIndex);
  return used ? `\`${used.text}\` is used before it is declared \`${word}\`` : null;
}

/** Nothing but the text that describes the file, and other imports of the kind, stands before it. */
function isAtStart(node: PythonNode): boolean {
  if (node.parent?.type !== 'module') return false;
  const before = node.parent.children.slice(0, node.parent.children.indexOf(node));
  return before.every((one, index) => one.type === 'future_import_statement' || (index === 0 && /string$/.test(one.children[0]?.type ?? '')));
}

function isUndeletable({ namedChildren: [first] }: PythonNode): boolean {
  const targets = first?.type === 'expression_list' ? first.namedChildren : first ? [first] : [];
  return targets.some(({ type }) => !/^(identifier|attribute|subscript|tuple|list|parenthesized_expression)$/.test(type));
}

function isBytes({ children: [start] }: PythonNode): boolean {
  return /b/i.test(start?.text ?? '');
}

function stringOf(node: PythonNode): string | null {
  const prefix = /^[^'"]*/.exec(node.children[0]?.text ?? '')?.[0].toLowerCase() ?? '';
  if (!/^(?:[ubft]|r[bft]?|[bft]r)?$/.test(prefix)) return 'there is no such kind of text';
  const { text } = node;
  if (prefix.includes('b') && /[^\0-\x7f]/.test(text)) return 'bytes are written in ASCII';
  if (prefix.includes('r') || !text.includes('\\')) return null;
  return node.children.some((part) => part.type === 'string_content' && hasHalfEscape(part.text, prefix === 'b'))
    ? 'an escape such as `\\x`, `\\u` or `\\N` is not complete; a path with backslashes is written r"..."'
    : null;
}

function hasHalfEscape(text: string, isOfBytes: boolean): boolean {
  const escapes = isOfBytes ? /\\(?:x[\da-fA-F]{2}|[^])/g : /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|N\{[^}]+\}|[^])/g;
  const halves = isOfBytes ? ['\\x'] : ['\\x', '\\u', '\\U', '\\N'];
  return (text.match(escapes) ?? []).some((escape) => halves.includes(escape));
}
