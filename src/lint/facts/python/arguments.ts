/** The arguments of a call, by position and by keyword. */
import type { PythonNode } from '../../python/index.js';
import type { Arg, Expr, Field } from '../model.js';
import { lowerItem } from './expressions.js';
import { argOf, camelCase, normalised, nothing, partsOf, type Source } from './source.js';

export interface Arguments {
  /** Arguments by position, unlowered. */
  positional: readonly PythonNode[];
  /** The value of a keyword argument, unlowered. */
  keyword(name: string): PythonNode | undefined;
  /** The argument at a position or under one of some keywords, lowered; null where there is none. */
  take(index: number, ...keywords: string[]): Expr | null;
  /** Those by keyword, as the fields of a dict. */
  fields(): Field[];
  /** All of them, lowered, with the keywords where the function called by that name has its parameters. */
  inOrder(functionName: string): Arg[];
}

/** Reads an argument list; a generator expression may stand for all of it. */
export function argumentsOf(source: Source, list: PythonNode | null): Arguments {
  const nodes = list === null ? [] : list.type === 'argument_list' ? partsOf(list) : [list];
  const positional = nodes.filter((node) => node.type !== 'keyword_argument');
  const keywords = new Map<string, PythonNode>();
  for (const node of nodes) {
    const [name, value] = [node.childForFieldName('name'), node.childForFieldName('value')];
    if (node.type === 'keyword_argument' && name && value) keywords.set(normalised(name.text), value);
  }
  return {
    positional,
    keyword: (name) => keywords.get(name),
    take(index, ...names) {
      const node = positional[index] ?? names.map((name) => keywords.get(name)).find((value) => value !== undefined);
      return node ? lowerItem(source, node).value : null;
    },
    fields: () => [...keywords].map(([name, node]) => ({ name, value: source.expression(node) })),
    inOrder(functionName) {
      const args = positional.map((node) => lowerItem(source, node));
      const params = source.signatures.get(functionName);
      const later = [...keywords].sort(([a], [b]) => orderOf(a) - orderOf(b));
      for (const [name, node] of later) {
        const index = params?.indexOf(camelCase(name)) ?? -1;
        const arg: Arg = { ...argOf(source.expression(node)), name: camelCase(name) };
        if (index < 0) args.push(arg);
        else {
          while (args.length < index) args.push(argOf(nothing));
          args[index] = arg;
        }
      }
      return args;
    },
  };
}

// `parallel_io(max_workers=8, process_fn=f, items=urls)`: what is worked on first, then the function.
function orderOf(keyword: string): number {
  if (/^(items|iterable|iterables|inputs|urls|texts|rows|data)$/.test(keyword)) return 0;
  return /(^|_)(fn|func|function|target|callback)$/.test(keyword) ? 1 : 2;
}
