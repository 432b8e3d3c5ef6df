/** From a Python plugin's folder to what workers need: an environment with its dependencies, and a digest of its sources. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findInterpreter, openEnvironment, preparedEnvironment, preparedInterpreter, readDeclared, checkRequirements, type Declared, type Environment, type Interpreter } from '../python/index.js';
import { askManifest } from './evaluate.js';
import type { Project } from './find.js';
import type { Prepared } from './prepare.js';

/** How the user wants the environment. */
export interface PythonWishes {
  /** `--python` */
  python?: string | undefined;
  /** `--env`: an environment of the user's own. */
  environment?: string | undefined;
  /** Tracebacks with the lines of libraries. */
  verbose?: boolean | undefined;
  announce(line: string): void;
  /** The installer's own lines. */
  onLine?(line: string): void;
}

export interface PythonPlan {
  interpreter: Interpreter;
  declared: Declared;
  /** Checked; what the environment has to hold besides the base set. */
  requirements: string[];
}

/** GiB, where the manifest does not say. */
const DEFAULT_GB = 2;

/** Packages for tests: what runs them, and nothing that the plugin could come to depend on. */
const TEST_REQUIREMENTS = ['pytest>=8'];

/** @throws Failure `no-python`, `dependency-refused`, and what building an environment throws */
export async function preparePython(project: Project, wishes: PythonWishes): Promise<Prepared> {
  const plan = await planPython(project, wishes);
  const environment = await openFor(plan.requirements, plan, wishes);
  for (const warning of environment.warnings) wishes.announce(warning);
  return { module: project.root, digest: sourceDigest(project.root, environment), memoryGb: plan.declared.memoryGb ?? DEFAULT_GB, python: environment.python, ...(wishes.verbose && { verbose: true }) };
}

/** The environment for the plugin's own tests: the plugin's, pytest, and the dev group of pyproject.toml. */
export async function testEnvironment(project: Project, wishes: PythonWishes): Promise<Environment> {
  const plan = await planPython(project, wishes, true);
  return openFor(testRequirements(plan.requirements, plan.declared.dev), plan, wishes);
}

/** What the environment for tests holds besides the base set. */
export function testRequirements(requirements: readonly string[], dev: readonly string[]): string[] {
  return [...requirements, ...TEST_REQUIREMENTS, ...dev];
}

/** The environment that the plugin itself runs in. */
export async function pluginEnvironment(project: Project, wishes: PythonWishes): Promise<Environment> {
  const plan = await planPython(project, wishes);
  return openFor(plan.requirements, plan, wishes);
}

/** Interpreter and requirements, without building anything that is not needed to know them. */
export async function planPython(project: Project, wishes: PythonWishes, withDev = false): Promise<PythonPlan> {
  const { python, environment, announce } = wishes;
  // An environment of the user's own has all that is needed: no other Python has to be there.
  const interpreter = environment !== undefined && python === undefined ? await preparedInterpreter(environment) : await findInterpreter({ root: project.root, python, announce });
  const declared = await readDeclared(project.root, interpreter, withDev);
  return { interpreter, declared, requirements: declared.dependencies ?? (await evaluated(project, interpreter, wishes)) };
}

async function openFor(requirements: string[], { interpreter }: PythonPlan, { python, environment, announce, onLine }: PythonWishes): Promise<Environment> {
  if (environment === undefined) return openEnvironment({ interpreter, requirements, announce, ...(onLine && { onLine }) });
  return preparedEnvironment(environment, python === undefined ? interpreter : await preparedInterpreter(environment), requirements, announce);
}

/** Dependencies that only running manifest.py can tell; it runs with the base set alone. */
async function evaluated(project: Project, interpreter: Interpreter, wishes: PythonWishes): Promise<string[]> {
  const { python } = await openFor([], { interpreter } as PythonPlan, wishes);
  const manifest = await askManifest(project, { module: project.root, python });
  return checkRequirements(manifest.dependencies);
}

/** What decides the results besides `models/`: Python files, the files that lie beside them below the top, and what is installed. */
function sourceDigest(root: string, environment: Environment): string {
  const hash = createHash('sha256').update(environment.lock === null ? environment.key : `${environment.version}\n${readFileSync(environment.lock, 'utf8')}`);
  for (const path of sources(root, '')) hash.update(`\n${path}\n`).update(createHash('sha256').update(readFileSync(join(root, path))).digest());
  return hash.digest('hex');
}

const NO_SOURCES = new Set(['__pycache__', 'models', 'samples', 'test', 'tests', 'node_modules', 'dist']);

function sources(root: string, prefix: string): string[] {
  const entries = readdirSync(join(root, prefix), { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name);
  // Results of runs are often written to the top, or to a folder of their own: neither is source.
  const counted = prefix !== '' && files.some((name) => name.endsWith('.py')) ? files : files.filter((name) => name.endsWith('.py'));
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !NO_SOURCES.has(entry.name) && !existsSync(join(root, prefix, entry.name, 'pyvenv.cfg')));
  return [...counted.map((name) => prefix + name), ...folders.flatMap(({ name }) => sources(root, `${prefix}${name}/`))].sort();
}
