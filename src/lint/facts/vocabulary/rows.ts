/** Words of batches, columns and rows. */
import { set } from './words.js';

/** How a value relates to rows: 0 is (part of) one row, 1 a collection of rows, 2 a collection of collections. */
export type Rank = 0 | 1 | 2;

export interface RowShape {
  rank: Rank;
  isBatch: boolean;
}

const batchType = '(Batch|RecordBatch|Table|DataFrame)(<[^>]*>)?';
const listOf = (inner: string) =>
  new RegExp(`^(readonly )?((Readonly)?Array|Async(Iterable|Iterator|Generator|IterableIterator)|Iterable|Iterator|IterableIterator|Generator|ReadableStream)<\\s*(${inner})\\s*[,>]|^(readonly )?\\(?(${inner})\\)?\\[\\]`);
const types: readonly (readonly [RegExp, RowShape])[] = [
  [listOf(batchType), { rank: 2, isBatch: true }],
  [listOf('Row|BatchRow|RowView|StructRowProxy|DataRow'), { rank: 1, isBatch: false }],
  [new RegExp(`^(Readonly<)?(\\w+\\.)?${batchType}>?(\\s*\\|\\s*(null|undefined))?$`), { rank: 1, isBatch: true }],
  [/^(\w+\.)?(Column|Vector)(<.*>)?$/, { rank: 1, isBatch: false }],
  [/^(\w+\.)?(Row|BatchRow|RowView|StructRowProxy)(<.*>)?(\s*\|\s*(null|undefined))?$/, { rank: 0, isBatch: false }],
];

/** The shape a parameter has by its declared type, else by its name; null when neither says anything. */
export function shapeOfParameter(name: string, type: string | null): RowShape | null {
  for (const [pattern, shape] of types) if (type !== null && pattern.test(type)) return shape;
  if (type !== null && /^(string|number|boolean|bigint|\(|Map|Set|Record|.*=>)/.test(type) && !type.endsWith('[]')) return null;
  const isList = type === null || /^(any|unknown)$|\[\]$|^(Readonly)?Array<|Iterable<|\{/.test(type);
  if (!isList) return null;
  const isOpaque = type === null || /^(any|unknown)$/.test(type);
  if (/^_?(batch|inputBatch|dataBatch|df)$/.test(name)) return { rank: 1, isBatch: isOpaque };
  if (name === 'batches') return { rank: 2, isBatch: isOpaque };
  return name === 'rows' ? { rank: 1, isBatch: false } : null;
}

/** Members of DataFrames and their columns that have the same rows, or some of them, again. */
const pandasMembers = `index items iteritems fillna astype dropna ffill bfill copy deepcopy replace where mask clip round reindex
  resetIndex setIndex sortValues sortIndex sample query assign rename drop dropDuplicates duplicated nlargest nsmallest
  convertDtypes inferObjects isna notna isnull notnull isin eq ne gt lt ge le add sub mul div array T str dt cat
  cpu detach numpy squeeze flatten reshape groups indices dropNulls fillNull withColumns compute persist`;

/** Of these, what makes a batch from a batch. */
const batchMembers = new RegExp(
  `^(filter|concat|slice|withColumn|select|sort|take|head|tail|limit|fillna|astype|dropna|ffill|bfill|copy|deepcopy|replace|where|mask|reindex|resetIndex|setIndex|sortValues|sortIndex|sample|query|assign|rename|drop|dropDuplicates|nlargest|nsmallest|convertDtypes|inferObjects|compute|persist|withColumns)$`,
);

/** Whether a member or method of a batch gives a batch again. */
export function isBatchMember(name: string): boolean {
  return batchMembers.test(name);
}

/** Members that are the number of rows. */
export const countMembers = set('length numRows size height count numrows');

/** Members and methods of a collection of rows that are again a collection of rows. */
export const rowsMembers = set(
  `rows iterrows rowsAsync toArray column columnValues values keys entries slice splice filter sort reverse concat toSorted toReversed
  flat getChild getChildAt select withColumn take drop toJSON with subarray nulls explode items rowIndex fill copyWithin
  iterator asyncIterator toList toRows getColumn col tail head limit unique distinct ${pandasMembers}`,
);

/** Methods that give one row. */
export const rowMethods = set('get at shift pop next row getRow rowAt item find findLast');

/** Methods of a collection that call a function per item, and the position of the item among its arguments. */
export const perItemMethods: ReadonlyMap<string, number> = new Map([
  ...['map', 'forEach', 'flatMap', 'filter', 'some', 'every', 'find', 'findIndex', 'findLast', 'findLastIndex', 'each', 'mapAsync', 'forEachAsync', 'apply', 'mapRows', 'forEachRow', 'partition', 'transform', 'mapElements', 'sort', 'toSorted', 'sortBy', 'orderBy', 'groupBy', 'keyBy', 'uniqBy', 'countBy', 'sumBy', 'minBy', 'maxBy'].map((name) => [name, 0] as const),
  ['reduce', 1],
  ['reduceRight', 1],
]);

/** Members of a batch that are collections of batches. */
export const groupMembers = set('batches chunks data');
