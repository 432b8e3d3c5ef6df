/** What `plugin env` shows of a plugin's environments, without making any. */
import { readFileSync } from 'node:fs';
import { Failure } from '../../errors/index.js';
import type { PluginManifest } from '../../manifest/index.js';
import { knownEnvironment, type Environment } from '../python/index.js';
import { findProject, type Project } from './find.js';
import { askManifest } from './evaluate.js';
import { planPython, pluginEnvironment, testRequirements, type PythonWishes } from './python.js';

/** One environment of a plugin. */
export interface PythonFacts {
  /** The interpreter that it is made from. */
  interpreter: { program: string; version: string };
  /** Besides the base set. */
  requirements: string[];
  /** Null where it is not built. */
  environment: Environment | null;
  /** The same for the plugin's own tests. */
  tests: { requirements: string[]; environment: Environment | null };
}

/** @throws Failure `not-python`, `no-python`, `dependency-refused` */
export async function pythonFacts(folder: string, wishes: PythonWishes): Promise<PythonFacts> {
  const { interpreter, declared, requirements } = await planPython(pythonProject(folder), wishes, true);
  const forTests = testRequirements(requirements, declared.dev);
  const known = (wanted: string[]): Environment | null => knownEnvironment({ interpreter, requirements: wanted, announce: wishes.announce });
  return {
    interpreter: { program: interpreter.program, version: interpreter.version },
    requirements, environment: known(requirements), tests: { requirements: forTests, environment: known(forTests) },
  };
}

/** The plugin in a folder. @throws Failure `not-python` for one in TypeScript */
export function pythonProject(folder: string): Project {
  const project = findProject(folder);
  if (project.language === 'python') return project;
  throw new Failure({ code: 'not-python', message: `${project.name} is a TypeScript plugin.`, why: 'Only Python plugins have an environment.', next: "Name a Python plugin's folder with --plugin." });
}

/** Runs manifest.py in a worker. @throws Failure `manifest-invalid`, `plugin-load`, and what building an environment throws */
export async function evaluatePython(folder: string, wishes: PythonWishes): Promise<PluginManifest> {
  const project = pythonProject(folder);
  const { python } = await pluginEnvironment(project, wishes);
  return askManifest(project, { module: project.root, python });
}

/** The packages of an environment as its lock names them: `name==version`. */
export function lockedPackages({ lock }: Environment): string[] {
  if (lock === null) return [];
  return [...readFileSync(lock, 'utf8').matchAll(/^([\w.-]+==[^\s\\;]+)/gm)].map((match) => match[1] as string).sort();
}
