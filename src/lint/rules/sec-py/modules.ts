/** Which modules a Python plugin may not load, and the names under which modules reach each other. */

const AT_ALL = new Set([
  // What the service's plugin guide and its scanner name.
  'commands', 'ctypes', 'fcntl', 'multiprocessing', 'popen2', 'pty', 'resource', 'socket', 'subprocess', 'threading',
  // The same things by another door.
  '_ctypes', '_frozen_importlib', '_frozen_importlib_external', '_imp', '_multiprocessing', '_posixsubprocess', '_socket', '_thread', '_winapi', 'cffi', 'imp', 'nt', 'pip', 'posix',
]);
const SUBMODULES = new Set(['asyncio.subprocess', 'distutils.spawn', 'importlib._bootstrap', 'importlib._bootstrap_external']);

const INSTEAD: Readonly<Record<string, string>> = {
  subprocess: 'Do the work in the processor, with a library that the plugin names as a dependency.',
  threading: 'Use `parallel_io` for waiting, and `max_concurrency` in the compute profile for more workers.',
  multiprocessing: 'Use `max_concurrency` in the compute profile: the service runs several workers.',
  socket: 'Use `requests` or `httpx` for services, and `open_asset` for data.',
};

/** Modules under other names: a leading underscore is how the standard library hides what it imports. */
const ALIASES: Readonly<Record<string, string>> = {
  _io: 'io', _os: 'os', _pyio: 'io', _sys: 'sys', __builtin__: 'builtins', __builtins__: 'builtins', _bootstrap_external: 'importlib',
};

/** Modules that any other may have imported, under which name they are then its member. */
const SHARED = new Set(['builtins', 'ctypes', 'importlib', 'io', 'os', 'posix', 'subprocess', 'sys']);

const STANDARD = new Set(
  ('abc argparse ast asyncio base64 bdb binascii bisect bz2 calendar cgi cmd code codecs collections concurrent configparser ' +
    'contextlib copy csv datetime dbm decimal difflib dis doctest email enum fileinput fnmatch ftplib functools gc genericpath ' +
    'getpass gettext glob graphlib gzip hashlib heapq hmac html http imaplib inspect io ipaddress itertools json linecache locale ' +
    'logging lzma mailbox mimetypes numbers operator os pathlib pdb pickle pkgutil platform plistlib poplib posixpath pprint ' +
    'profile pydoc queue random re reprlib sched secrets select selectors shelve shlex shutil signal smtplib socketserver ' +
    'sqlite3 ssl stat statistics string struct sys sysconfig tarfile tempfile textwrap timeit token tokenize trace traceback ' +
    'types typing unittest urllib uuid venv warnings weakref webbrowser xml xmlrpc zipfile zipimport zoneinfo').split(' '),
);

export interface Refusal {
  message: string;
  why: string;
  next: string;
}

/** Judges the dotted name of a module; undefined where it may be loaded. Relative names are the plugin's own. */
export function refuse(module: string): Refusal | undefined {
  const name = refusedPart(module);
  if (name === undefined) return undefined;
  return {
    message: `The module "${module}" is not open to plugins.`,
    why: 'It reaches processes, memory or the network directly, past everything that watches over a plugin.',
    next: INSTEAD[name] ?? 'Leave it out, or use a library that does the job at a higher level.',
  };
}

function refusedPart(module: string): string | undefined {
  const [root = '', second = ''] = module.split('.');
  if (AT_ALL.has(root)) return root;
  return SUBMODULES.has(`${root}.${second}`) ? second : undefined;
}

/** Names that may be a module reached as a member of another one. */
export const REACHABLE: ReadonlySet<string> = new Set([...AT_ALL, ...SHARED, ...Object.keys(ALIASES)]);

/** The dotted name of a member of something known by its dotted name. */
export function memberName(base: string, member: string): string {
  const name = ALIASES[member] ?? member;
  const root = base.split('.', 1)[0] as string;
  if (member === '__self__' && root === 'builtins') return 'builtins';
  if (name === 'path' && base === 'os') return 'os.path';
  // `logging.os` is `os`. A library's own `socket` or `resource` is something else, but not the standard library's.
  if (root !== 'builtins' && (SHARED.has(name) || (AT_ALL.has(name) && STANDARD.has(root) && !SUBMODULES.has(`${base}.${name}`)))) return name;
  if (base === 'importlib' && name === '__import__') return 'builtins.__import__';
  return `${moduleName(base)}.${name}`;
}

/** A module's name, without the other names that it goes by. */
export function moduleName(name: string): string {
  const root = name.split('.', 1)[0] as string;
  const rest = name.slice(root.length);
  const alias = ALIASES[root] ?? (root === 'posix' || root === 'nt' ? 'os' : root);
  return /^\.(posixpath|ntpath)$/.test(rest) ? alias : alias + rest;
}
