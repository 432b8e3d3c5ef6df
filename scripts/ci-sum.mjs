// Adds up the last lines of logs: `N passed, N failed[, N skipped]`. Prints the sum as one line; exits with 1 on any failure.
//   node scripts/ci-sum.mjs LOG...
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const LINE = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/**
 * @param {Record<string, string>} logs names and texts. One that does not end with its count was cut off, which is a failure.
 * @returns {{ passed: number, failed: number, skipped: number, cutOff: string[] }}
 */
export function sum(logs) {
  const total = { passed: 0, failed: 0, skipped: 0, cutOff: [] };
  for (const [name, text] of Object.entries(logs)) {
    const match = LINE.exec(text.trimEnd().split('\n').at(-1) ?? '');
    if (match === null) total.cutOff.push(name);
    total.passed += Number(match?.[1] ?? 0);
    total.failed += Number(match?.[2] ?? 1);
    total.skipped += Number(match?.[3] ?? 0);
  }
  return total;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed, skipped, cutOff } = sum(Object.fromEntries(process.argv.slice(2).map((file) => [file, readFileSync(file, 'utf8')])));
  for (const file of cutOff) console.error(`${file} does not end with a count: that part was cut off, and counts as failed.`);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
