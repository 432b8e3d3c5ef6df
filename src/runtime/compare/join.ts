/** The rows of two runs side by side, joined by document_id while both are read. */
import { isValid, textAt, type Block, type TextColumn, type WireColumn } from '../../protocol/index.js';

/** A row where it lies: nothing is copied before its partner is found. */
export interface Row {
  block: Block;
  at: number;
  id: string;
}

export type Pair = { a: Row; b: Row } | { a: Row; b: null } | { a: null; b: Row };

/**
 * Memory: the rows that wait for their partner. Runs over the same input in the same order need a block of each; runs in
 * very different orders need the smaller distance between partners, at most one run.
 * Where an id occurs more than once in a run, its first row is the partner of the other run's first, and so on.
 */
export async function* joinRows(a: AsyncIterable<Block>, b: AsyncIterable<Block>): AsyncIterable<Pair> {
  const sides = [side(a), side(b)] as const;
  let open = true;
  while (open) {
    open = false;
    for (const [own, other] of [[0, 1], [1, 0]] as const) {
      const next = await sides[own].blocks.next();
      if (next.done) continue;
      open = true;
      for (const row of rowsOf(next.value)) {
        const partner = take(sides[other].waiting, row.id);
        if (partner === undefined) put(sides[own].waiting, row);
        else yield own === 0 ? { a: row, b: partner } : { a: partner, b: row };
      }
    }
  }
  for (const rows of sides[0].waiting.values()) for (const row of rows) yield { a: row, b: null };
  for (const rows of sides[1].waiting.values()) for (const row of rows) yield { a: null, b: row };
}

function side(blocks: AsyncIterable<Block>): { blocks: AsyncIterator<Block>; waiting: Map<string, Row[]> } {
  return { blocks: blocks[Symbol.asyncIterator](), waiting: new Map() };
}

function* rowsOf(block: Block): Iterable<Row> {
  const ids = block.columns.find((column) => column.name === 'document_id') as WireColumn;
  for (let at = 0; at < block.rows; at++) yield { block, at, id: isValid(ids.validity, at) ? textAt(ids as TextColumn, at) : '' };
}

function put(waiting: Map<string, Row[]>, row: Row): void {
  const same = waiting.get(row.id);
  if (same === undefined) waiting.set(row.id, [row]);
  else same.push(row);
}

function take(waiting: Map<string, Row[]>, id: string): Row | undefined {
  const same = waiting.get(id);
  const row = same?.shift();
  if (same?.length === 0) waiting.delete(id);
  return row;
}
