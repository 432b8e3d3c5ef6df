// Shows the main way through Plugsmith: a plugin is made, checked, run on its samples, and what it wrote is searched: texts by words, pictures by a picture.
// Works in .cache/demo, which is made anew each time.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/steps.mjs';

const folder = join(root, '.cache', 'demo');
const plugin = join(folder, 'notes');
const command = join(root, 'bin', 'plugin.js');

if (!existsSync(join(root, 'dist', 'help.json'))) {
  console.log('$ npm run build');
  must(spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }));
}
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

run(folder, 'create', 'notes');
console.log('$ cd notes\n');
run(plugin, 'lint');
run(plugin, 'run', '--input', 'samples/texts.jsonl');
run(plugin, 'search', 'my luggage was lost at the airprot', '--top', '3');
run(plugin, 'search', 'money back for a broken thing', '--top', '3');
console.log('The slip "airprot" did not matter, and "luggage" found the suitcase: texts are compared by what they mean.\n');
console.log('$ plugin create photos --template image');
must(spawnSync(process.execPath, [command, 'create', 'photos', '--template', 'image'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }));
console.log('(its files, most of them pictures, are left out here)\n\n$ cd photos\n');
const photos = join(folder, 'photos');
run(photos, 'run', '--input', 'samples/pictures.jsonl');
run(photos, 'search', '--file', 'samples/query.png', '--top', '3');
console.log('The query is a red star that the run never saw: the red star comes first, then what is as red.');
console.log(`The plugins stay in .cache/demo. There, "plugin" is: node ../../../bin/plugin.js`);

/** One command as in a terminal. A missing native package is installed into the cache folder without a question. */
function run(cwd, ...args) {
  console.log(`$ plugin ${args.map((arg) => (/\s/.test(arg) ? `"${arg}"` : arg)).join(' ')}`);
  must(spawnSync(process.execPath, [command, ...args], { cwd, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, PLUGSMITH_YES: 'true' } }));
  console.log();
}

/** The demo ends with the first command that fails, and with its exit code. */
function must({ status, error }) {
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
