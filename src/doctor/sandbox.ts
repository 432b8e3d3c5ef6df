import { fileURLToPath } from 'node:url';
import { type DoctorContext, type Finding, ok, warn } from './check.js';
import { type Ended, tryProgram, which, whyEnded } from './program.js';

/** Node's permission flags: a child may read a folder that is not there, and tries to read this file. */
export async function checkPermissions({ env }: DoctorContext): Promise<Finding> {
  const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
  const forbidden = fileURLToPath(import.meta.url);
  const script = `try { require('node:fs').readFileSync(process.argv[1]); console.log('read') } catch (error) { console.log(error.code) }`;
  const ended = await tryProgram(process.execPath, [flag, `--allow-fs-read=${forbidden}.granted/`, '-e', script, forbidden], withoutNodeOptions(env));
  if (ended.stdout.trim() === 'ERR_ACCESS_DENIED') return ok(`${flag} refuses files that were not granted; native modules get round it`);
  const what = ended.stdout.trim() === 'read' ? 'a forbidden file could be read' : whyEnded(ended);
  return warn(`${flag} does not hold here: ${what}`, 'Use an official build of Node; until then, run untrusted plugins only with bubblewrap.');
}

const KIB = 1024;

/** Resource limits, set through the shell: a child asks for more memory than it may have. */
export async function checkLimits({ env }: DoctorContext): Promise<Finding> {
  // The memory is never touched, so the probe costs nothing where the limit does not hold.
  const script = `try { Buffer.alloc(${1.5 * KIB ** 3}); console.log('allowed') } catch { console.log('refused') }`;
  const shell = `ulimit -t 60 && ulimit -n 256 && ulimit -d ${KIB ** 2} && exec "$0" -e "$1"`;
  const ended = await tryProgram('/bin/sh', ['-c', shell, process.execPath, script], withoutNodeOptions(env));
  if (ended.stdout.trim() === 'refused') return ok('limits on memory, CPU time and open files hold');
  const what = ended.stdout.trim() === 'allowed' ? 'a child got more memory than its limit' : whyEnded(ended);
  return warn(`Resource limits do not hold here: ${what}`, 'Watch the memory of untrusted plugins by other means, such as a container with a memory limit.');
}

/** Process groups: a grandchild must end with its group. Its output closes only when both are gone. */
export async function checkGroups({ env }: DoctorContext): Promise<Finding> {
  const limitMs = 500;
  const start = performance.now();
  const ended = await tryProgram('/bin/sh', ['-c', 'sleep 8 & wait'], env, limitMs);
  const held = ended.timedOut && performance.now() - start < 4_000;
  if (held) return ok('a worker and what it started are ended together');
  return warn(`A worker's own children may outlive it: ${ended.timedOut ? 'a grandchild kept running' : whyEnded(ended)}`, 'After a run was stopped, look for processes that were left behind.');
}

const withoutBwrap = 'Without bubblewrap, a Python worker has only resource limits, and Node workers only limits and permission flags.';

/** bubblewrap: starts a program with everything unshared, and looks whether it has a network. */
export async function checkBubblewrap({ env }: DoctorContext): Promise<Finding> {
  if (process.platform !== 'linux') return warn(`bubblewrap exists only on Linux. ${withoutBwrap}`, 'Run untrusted plugins on a Linux machine.');
  const bwrap = which('bwrap', env);
  if (bwrap === null) return warn(`bubblewrap is not installed. ${withoutBwrap}`, 'Install it; on Debian and Ubuntu: apt install bubblewrap');
  // What the sandbox of plugins uses; --disable-userns came with bubblewrap 0.8.
  const rules = ['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'];
  const view = ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--size', '65536', '--tmpfs', '/tmp'];
  // An empty environment: the program inside could read bubblewrap's own through /proc/1/environ.
  const ended = await tryProgram(bwrap, [...rules, ...view, '/bin/cat', '/proc/net/dev'], {});
  if (isCutOff(ended)) return ok('bubblewrap works: own processes, own files, no network; --sandbox auto uses it');
  const what = ended.code === 0 ? 'the network could still be seen' : whyEnded(ended);
  if (/unknown option/i.test(what)) return warn(`bubblewrap is too old: ${what}. ${withoutBwrap}`, 'Install bubblewrap 0.8 or later.');
  return warn(`bubblewrap is installed but blocked here: ${what}. ${withoutBwrap}`, blockedRemedy);
}

const blockedRemedy =
  'Allow unprivileged user namespaces: on Ubuntu with an AppArmor profile for bwrap, or sysctl kernel.apparmor_restrict_unprivileged_userns=0; in a container with a seccomp profile that permits them.';

/** A network namespace of its own, without bubblewrap. */
export async function checkNetwork({ env }: DoctorContext): Promise<Finding> {
  if (process.platform !== 'linux') return warn('Network namespaces exist only on Linux: the network of untrusted plugins stays open.', 'Run untrusted plugins on a Linux machine.');
  const unshare = which('unshare', env);
  if (unshare === null) return warn('Network namespaces could not be tried: the program unshare is missing.', 'Install util-linux.');
  const ended = await tryProgram(unshare, ['--map-root-user', '--net', '/bin/cat', '/proc/net/dev'], env);
  if (isCutOff(ended)) return ok('a process can be cut off from the network');
  return warn(`A process cannot be cut off from the network: ${ended.code === 0 ? 'the network could still be seen' : whyEnded(ended)}`, blockedRemedy);
}

/** Whether /proc/net/dev, printed inside, lists the loopback interface and no other. */
function isCutOff({ code, stdout }: Ended): boolean {
  const interfaces = [...stdout.matchAll(/^\s*([^\s:]+):/gm)].map(([, name]) => name);
  return code === 0 && interfaces.length === 1 && interfaces[0] === 'lo';
}

/** NODE_OPTIONS could switch off what is being probed. */
function withoutNodeOptions({ NODE_OPTIONS: _dropped, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env;
}
