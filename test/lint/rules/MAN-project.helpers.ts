/** Runs the manifest rules that look at several files over a folder that exists for the time of the test. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { loadPython } from '../../../src/lint/python/index.js';
import { checkProject } from '../../../src/lint/rules/man/index.js';

/** `rule file line:column` of each finding in a folder with these files (path to content). */
export async function projectFindings(files: Record<string, string>): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), 'plugsmith-man-'));
  try {
    const paths: string[] = [];
    for (const [name, content] of Object.entries(files)) {
      const path = join(root, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      paths.push(path);
    }
    if (paths.some((path) => path.endsWith('.py'))) await loadPython();
    return checkProject(root, paths).map(({ rule, file, at }) => {
      const place = at !== null && 'line' in at ? `${at.line}:${at.column}` : 'file';
      return `${rule.id} ${relative(root, file)} ${place}`;
    });
  } finally {
    await rm(root, { recursive: true });
  }
}
