// The whole suite: checks, build, tests. The last line says how many passed and failed; each step before the tests counts as one.
import { add, finish, none } from './lib/counts.mjs';
import { checks, step, vitest } from './lib/steps.mjs';

const counts = [];
for (const check of checks) counts.push(await step(check));
const built = await step({ name: 'build', args: ['scripts/build.mjs'] });
counts.push(built);
if (built.failed === 0) {
  counts.push(await step({ name: 'docs of the commands', args: ['scripts/docs-commands.mjs', '--check'] }));
  console.log('\n# tests');
  counts.push(await vitest());
} else {
  console.log('\nThe tests were not run: they start the built command, and the build failed.');
  counts.push({ ...none(), skipped: [{ name: 'all tests', reason: 'the build failed' }] });
}
finish(add(...counts));
