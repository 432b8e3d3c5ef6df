/** A plugin of others, from an unpacked archive: run by exactly the bundle that was packed, in the untrusted profile. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../errors/index.js';
import { defaultLimits, type Limits, type Sandbox } from './launch/index.js';
import { findProject, writeStubs, type Prepared, type Project } from './project/index.js';
import { findInterpreter, knownEnvironment, openEnvironment, readDeclared, type Environment } from './python/index.js';
import { createServices } from './services/index.js';
import type { Session } from './session.js';

export interface HostedOptions {
  /** The unpacked folder, which nobody writes to. */
  root: string;
  /** Where `hostedModules` put what bundles import: a folder that encloses `root`. */
  modules: string;
  sandbox: Sandbox;
  network: 'none' | 'full';
  limits?: Partial<Limits>;
  /** GiB one worker may use. */
  memoryGb: number;
  /** Workers that share the processors. */
  workers: number;
  secrets: {
    names(): string[];
    /** The value, looked up at each call; undefined for an unknown name. */
    get(name: string): string | undefined;
  };
  /** What the environment of a Python plugin was made of before, by platform: it is made of the same again. */
  locks: {
    find(platform: string): string | undefined;
    keep(platform: string, lock: string): void;
  };
  announce(line: string): void;
}

/** Puts the modules that every bundle imports, `plugsmith` and `zod`, into a folder above all plugins. */
export function hostedModules(folder: string): void {
  writeStubs(folder);
}

/**
 * @throws Failure `not-a-plugin`; for Python plugins what building their environment throws, `dependencies-unknown`
 */
export async function openHosted(options: HostedOptions): Promise<Session> {
  const { root, sandbox, network, secrets, announce } = options;
  const project = findProject(root);
  const prepared = await prepare(project, options);
  const none = { values: {}, mask: (text: string) => text };
  // Keys of the operator's environment are not the plugins' to use.
  const services = createServices({ root, profile: 'untrusted', secrets: none, env: {}, announce });
  const handle: typeof services.handle = async (method, params) => {
    if (method === 'llm') throw noModels();
    if (method === 'secrets') return secrets.names();
    if (method !== 'secret') return services.handle(method, params);
    const name = String(params['name']);
    const value = secrets.get(name);
    if (value === undefined) throw new Failure({ code: 'secret-missing', message: `There is no secret ${JSON.stringify(name)} on this host.`, next: `Set it: plugin secrets set ${name}` });
    return value;
  };
  return {
    project, prepared, secrets: none, services: { ...services, handle },
    cores: Math.max(1, Math.floor(availableParallelism() / options.workers)),
    pythonWishes: { announce }, profile: 'untrusted',
    confinement: { sandbox, network, readable: [join(options.modules, 'node_modules'), await services.assetsFolder()], limits: { ...defaultLimits, ...options.limits } },
  };
}

/** Calls cost money, and a host does not know whose. */
function noModels(): Failure {
  return new Failure({
    code: 'llm-off',
    message: 'This host calls no language models for plugins: ask an admin of the host to deploy the version with the network (plugin deploy ID --network, or ?network=full), and call the provider from the plugin, with a key from context.secrets (plugin secrets set NAME).',
    why: 'A call costs money, and the host has no account to charge it to.',
    next: 'Where the answers can be made beforehand, make them in a run: plugin run --llm record.',
  });
}

async function prepare(project: Project, { memoryGb, locks, announce }: HostedOptions): Promise<Prepared> {
  if (project.language === 'typescript') return { module: join(project.root, 'dist', 'plugin.mjs'), digest: '', memoryGb };
  const interpreter = await findInterpreter({ root: project.root, announce });
  const { dependencies } = await readDeclared(project.root, interpreter);
  if (dependencies === null) {
    throw new Failure({ code: 'dependencies-unknown', message: 'The dependencies in manifest.py are computed, not written down.', why: 'A host installs them before any code of the plugin runs.', next: 'Write dependencies in manifest.py as a list of texts.' });
  }
  // Wheels only: building a package would run its code with the rights of the host.
  const { python } = await lockedEnvironment({ interpreter, requirements: dependencies, wheelsOnly: true, announce }, locks);
  return { module: project.root, digest: '', memoryGb, python };
}

/** The environment of the kept lock, or a new one, whose lock is kept. */
async function lockedEnvironment(wanted: Parameters<typeof openEnvironment>[0], locks: HostedOptions['locks']): Promise<Environment> {
  const { platform } = wanted.interpreter;
  const kept = locks.find(platform);
  const lockOf = ({ lock }: Environment): string | null => (lock === null ? null : readFileSync(lock, 'utf8'));
  if (kept === undefined) {
    const made = await openEnvironment(wanted);
    const lock = lockOf(made);
    if (lock !== null) locks.keep(platform, lock);
    return made;
  }
  // The one that was made without a lock is mostly still there, and the same.
  const known = knownEnvironment(wanted);
  return known !== null && lockOf(known) === kept ? known : openEnvironment({ ...wanted, lock: kept });
}
