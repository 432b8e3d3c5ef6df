/**
 * How strictly a worker's process is confined. Trusted: one's own plugin on one's own machine; a process group of its
 * own, an environment from an allow-list, a heap limit, nothing more. Untrusted is for plugins of others: limits kept
 * by the system, Node's permission flags, and bubblewrap around all of it where it works.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../errors/index.js';
import { workerEnvironment } from './environment.js';
import { cageArguments } from './sandbox/bubblewrap.js';
import { coverDescriptors } from './sandbox/descriptors.js';
import { withLimits, withProcessLimit, type Start } from './sandbox/limits.js';
import { nodeFlags } from './sandbox/node-flags.js';
import { confinedEnvironment, installationFiles, libraryFolders, networkFiles, programFiles, pythonFiles } from './sandbox/places.js';
import type { Confinement } from './sandbox/types.js';

export interface Isolation {
  profile: 'trusted' | 'untrusted';
  /** Required for the untrusted profile. */
  confinement?: Confinement | undefined;
  root: string;
  memoryGb: number;
  /** On top of what the profile lets through. */
  env?: Readonly<Record<string, string>> | undefined;
}

export interface Confined extends Start {
  env: Record<string, string>;
  /** What follows the five streams of a worker in `stdio`. */
  covers: number[];
}

/** Streams of a worker: stdin, stdout, stderr, frames in, frames out. */
const STREAMS = 5;

/**
 * The command line and the environment that start `command` under a profile.
 * @throws Failure `no-sandbox` rather than run unconfined
 */
export function isolate(command: Start, isolation: Isolation): Confined {
  const { profile, confinement, root, memoryGb, env } = isolation;
  if (profile === 'trusted') {
    // A worker that can see its supervisor watches it; inside of bubblewrap it could not, and goes with it anyway.
    return { ...command, env: { ...workerEnvironment(env), PLUGSMITH_SUPERVISOR: String(process.pid) }, covers: [] };
  }
  if (confinement === undefined) throw new Failure({ code: 'no-sandbox', message: 'No sandbox was chosen for this plugin.', why: 'Code of others would run with the rights of this user.', next: 'This is a fault in Plugsmith: please report it.' });
  const { sandbox, network, limits } = confinement;
  const inside = confinedEnvironment(network, env);
  const covers = coverDescriptors(STREAMS);
  const readable = [root, ...installationFiles(), ...(isNode(command) ? [] : pythonFiles(command.file)), ...confinement.readable];
  const guarded = sandbox.flags ? withNodeFlags(command, readable, sandbox.bwrap === null ? null : '/tmp', network) : command;
  if (sandbox.bwrap === null) return { ...withLimits(withDeath(guarded, sandbox.setpriv), memoryGb, limits), env: inside, covers };
  const counted = withProcessLimit(guarded, sandbox.prlimit, limits);
  const programs = [command.file, ...(sandbox.prlimit === null ? [] : [sandbox.prlimit])].flatMap(programFiles);
  const cage = cageArguments({
    readable: [...libraryFolders, ...programs, ...(network === 'full' ? networkFiles : []), ...readable],
    // Earlier runs of a plugin's folder are the user's data, not the plugin's.
    hidden: [join(root, '.plugsmith', 'runs')].filter(existsSync),
    cwd: root, env: inside, network, tmpBytes: limits.diskBytes,
  });
  // Bubblewrap is the first process inside, and its environment can be read there: it gets none.
  return { ...withLimits({ file: sandbox.bwrap, args: [...cage, counted.file, ...counted.args] }, memoryGb, limits), env: {}, covers };
}

function withNodeFlags(command: Start, readable: readonly string[], writable: string | null, network: 'none' | 'full'): Start {
  if (!isNode(command)) return command;
  return { ...command, args: [...nodeFlags(readable, writable, network), ...command.args] };
}

function isNode({ file }: Start): boolean {
  return file === process.execPath;
}

/** Without bubblewrap nothing ends a busy worker whose supervisor was killed, but this. */
function withDeath(command: Start, setpriv: string | null): Start {
  return setpriv === null ? command : { file: setpriv, args: ['--pdeathsig', 'KILL', '--', command.file, ...command.args] };
}
