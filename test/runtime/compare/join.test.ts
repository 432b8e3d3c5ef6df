import { expect, it } from 'vitest';
import { buildColumn, type Block } from '../../../src/protocol/index.js';
import { joinRows } from '../../../src/runtime/compare/join.js';

async function* blocks(...parts: string[][]): AsyncIterable<Block> {
  for (const ids of parts) yield { rows: ids.length, columns: [buildColumn('document_id', { kind: 'text' }, ids)] };
}

async function pairs(a: string[][], b: string[][]): Promise<string[]> {
  const found: string[] = [];
  for await (const pair of joinRows(blocks(...a), blocks(...b))) found.push(`${pair.a === null ? '-' : `${pair.a.id}@${pair.a.at}`} ${pair.b === null ? '-' : `${pair.b.id}@${pair.b.at}`}`);
  return found.sort();
}

it.each<[string, string[][], string[][], string[]]>([
  ['the same rows in other blocks', [['a', 'b', 'c']], [['a'], ['b', 'c']], ['a@0 a@0', 'b@1 b@0', 'c@2 c@1']],
  ['another order', [['a', 'b'], ['c']], [['c', 'b'], ['a']], ['a@0 a@0', 'b@1 b@1', 'c@0 c@0']],
  ['rows in one only', [['a', 'x']], [['a', 'y'], ['z']], ['- y@1', '- z@0', 'a@0 a@0', 'x@1 -']],
  ['an id that occurs twice', [['a', 'a']], [['a'], ['a', 'a']], ['- a@1', 'a@0 a@0', 'a@1 a@0']],
  ['nothing on one side', [], [['a']], ['- a@0']],
])('%s', async (_, a, b, expected) => expect(await pairs(a, b)).toEqual(expected));
