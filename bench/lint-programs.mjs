/**
 * Lints programs made up by chance with the built command: it must not crash, end with 0 or 1, give its JSON document,
 * and take at most 10 s for a file.
 *
 *   node bench/lint-programs.mjs [--count 1000] [--seed 1]
 *
 * Ends with 1 where something of that does not hold, and leaves the folder with the programs then.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { COMMAND } from './lib/prepare.mjs';
import { programs, unscannable } from './lint/programs.mjs';

const { values } = parseArgs({ options: { count: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } } });
const folder = mkdtempSync(join(tmpdir(), 'lint-programs-'));
const all = programs(Number(values.count), Number(values.seed));
for (const { name, bytes } of all) writeFileSync(join(folder, name), bytes);

const problems = [];
let slowest = { name: '', seconds: 0 };

/** What is wrong with the answer for some files; nothing for most. */
function look(names) {
  const started = performance.now();
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'lint', ...names, '--format', 'json', '--no-cache'], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 30 });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0 && status !== 1) return { seconds, problem: `ended with ${status ?? signal}: ${stderr.slice(-500)}` };
  const { findings } = JSON.parse(stdout);
  const fault = findings.find(({ next }) => next.startsWith('This is a fault of the linter'));
  if (fault) return { seconds, problem: `${fault.file}: ${fault.message}` };
  const refused = new Set(findings.filter(({ rule }) => rule === 'SEC-UNREADABLE').map(({ file }) => file));
  const passed = all.find(({ name, kind }) => names.includes(name) && (kind === 'valid' || unscannable.has(kind)) && unscannable.has(kind) !== refused.has(name));
  return { seconds, problem: passed ? `${passed.name} is ${refused.has(passed.name) ? 'refused' : 'let pass'}` : null };
}

function judge(names) {
  const { seconds, problem } = look(names);
  if (names.length > 1 && (problem !== null || seconds > 10)) return names.forEach((name) => judge([name]));
  if (names.length === 1 && seconds > slowest.seconds) slowest = { name: names[0], seconds };
  if (problem !== null) problems.push(`${names[0]}: ${problem}`);
  // The limit is for the file; the process around it starts and ends besides.
  if (names.length === 1 && seconds > 11) problems.push(`${names[0]}: took ${seconds.toFixed(1)} s`);
}

const isMonster = ({ kind }) => ['nested', 'line', 'sum'].includes(kind);
for (const { name } of all.filter(isMonster)) judge([name]);
const others = all.filter((one) => !isMonster(one)).map(({ name }) => name);
for (let at = 0; at < others.length; at += 50) judge(others.slice(at, at + 50));

console.log(JSON.stringify({ programs: all.length, seed: Number(values.seed), slowest, problems }, null, 2));
if (problems.length === 0) rmSync(folder, { recursive: true });
else console.error(`The programs are in ${folder}`);
process.exitCode = problems.length === 0 ? 0 : 1;
