// Runs the demo where it can be seen what it leaves behind: nothing but files in the project and in the cache folder.
import { add, finish, one } from './lib/counts.mjs';
import { root, step } from './lib/steps.mjs';
import { withTraces } from './lib/traces.mjs';

const { result, left } = await withTraces((env) => step({ name: 'demo', args: ['scripts/demo.mjs'] }, { cwd: root, env }));
for (const file of left) console.log(`left behind: ${file}`);
console.log(`${left.length === 0 ? 'ok' : 'FAILED'}  the demo leaves nothing outside the project and the cache folder`);
finish(add(result, one(left.length === 0)));
