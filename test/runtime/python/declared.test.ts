/** What manifest.py asks of its environment, read by Python's parser and not run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDeclared, type Interpreter } from '../../../src/runtime/python/index.js';
import { probeInterpreter } from '../../../src/runtime/python/probe.js';
import { testPython } from '../../support/python.js';

const { python, missing } = testPython('plain', []);

describe.skipIf(missing !== null)(`a manifest${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let root = '';
  let interpreter: Interpreter;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'plugsmith-declared-'));
    interpreter = (await probeInterpreter(python as string)).interpreter as Interpreter;
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it.each<[string, string, string[] | null]>([
    ['names packages', 'dependencies = ["a>=1", "b[x]; python_version < \'4\'"]', ['a>=1', "b[x]; python_version < '4'"]],
    ['names none', 'version = "1.0.0"', []],
    ['names them in metadata', 'metadata = {"dependencies": ["a"]}', ['a']],
    ['makes metadata by dict', 'metadata = dict(version="1.0.0", dependencies=["a"])', ['a']],
    ['makes metadata by dict, without dependencies', 'NAME = make()\nmetadata = dict(feature_extractor_name=NAME)', []],
    ['describes itself by an object', 'metadata = ExtractorDefinition(name="a", schema=Schema)', []],
    ['adds lists up', 'BASE = ("a",)\ndependencies = [*BASE, "b"] + ["c"]', ['a', 'b', 'c']],
    ['adds to a list', 'dependencies = ["a"]\ndependencies += ["b"]', ['a', 'b']],
    ['computes them', 'dependencies = needed()', null],
    ['decides by the day', 'dependencies = []\nif True:\n    dependencies = ["a"]', null],
    ['takes metadata from elsewhere', 'metadata = build(dependencies=["a"])', null],
    ['takes everything from elsewhere', 'from .other import *', null],
    ['is no Python', 'def (', []],
  ])('that %s', async (_, code, expected) => {
    writeFileSync(join(root, 'manifest.py'), `${code}\n`);
    expect((await readDeclared(root, interpreter)).dependencies).toEqual(expected);
  });

  it('that profiles itself', async () => {
    writeFileSync(join(root, 'manifest.py'), 'compute_profile = {"actor_memory_gb": 1.5, "resource_type": "api"}\n');
    writeFileSync(join(root, 'pyproject.toml'), '[dependency-groups]\nbase = ["x"]\ndev = [{include-group = "base"}, "y>=2"]\n');
    expect(await readDeclared(root, interpreter, true)).toEqual({ dependencies: [], memoryGb: 1.5, resource: 'api', dev: ['x', 'y>=2'] });
  });
});
