/** Where the keys and values of a manifest stand in its source. */
import type { Node } from '@babel/types';
import type { Path } from '../tree.js';

/** A stretch of source in UTF-16 offsets, end exclusive. */
export interface Range {
  start: number;
  end: number;
}

/** The same with 1-based lines (LF-separated) and columns. */
export interface Span extends Range {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** The range of a key (none for a list item) and of its value. */
export interface KeyPlace {
  key: Range | undefined;
  value: Range;
}

/** A source text, and where in it stands what; by path, its parts joined with NUL. */
export interface PlacedSource {
  text: string;
  places: ReadonlyMap<string, KeyPlace>;
}

export function placeKey(path: Path): string {
  return path.join('\0');
}

/** The span of the key or value at `path`, or of the nearest thing around it that was read. */
export function placeOf({ text, places }: PlacedSource, path: Path, at: 'key' | 'value'): Span | undefined {
  for (let length = path.length; length >= 0; length--) {
    const place = places.get(placeKey(path.slice(0, length)));
    if (place === undefined) continue;
    return toSpan(text, length === path.length && at === 'key' ? (place.key ?? place.value) : place.value);
  }
  return undefined;
}

/** The range of a syntax node, or undefined for one that the parser did not place. */
export function rangeOf(node: Node): Range | undefined {
  return typeof node.start === 'number' && typeof node.end === 'number' ? { start: node.start, end: node.end } : undefined;
}

function toSpan(text: string, { start, end }: Range): Span {
  const [line, column] = lineAndColumn(text, start);
  const [endLine, endColumn] = lineAndColumn(text, end);
  return { line, column, endLine, endColumn, start, end };
}

function lineAndColumn(text: string, offset: number): [line: number, column: number] {
  const before = text.slice(0, offset);
  return [before.split('\n').length, offset - before.lastIndexOf('\n')];
}
