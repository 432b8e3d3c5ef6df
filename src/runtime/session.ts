/** What every use of a plugin needs: project, bundle, memory, services. Made once per command. */
import { availableParallelism } from 'node:os';
import { Failure } from '../errors/index.js';
import type { InitMessage, Without } from '../protocol/index.js';
import { chooseSandbox, defaultLimits, type Confinement, type LaunchOptions, type SandboxMode } from './launch/index.js';
import { findProject, preparePlugin, preparePython, syncTypes, type Prepared, type Project, type PythonWishes } from './project/index.js';
import { createServices, readSecrets, type LlmMode, type Secrets, type Services } from './services/index.js';

export interface SessionOptions {
  /** The plugin's folder. */
  plugin: string;
  secrets?: readonly string[];
  envFile?: string | undefined;
  llm?: LlmMode | undefined;
  /** Asks before a native package is installed; absent: announced and done. */
  confirmInstall?: ((name: string) => Promise<boolean>) | undefined;
  /** Runs the plugin as a host would: in a sandbox, without network, secrets only when asked for. */
  sandbox?: SandboxMode | undefined;
  /** Models of the hub come from its cache alone. */
  offline?: boolean | undefined;
  announce(line: string): void;
  /** Lines of interest only with --verbose: what installers say. */
  onDetail?(line: string): void;
  /** The interpreter for a Python plugin; see `findInterpreter`. */
  python?: string | undefined;
  /** A prepared environment for a Python plugin. */
  environment?: string | undefined;
  /** The flag that asked for either; a TypeScript plugin is refused with it. */
  pythonFlag?: string | undefined;
  /** Tracebacks of Python plugins with the lines of libraries. */
  verbose?: boolean | undefined;
}

export interface Session {
  project: Project;
  prepared: Prepared;
  secrets: Secrets;
  services: Services;
  cores: number;
  /** How the environment of a Python plugin was asked for. */
  pythonWishes: PythonWishes;
  profile: 'trusted' | 'untrusted';
  /** For the untrusted profile. */
  confinement: Confinement | undefined;
  /** Models of the hub come from its cache alone. */
  offline?: boolean;
}

/** @throws Failure `not-a-plugin`, `usage`, `bundle-failed`, `missing-module`, `no-sandbox`, and what reading secrets throws */
export async function openSession(options: SessionOptions): Promise<Session> {
  const project = findProject(options.plugin);
  if (options.pythonFlag !== undefined && project.language !== 'python') throw needsNoPython(options.pythonFlag);
  const secrets = await readSecrets({ secrets: options.secrets ?? [], envFiles: options.envFile === undefined ? [] : [options.envFile] });
  const { python, environment, onDetail, verbose } = options;
  const pythonWishes = { python, environment, verbose, announce: options.announce, ...(onDetail && { onLine: onDetail }) };
  const prepared = await preparedProject(project, pythonWishes);
  const { llm, confirmInstall, announce, offline = false } = options;
  const profile = options.sandbox === undefined ? 'trusted' : 'untrusted';
  const services = createServices({ root: project.root, profile, secrets, llm, announce, confirmInstall, offline });
  const confinement = options.sandbox === undefined ? undefined : await confine(options.sandbox, services, announce);
  return { project, prepared, secrets, services, cores: availableParallelism(), pythonWishes, profile, confinement, offline };
}

function needsNoPython(flag: string): Failure {
  return new Failure({ code: 'usage', message: `A TypeScript plugin cannot be run with ${flag}.`, why: 'It runs on the Node of Plugsmith, and needs no Python.', next: `Leave out ${flag}, or name the folder of a Python plugin with --plugin.` });
}

async function confine(mode: SandboxMode, services: Services, announce: (line: string) => void): Promise<Confinement> {
  const sandbox = await chooseSandbox(mode);
  if (sandbox.warning !== null) announce(`Warning: ${sandbox.warning}`);
  return { sandbox, network: 'none', readable: [await services.assetsFolder()], limits: defaultLimits };
}

function preparedProject(project: Project, wishes: PythonWishes): Promise<Prepared> {
  if (project.language === 'python') return preparePython(project, wishes);
  syncTypes(project.root);
  return preparePlugin(project);
}

/** How a worker of this session is launched. */
export function launchOptions(session: Session, onLog: LaunchOptions['onLog']): LaunchOptions {
  const { profile, confinement } = session;
  return { root: session.project.root, profile, confinement, memoryGb: session.prepared.memoryGb, python: session.prepared.python, env: workerVariables(session), serve: session.services.handle, onLog };
}

/** Variables for a worker's environment. Plugins of others get secrets one by one, when they ask. */
export function workerVariables({ profile, secrets, offline }: Pick<Session, 'profile' | 'secrets' | 'offline'>): Readonly<Record<string, string>> {
  // For libraries that ask the hub themselves.
  return { ...(profile === 'trusted' && secrets.values), ...(offline === true && { HF_HUB_OFFLINE: '1' }) };
}

/** The first message to a worker of this session. */
export function initMessage(session: Session, init: Pick<InitMessage, 'role' | 'parameters' | 'threads' | 'batch_size' | 'last_step'>): Without<InitMessage, 'type' | 'id'> {
  return { ...init, ...(session.prepared.verbose && { verbose: true }), bundle: session.prepared.module, root: session.project.root, profile: session.profile };
}
