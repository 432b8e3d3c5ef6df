/** The journal is the run: results in input order, committed; every output is a function of it. */
export type { Commit, Totals } from './commits.js';
export { readBlocks, type JournalContent } from './reader.js';
export { recoverJournal } from './recover.js';
export { conform, sameFields, widen, type JournalField, type ResultBlock } from './schema.js';
export { JournalWriter } from './writer.js';
