/** What a Python interpreter says of itself. */
import { runProgram } from './program.js';

/** An interpreter that environments can be made from. */
export interface Interpreter {
  /** The program as it was found, absolute. */
  program: string;
  /** The interpreter that it really is: links followed, and out of a virtual environment. */
  base: string;
  /** `3.11.7` */
  version: string;
  /** Kind of compiled modules and machine: `cpython-311 linux-x86_64`. */
  platform: string;
  /** Version of its own pip, null without one. */
  pip: string | null;
  /** Whether it can make virtual environments with pip in them. */
  ensurepip: boolean;
}

/** The oldest version that plugins may use. */
export const OLDEST = [3, 10] as const;
const LIMIT_MS = 5000;

// Runs on any Python since 2.7, so that an old one can be named. The folder it runs in must lend it no modules.
const SCRIPT = `
import sys
sys.path[:] = [p for p in sys.path if p]
import json, os, sysconfig
def has(name):
    try:
        from importlib.util import find_spec
        return find_spec(name) is not None
    except Exception:
        return False
def pip():
    try:
        from importlib.metadata import version
        return version("pip")
    except Exception:
        return None
base = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps({
    "version": "%d.%d.%d" % sys.version_info[:3], "base": os.path.realpath(base),
    "platform": "%s %s" % (getattr(getattr(sys, "implementation", None), "cache_tag", ""), sysconfig.get_platform()),
    "pip": pip(), "ensurepip": has("venv") and has("ensurepip"),
}))
`;

/** `late`: it did not say in time what it is, so nobody knows whether it serves. */
export type Probed = { interpreter: Interpreter; problem: null; late?: never } | { interpreter: null; problem: string; late?: boolean };

/** Starts a program to see whether it is a Python that serves. Takes five seconds at most. */
export async function probeInterpreter(program: string, cwd?: string): Promise<Probed> {
  const ended = await runProgram(program, ['-E', '-s', '-c', SCRIPT], { timeoutMs: LIMIT_MS, ...(cwd !== undefined && { cwd }) });
  if (ended.late) return { ...refused(`did not say within ${LIMIT_MS / 1000} s what it is`), late: true };
  if (ended.code !== 0) return refused(`does not run: ${(ended.why ?? ended.lastLines.at(-1) ?? `exit code ${ended.code}`).replace(/\.$/, '')}`);
  const said = read(ended.stdout);
  if (said === null) return refused('is no Python interpreter');
  const [major = 0, minor = 0] = said.version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) return refused(`is Python ${said.version}`);
  return { interpreter: { ...said, program }, problem: null };
}

function read(stdout: string): Omit<Interpreter, 'program'> | null {
  try {
    const said = JSON.parse(stdout) as Omit<Interpreter, 'program'>;
    return typeof said.version === 'string' && typeof said.base === 'string' ? said : null;
  } catch {
    // Another program of that name.
    return null;
  }
}

function refused(problem: string): { interpreter: null; problem: string } {
  return { interpreter: null, problem };
}
