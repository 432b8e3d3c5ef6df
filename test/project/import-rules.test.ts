/** The rules of .dependency-cruiser.mjs refuse what they are there to refuse: each case plants an import into a copy of the sources. */
import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'plugsmith-rules-'));
  for (const name of ['src', 'package.json', 'tsconfig.json', '.dependency-cruiser.mjs']) await cp(join(root, name), join(copy, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

/** What breaks a rule, as `rule file`. */
async function broken(): Promise<string[]> {
  const args = [join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'), '--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src'];
  // It exits with the number of violations.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: copy, maxBuffer: 1 << 26 }).catch((error: { stdout: string }) => error);
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string }; from: string }[] } };
  return summary.violations.map(({ rule, from }) => `${rule.name} ${from}`);
}

test('the sources keep the rules', async () => {
  expect(await broken()).toEqual([]);
});

describe('refused', () => {
  const cases: [rule: string, file: string, line: string][] = [
    ['room-sdk', 'src/sdk/lazy.ts', "import '../errors/index.js';"],
    ['room-search', 'src/search/best.ts', "import '../ui/index.js';"],
    ['room-runtime', 'src/runtime/log.ts', "import '../worker/stats.js';"],
    // Past a door, between rooms that may know each other.
    ['room-runtime', 'src/runtime/hopeless.ts', "import '../protocol/frames.js';"],
    ['room-lint', 'src/lint/text.ts', "import '../sdk/index.js';"],
    ['room-worker', 'src/worker/rows.ts', "import '../sdk/batch.js';"],
    ['room-errors', 'src/errors/index.ts', "import '../native/index.js';"],
    ['room-ui', 'src/ui/theme.ts', "import type { Project } from '../runtime/index.js';"],
    ['entry', 'src/main.ts', "import './runtime/index.js';"],
    ['unknown-room', 'src/lint/directives.ts', "import '../kernel/index.js';"],
    ['manifest-is-light', 'src/sdk/manifest.ts', "import './batch.js';"],
    ['native-only-in-native', 'src/search/metric.ts', "import 'onnxruntime-node';"],
    ['no-tools-in-product', 'src/archive/size.ts', "import 'typescript';"],
    ['resolvable', 'src/archive/names.ts', "import './missing.js';"],
    ['no-cycle', 'src/native/names.ts', "import './npm.js';"],
    ['no-type-cycle', 'src/doctor/check.ts', "import type { runChecks } from './index.js';"],
  ];
  let found: string[];

  beforeAll(async () => {
    await mkdir(join(copy, 'src/kernel'));
    await writeFile(join(copy, 'src/kernel/index.ts'), '');
    for (const [, file, line] of cases) await writeFile(join(copy, file), `${line}\n${await readFile(join(copy, file), 'utf8')}`);
    // npm.ts takes part in the cycle that is planted in names.ts.
    await appendFile(join(copy, 'src/native/npm.ts'), "import './names.js';\n");
    found = await broken();
  });

  test.each(cases)('%s: %s with %s', (rule, file) => {
    expect(found.filter((violation) => violation.startsWith(`${rule} `))).toContain(`${rule} ${file}`);
  });
});
