import { messageOf } from '../errors/index.js';
import { nativeNames } from '../native/index.js';
import { type Check, type DoctorContext, type Finding, type Group, warn } from './check.js';
import { checkBundler, checkModel, checkNative } from './native.js';
import { checkNode, checkNpm, checkSystem, checkTerminal } from './platform.js';
import { checkPython } from './python.js';
import { checkBubblewrap, checkGroups, checkLimits, checkNetwork, checkPermissions } from './sandbox.js';
import { checkCache, checkFree, checkTemporary } from './storage.js';

interface Probe {
  group: Group;
  name: string;
  look: (context: DoctorContext) => Finding | Promise<Finding>;
}

// In the order in which people see them.
const probes: Probe[] = [
  { group: 'platform', name: 'system', look: checkSystem },
  { group: 'platform', name: 'node', look: checkNode },
  { group: 'platform', name: 'npm', look: checkNpm },
  { group: 'platform', name: 'terminal', look: checkTerminal },
  ...nativeNames.map((name): Probe => ({ group: 'native modules', name, look: () => checkNative(name) })),
  { group: 'native modules', name: 'model', look: checkModel },
  { group: 'native modules', name: 'bundler', look: checkBundler },
  { group: 'storage', name: 'cache', look: checkCache },
  { group: 'storage', name: 'temporary folder', look: checkTemporary },
  { group: 'storage', name: 'free space', look: checkFree },
  { group: 'sandbox', name: 'process groups', look: checkGroups },
  { group: 'sandbox', name: 'resource limits', look: checkLimits },
  { group: 'sandbox', name: 'node permissions', look: checkPermissions },
  { group: 'sandbox', name: 'bubblewrap', look: checkBubblewrap },
  { group: 'sandbox', name: 'network namespace', look: checkNetwork },
  { group: 'python', name: 'python', look: checkPython },
];

/**
 * Looks at this machine. Always gives the same checks in the same order; never rejects.
 * Takes a second or two, at most about half a minute where probes hang.
 */
export function runChecks(context: DoctorContext): Promise<Check[]> {
  // On Windows the rest would only repeat the first finding.
  const wanted = process.platform === 'win32' ? probes.filter(({ group }) => group === 'platform') : probes;
  return Promise.all(wanted.map(async ({ group, name, look }) => ({ group, name, ...(await guarded(name, () => look(context))) })));
}

const LIMIT_MS = 30_000;

/** A probe that throws or hangs is a finding too. */
async function guarded(name: string, look: () => Finding | Promise<Finding>): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(warn(`The check did not end within ${LIMIT_MS / 1000} seconds.`, 'Run plugin doctor again on a quieter machine.')), LIMIT_MS);
  });
  try {
    return await Promise.race([Promise.resolve().then(look), late]);
  } catch (error) {
    return warn(`The check of "${name}" could not be made: ${messageOf(error)}`, 'Mend what the message names, then run plugin doctor again.');
  } finally {
    clearTimeout(timer);
  }
}
