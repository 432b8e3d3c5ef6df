import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lintPaths } from '../../../src/lint/index.js';
import { manifest } from './MAN.helpers.js';

/** `file:line` of each finding of the rule in a plugin of these files. */
async function found(files: Record<string, string>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'plugsmith-man-import-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    const { findings } = await lintPaths(['.'], { cwd: root });
    return findings.filter(({ rule }) => rule === 'MAN-IMPORT').map(({ file, line }) => `${file}:${line}`);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const python = (dependencies: string | null) =>
  ['feature_extractor_name = "my_extractor"', 'version = "1.0.0"', ...(dependencies === null ? [] : [`dependencies = ${dependencies}`]), ''].join('\n');
const plugin = (dependencies: string | null, core: string, more: Record<string, string> = {}) =>
  ({ 'manifest.py': python(dependencies), 'pipeline.py': '', 'processors/core.py': core, ...more });

const invalid: [name: string, files: Record<string, string>, expected: string[]][] = [
  ['a package nobody declares', plugin(null, 'import markdown\n'), ['processors/core.py:1']],
  ['a part of one', plugin('[]', 'x = 1\nfrom lxml.html import fromstring\n'), ['processors/core.py:2']],
  ['one in a function', plugin('["numpy"]', 'def f():\n    import spacy\n    return spacy\n'), ['processors/core.py:2']],
  ['one in a method', plugin('["numpy"]', 'class P:\n    def __init__(self):\n        from keybert import KeyBERT\n'), ['processors/core.py:3']],
  ['one that is loaded late', plugin('["numpy"]', 'class P:\n    def load(self):\n        if self._reader is None:\n            import easyocr\n            self._reader = easyocr.Reader(["en"])\n'), ['processors/core.py:4']],
  ['one that is loaded once', plugin('[]', 'class P:\n    def load(self):\n        if not hasattr(self, "_nlp"):\n            import spacy\n'), ['processors/core.py:4']],
  ['one beside another that is declared', plugin('["python-docx"]', 'import docx\nimport pptx\n'), ['processors/core.py:2']],
  ['each package once', plugin('[]', 'import spacy\nimport spacy.tokens\nimport lxml\n', { 'z.py': 'import lxml\n' }), ['processors/core.py:1', 'processors/core.py:3']],
  ['one of the manifest that is no dependency', plugin('["torch", "pillow==10.4.0"]', 'import PIL\nimport markdown\n'), ['processors/core.py:2']],
];

const valid: [name: string, files: Record<string, string>][] = [
  ['what comes with pydantic and librosa', plugin('[]', 'from annotated_types import Len\nimport msgpack, llvmlite\n')],
  ['the standard library', plugin(null, 'import os, json, tomllib\nfrom concurrent.futures import ThreadPoolExecutor\nimport _collections_abc\n')],
  ['libraries that the service has', plugin(null, 'import numpy as np\nimport torch.nn as nn\nfrom PIL import Image\nimport cv2, yaml, sklearn.metrics\n')],
  ['the platform', plugin(null, 'from shared.plugins.sdk import parallel_io\nfrom engine.models import load_hf_model\n')],
  ['a declared package', plugin('["markdown==3.6"]', 'import markdown\n')],
  ['one whose name has more in it', plugin('["faiss-cpu>=1.8"]', 'import faiss\n')],
  ['one with another name', plugin('["beautifulsoup4"]', 'from bs4 import BeautifulSoup\n')],
  ['one with extras and a marker', plugin(`["spacy[lookups]>=3; python_version >= '3.10'"]`, 'import spacy\n')],
  ['one with another spelling', plugin('["SpeechRecognition"]', 'import speech_recognition\n')],
  ['a package that may bring it', plugin('["acme-tools"]', 'import acme_internals_by_another_name\n')],
  ['own files', plugin(null, 'from .names import X\nfrom names import X\nfrom processors.names import X\nimport pipeline, manifest\n', { 'processors/names.py': 'X = 1\n' })],
  ['an import that may fail', plugin(null, 'try:\n    import orjson as json\nexcept ImportError:\n    import json\n')],
  ['an import under a condition', plugin(null, 'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import spacy\n')],
  ['an import that a setting asks for', plugin(null, 'class P:\n    def load(self, reader=None):\n        if self.config.gpu:\n            import cupy\n        if reader is None:\n            import easyocr\n')],
  ['the other way of one that is loaded late', plugin(null, 'class P:\n    def load(self):\n        if self._m is None:\n            pass\n        else:\n            import spacy\n')],
  ['a late import that may fail', plugin(null, 'class P:\n    def load(self):\n        if self._m is None:\n            try:\n                import spacy\n            except ImportError:\n                pass\n')],
  ['a test', plugin(null, 'x = 1\n', { 'tests/test_core.py': 'import hypothesis\n' })],
  ['dependencies that cannot be read', plugin('read()', 'import markdown\n')],
  ['a TypeScript plugin', { 'manifest.ts': manifest(), 'pipeline.ts': `import x from 'unknown-package';\n` }],
];

describe('MAN-IMPORT', () => {
  it.each(invalid)('reports %s', async (_, files, expected) => expect(await found(files)).toEqual(expected));
  it.each(valid)('allows %s', async (_, files) => expect(await found(files)).toEqual([]));

  const page = readFileSync('docs/rules/MAN-IMPORT.md', 'utf8');
  const blocks = [...page.matchAll(/^```python( invalid| valid|) file=(\S+)\n([^]*?)^```$/gm)].map(([, kind = '', file = '', code = '']) => ({ kind: kind.trim(), file, code }));
  const beside = Object.fromEntries(blocks.filter(({ kind }) => kind === '').map(({ file, code }) => [file, code]));

  it('has examples of both kinds', () => expect(new Set(blocks.map(({ kind }) => kind))).toEqual(new Set(['', 'invalid', 'valid'])));
  it.each(blocks.filter(({ kind }) => kind !== ''))('$kind: $code', async ({ kind, file, code }) => {
    expect((await found({ ...beside, 'pipeline.py': '', [file]: code })).length > 0).toBe(kind === 'invalid');
  });
});
