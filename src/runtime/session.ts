/** What every use of a plugin needs: project, bundle, memory, services. Made once per command. */
import { availableParallelism } from 'node:os';
import type { InitMessage } from '../protocol/index.js';
import type { LaunchOptions } from './launch/index.js';
import { findProject, preparePlugin, syncTypes, type Prepared, type Project } from './project/index.js';
import { createServices, readSecrets, type LlmMode, type Secrets, type Services } from './services/index.js';

export interface SessionOptions {
  /** The plugin's folder. */
  plugin: string;
  secrets?: readonly string[];
  envFile?: string | undefined;
  llm?: LlmMode | undefined;
  /** Asks before a native package is installed; absent: announced and done. */
  confirmInstall?: ((name: string) => Promise<boolean>) | undefined;
  announce(line: string): void;
}

export interface Session {
  project: Project;
  prepared: Prepared;
  secrets: Secrets;
  services: Services;
  cores: number;
}

/** @throws Failure `not-a-plugin`, `bundle-failed`, `missing-module`, and what reading secrets throws */
export async function openSession(options: SessionOptions): Promise<Session> {
  const project = findProject(options.plugin);
  const secrets = await readSecrets({ secrets: options.secrets ?? [], envFiles: options.envFile === undefined ? [] : [options.envFile] });
  syncTypes(project.root);
  const prepared = await preparePlugin(project);
  const { llm, confirmInstall, announce } = options;
  const services = createServices({ root: project.root, profile: 'trusted', secrets, llm, announce, confirmInstall });
  return { project, prepared, secrets, services, cores: availableParallelism() };
}

/** How a worker of this session is launched. */
export function launchOptions(session: Session, onLog: LaunchOptions['onLog']): LaunchOptions {
  return { root: session.project.root, profile: 'trusted', memoryGb: session.prepared.memoryGb, env: session.secrets.values, serve: session.services.handle, onLog };
}

/** The first message to a worker of this session. */
export function initMessage(session: Session, init: Pick<InitMessage, 'role' | 'parameters' | 'threads' | 'batch_size'>): Omit<InitMessage, 'type' | 'id'> {
  return { ...init, bundle: session.prepared.module, root: session.project.root, profile: 'trusted' } as Omit<InitMessage, 'type' | 'id'>;
}
