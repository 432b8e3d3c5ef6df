/** One JSON line per case on stdout, a table for people on stderr at the end. */
import { loadavg } from 'node:os';

const lines = [];

/**
 * Beside the facts stands the machine's load of the last minute: far above 1, something else was running too.
 * @param {string} name the case
 * @param {object} facts what was measured
 * @param {Record<string, { value: number, goal: number, least: boolean, unit?: string }>} goals
 *   `least`: true when the value has to reach the goal, false when it must not pass it
 */
export function report(name, facts, goals = {}) {
  const judged = Object.fromEntries(Object.entries(goals).map(([key, goal]) => [key, { ...goal, met: goal.least ? goal.value >= goal.goal : goal.value <= goal.goal }]));
  process.stdout.write(`${JSON.stringify({ case: name, load: loadavg()[0], ...facts, goals: judged })}\n`);
  for (const [key, { value, goal, least, unit = '', met }] of Object.entries(judged)) {
    lines.push(`${met ? 'met   ' : 'MISSED'}  ${`${name}: ${key}`.padEnd(52)} ${String(value).padStart(8)}${unit}  (${least ? 'at least' : 'at most'} ${goal}${unit})`);
  }
  if (Object.keys(goals).length === 0) lines.push(`        ${name}: ${JSON.stringify(facts)}`);
}

/** A case that cannot run here is not a failure, but is never left unsaid. */
export function skipped(name, reason) {
  process.stdout.write(`${JSON.stringify({ case: name, skipped: reason })}\n`);
  lines.push(`skipped ${name}: ${reason}`);
}

export function summary() {
  process.stderr.write(`\n${lines.join('\n')}\n`);
}
