import { type DoctorContext, type Finding, ok, warn } from './check.js';
import { tryProgram, which, whyEnded } from './program.js';

// ensurepip decides whether a virtual environment can be made: Debian ships venv without it.
const script = `import sys, importlib.util as u
print(sys.version.split()[0], *(name for name in ("venv", "ensurepip", "pip") if u.find_spec(name)))`;

/** Judges what the script printed: a version, then the modules found. */
export function judgePython(path: string, line: string): Finding {
  const [version = '', ...modules] = line.trim().split(' ');
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const found = `Python ${version} (${path})`;
  if (major < 3 || (major === 3 && minor < 10)) return warn(`${found} is too old for Python plugins; 3.10 or later is needed.`, 'Install a newer Python 3 and put it first on PATH.');
  const missing = ['venv', 'ensurepip', 'pip'].filter((name) => !modules.includes(name));
  if (missing.includes('venv') || missing.includes('ensurepip')) {
    return warn(`${found} cannot make virtual environments: ${missing.join(', ')} missing.`, 'Install them; on Debian and Ubuntu: apt install python3-venv');
  }
  if (missing.length > 0) return warn(`${found} has no pip.`, 'Run: python3 -m ensurepip --upgrade; on Debian and Ubuntu: apt install python3-pip');
  return ok(`${found} with venv and pip`);
}

export async function checkPython({ env }: DoctorContext): Promise<Finding> {
  const path = which('python3', env) ?? which('python', env);
  if (path === null) return ok('No Python was found; only Python plugins need it.', 'To run Python plugins, install Python 3.10 or later.');
  const ended = await tryProgram(path, ['-c', script], env);
  if (ended.code === 0) return judgePython(path, ended.stdout);
  return warn(`${path} does not run: ${whyEnded(ended)}`, 'Repair or remove this Python; only Python plugins need it.');
}
