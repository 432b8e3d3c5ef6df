/** Real files in a folder that goes away after the tests of the file. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { temporary } from '../support/temporary.js';

/** A new folder with the given files. */
export async function folderOf(files: Record<string, string | Uint8Array>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'lint-'));
  temporary(root);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

/** A processor that calls its model row by row: SEQ002 on line 2. */
export const perRow = 'export async function process(batch, model) {\n  for (const row of batch.rows()) await model.encode(row.data);\n}\n';
