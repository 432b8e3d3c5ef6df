/** The report of a run: what happened, as JSON and as text. Pure. */
export { summarise, type RunResult, type RunTotals, type Warning } from './summary.js';
export { reportText } from './text.js';
export { everyRowUnread, failureReasons, type FailureReason } from './failures.js';
