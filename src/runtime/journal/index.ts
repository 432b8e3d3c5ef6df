/** The journal is the run: results in input order, committed; every output is a function of it. */
export { JournalWriter, recoverJournal, writeFailure, type Commit, type Totals } from './writer.js';
export { readBlocks, type JournalContent } from './reader.js';
export { conform, sameFields, widen, type JournalField, type ResultBlock } from './schema.js';
