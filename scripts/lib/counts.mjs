// How results are counted and told: one line for machines and people, always the last one.

/**
 * @typedef {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} Counts
 */

/** @returns {Counts} */
export const none = () => ({ passed: 0, failed: 0, skipped: [] });

/** @returns {Counts} one test that passed or failed */
export const one = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: [] });

/** @param {Counts[]} all @returns {Counts} */
export function add(...all) {
  return {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    skipped: all.flatMap(({ skipped }) => skipped),
  };
}

/** `12 passed, 0 failed`, and how many were skipped where any were. */
export function line({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
}

/** Names what was skipped, prints the line, and sets the exit code. Call it last. */
export function finish(counts) {
  if (counts.skipped.length > 0) console.log('\nSkipped:');
  for (const { name, reason } of counts.skipped) console.log(`  ${name}: ${reason}`);
  console.log(`\n${line(counts)}`);
  process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}
