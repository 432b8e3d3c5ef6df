// A reporter for vitest that writes what happened to the file named by PLUGSMITH_COUNTS, as `Counts` of counts.mjs.
import { writeFileSync } from 'node:fs';

export default class CountReporter {
  /** A test file that does not load, and an error that belongs to no test, count as one failure each. */
  onTestRunEnd(modules, unhandledErrors, reason) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      const before = counts.failed;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') counts.passed += 1;
        else if (state === 'skipped') counts.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: note ?? reasonOf(test) });
        else counts.failed += 1;
      }
      if (module.state() === 'failed' && counts.failed === before) counts.failed += 1;
    }
    if (reason === 'failed' && counts.failed === 0) counts.failed = 1;
    if (reason === 'interrupted') counts.failed += 1;
    writeFileSync(process.env['PLUGSMITH_COUNTS'], JSON.stringify(counts));
  }
}

function reasonOf(test) {
  return test.options.mode === 'todo' ? 'not written yet' : 'its condition does not hold here';
}
