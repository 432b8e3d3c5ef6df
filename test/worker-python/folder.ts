/** Plugins of a test's own, in a temporary folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

const MANIFEST = 'feature_extractor_name = "my_plugin"\nversion = "1.0.0"\n';

let made = '';
afterAll(() => {
  if (made !== '') rmSync(made, { recursive: true, force: true });
});

/** The folder of a plugin with these files; a small manifest where there is none. */
export function plugin(files: Record<string, string>, name = 'my_plugin'): string {
  if (made === '') made = mkdtempSync(join(tmpdir(), 'plugsmith-python-'));
  const root = join(mkdtempSync(join(made, 'p-')), name);
  for (const [file, code] of Object.entries({ 'manifest.py': MANIFEST, ...files })) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), code);
  }
  return root;
}

/** A pipeline.py with one step, the function `step(batch)` of this code. */
export function stepOf(code: string): Record<string, string> {
  return { 'pipeline.py': `import pandas as pd\nimport numpy as np\n\n${code}\n\ndef build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": [step]}\n` };
}
