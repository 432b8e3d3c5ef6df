// Repeats the tests of whatever runs in processes of its own on other versions of Node, which npm provides.
//   node scripts/ci-nodes.mjs 22 24
// Each in a home and a temporary folder of its own, without CI in the environment, to see that nothing is left in them.
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { add, finish, one } from './lib/counts.mjs';
import { root, run, vitest } from './lib/steps.mjs';
import { withTraces } from './lib/traces.mjs';

// What depends on the version of Node: workers, the protocol, archives, and the installed command in each of its trades.
const FOLDERS = ['test/worker/', 'test/protocol/', 'test/archive/', ...['journey', 'plugin', 'json', 'failures', 'looking', 'release'].map((name) => `test/e2e/${name}.test.ts`)];

const counts = [];
for (const version of process.argv.slice(2)) {
  console.log(`\n# Node ${version}`);
  const node = await install(version);
  const env = { PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  await run(node, ['--version'], { env: { ...process.env, ...env } });
  const { result, left } = await withTraces((own) => vitest(FOLDERS, { node, env: { ...own, ...env } }));
  for (const file of left) console.log(`FAILED  left behind by the tests on Node ${version}: ${file}`);
  const skipped = result.skipped.map(({ name, reason }) => ({ name: `Node ${version}: ${name}`, reason }));
  counts.push({ ...result, skipped }, one(left.length === 0));
}
finish(add(...counts));

/** The `node` of a version, from the npm package that holds the program and has no install script. */
async function install(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, '.cache', `node-${version}`);
  const program = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(program)) return program;
  const code = await run('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`]);
  if (code !== 0 || !existsSync(program)) throw new Error(`npm did not install ${name}@${version} into ${folder}`);
  return program;
}
