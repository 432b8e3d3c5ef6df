import { release } from 'node:os';
import { npmCommand, npmEnvironment } from '../native/index.js';
import { type DoctorContext, fail, type Finding, ok, warn } from './check.js';
import { tryProgram, whyEnded } from './program.js';

/** Judges the operating system. */
export function judgeSystem(platform: NodeJS.Platform, arch: string, kernel: string): Finding {
  const here = `${platform}-${arch}`;
  if (platform === 'win32') return fail('Windows itself is not supported.', 'Use Plugsmith inside WSL 2: run "wsl --install", then install Node there.');
  if (platform !== 'linux' && platform !== 'darwin') return warn(`${here} is not tested.`, 'Use Linux or macOS.');
  if (arch !== 'x64' && arch !== 'arm64') return warn(`${here} is not tested; native modules may have no binary for it.`, 'Use an x64 or arm64 machine.');
  return ok(/microsoft/i.test(kernel) ? `${here} under WSL` : here);
}

export function checkSystem(): Finding {
  return judgeSystem(process.platform, process.arch, release());
}

/** Judges a version of Node such as `20.20.2`. */
export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const found = `Node ${version}`;
  const advice = 'Install Node 24 (https://nodejs.org).';
  if (major < 20 || (major === 20 && minor < 19)) return fail(`${found} is too old; 20.19 or later is needed.`, advice);
  if (major === 20) return warn(`${found} works, but Node 20 has had no security fixes since April 2026.`, advice);
  if (major % 2 === 1 || (major === 22 && minor < 12)) return warn(`${found} is not tested.`, advice);
  return ok(found);
}

export function checkNode(): Finding {
  return judgeNode(process.versions.node);
}

export async function checkNpm({ env }: DoctorContext): Promise<Finding> {
  const { file, args } = npmCommand(env);
  const ended = await tryProgram(file, [...args, '--version'], npmEnvironment(env));
  if (ended.code === 0) return ok(`npm ${ended.stdout.trim()}`);
  return warn(`npm cannot be started: ${whyEnded(ended)}.`, 'Install npm (it comes with Node) and put it on PATH; "plugin setup" needs it.');
}

export function checkTerminal({ terminal }: DoctorContext): Finding {
  if (terminal.stdin && terminal.stdout) return ok('Input and output are a terminal: commands may ask and show progress.');
  const which = !terminal.stdin && !terminal.stdout ? 'Input and output are' : terminal.stdin ? 'Output is' : 'Input is';
  return ok(`${which} not a terminal: commands never ask${terminal.stdout ? '' : ' and show no progress'}.`);
}
