/** What plugin code in Python may not use, by the dotted name it has in Python, with why and what to do instead. */
import type { RuleMeta } from '../../rule.js';
import { evaluation } from '../sec/SEC-EVAL.js';
import { globals } from '../sec/SEC-GLOBAL.js';
import { imports } from '../sec/SEC-IMPORT.js';
import { processInternals } from '../sec/SEC-PROCESS.js';

/** Reading some formats runs code; whether the data can be trusted is for the author to say. */
export const pickle: RuleMeta = {
  id: 'SEC-PICKLE',
  family: 'SEC',
  severity: 'warn',
  summary: 'data formats that run code when they are read: pickle, marshal, shelve (Python)',
};

export interface Advice {
  rule: RuleMeta;
  /** Finishes the sentence "`name` ...". */
  what: string;
  why: string;
  next: string;
  /** `called`: naming it is harmless. `given text`: so is calling it with anything but text. */
  only?: 'called' | 'given text';
}

const programs: Advice = {
  rule: processInternals.meta,
  what: 'starts or stops other processes',
  why: 'It reaches programs outside the plugin; the worker that runs the plugin must stay in charge.',
  next: 'Do the work in the processor, with a library that the plugin names as a dependency.',
};
const files: Advice = {
  rule: processInternals.meta,
  what: 'reaches files directly',
  why: 'A plugin sees the data it is given, not the disk of the machine it happens to run on.',
  next: 'Use `open_asset` or `download_asset` for data, and keep configuration in the code: a dict, a dataclass, `json.loads`.',
};
const code: Advice = {
  rule: evaluation.meta,
  what: 'makes code from text or data, whether it is called here or handed on',
  why: 'Code made at run time cannot be scanned, so anything could run in it.',
  next: 'Parse data with `json.loads` or `ast.literal_eval`, and choose behaviour with a dict of functions.',
};
const attributes: Advice = {
  rule: globals.meta,
  what: 'changes attributes by names that are chosen at run time',
  why: 'It can replace any part of any object, also of libraries and of the worker itself.',
  next: 'Assign the attribute by its name (`obj.name = value`), or keep the values in a dict.',
};
const tables: Advice = {
  rule: globals.meta,
  what: 'opens the table of names behind the code',
  why: 'Every function can be reached through it under a name that no scan sees.',
  next: 'Name what is needed; look chosen names up in a dict of your own.',
};
const internals: Advice = { ...tables, what: 'leads to the inner workings of Python', next: 'Leave it out: name the class or function itself.' };
const loaders: Advice = {
  rule: imports.meta,
  what: 'loads code that is not named in the text',
  why: 'A module whose name or place is chosen at run time may be any module, and is not scanned.',
  next: 'Import what is needed by name at the top of the file.',
};
const pickled: Advice = {
  rule: pickle,
  what: 'runs whatever code the data asks for',
  why: 'Whoever can change the data decides what the plugin does.',
  next: 'Use a format that holds only data: JSON, safetensors, Arrow, `.npy`.',
};

/** `exec` and `spawn` with every ending that `os` has. */
const families = ['l', 'le', 'lp', 'lpe', 'v', 've', 'vp', 'vpe'].flatMap((end) => [`exec${end}`, `spawn${end}`]);

function members(module: string, names: string, advice: Advice): [string, Advice][] {
  return names.split(' ').map((name) => [`${module}.${name}`, advice]);
}

/** Classes whose objects run text, as the functions of their modules do. */
export const RUNNERS: ReadonlySet<string> = new Set(['bdb.Bdb', 'cProfile.Profile', 'pdb.Pdb', 'profile.Profile', 'trace.Trace']);

/** By dotted name. Built-in functions are members of `builtins`. */
export const FORBIDDEN: ReadonlyMap<string, Advice> = new Map([
  ...members('os', `${families.join(' ')} fork forkpty kill killpg`, programs),
  ...members('os', 'popen popen2 popen3 popen4 posix_spawn posix_spawnp startfile system', programs),
  ...members('asyncio', 'create_subprocess_exec create_subprocess_shell', programs),
  ...members('concurrent.futures', 'ProcessPoolExecutor', programs),
  ...members('concurrent.futures.process', 'ProcessPoolExecutor', programs),
  ...members('os', 'open', files),
  ...members('builtins', 'open', files),
  ...members('io', 'FileIO open open_code', files),
  ...members('builtins', 'compile eval exec', code),
  ...members('code', 'InteractiveConsole InteractiveInterpreter compile_command interact', code),
  ...members('codeop', 'CommandCompiler Compile compile_command', code),
  ...members('runpy', 'run_module run_path', code),
  ...['cProfile', 'profile', 'pdb', 'bdb', 'trace', ...RUNNERS].flatMap((module) => members(module, 'run runctx runeval', { ...code, only: 'given text' })),
  ...members('timeit', 'Timer repeat timeit', { ...code, only: 'given text' }),
  ...members('types', 'CodeType FunctionType LambdaType', { ...code, only: 'called' }),
  ...members('builtins', 'delattr setattr', attributes),
  ...members('builtins', '__builtins__ globals locals vars', tables),
  ...members('builtins', '__import__ __loader__ __spec__', loaders),
  ...members('importlib', '_bootstrap', loaders),
  ...members('importlib.util', 'module_from_spec spec_from_file_location spec_from_loader', loaders),
  ...members('importlib.machinery', 'BuiltinImporter ExtensionFileLoader FrozenImporter SourceFileLoader SourcelessFileLoader', loaders),
  ...members('sys', 'meta_path path_hooks', loaders),
  ...members('numpy.ctypeslib', 'load_library', loaders),
  ...members('torch.utils.cpp_extension', 'load load_inline', loaders),
  ...members('pkgutil', 'find_loader get_loader resolve_name', loaders),
  ...members('gc', 'get_objects get_referents get_referrers', internals),
  ...members('site', 'addpackage addsitedir', loaders),
  ...members('pydoc', 'locate safeimport', loaders),
  ...members('zipimport', 'zipimporter', loaders),
  ...['pickle', '_pickle', 'cPickle', 'dill', 'cloudpickle'].flatMap((module) => members(module, 'Unpickler load loads', pickled)),
  ...members('marshal', 'load loads', pickled),
  ...members('shelve', 'DbfilenameShelf Shelf open', pickled),
]);

/** Members that are forbidden on every object, because they lead on to every other. */
export const INTERNALS: ReadonlyMap<string, Advice> = new Map([
  ...['__base__', '__bases__', '__builtins__', '__code__', '__globals__', '__mro__', '__subclasses__', 'f_builtins', 'f_globals',
    'f_locals', 'func_globals'].map((name) => [name, internals] as const),
  ['__delattr__', attributes],
  ['__setattr__', attributes],
  ['__import__', loaders],
  ['__loader__', loaders],
  ['__spec__', loaders],
  ['subprocess_exec', programs],
  ['subprocess_shell', programs],
]);

/** The built-in names that are forbidden. */
export const BUILT_IN: ReadonlySet<string> = namesIn('builtins');

function namesIn(module: string): Set<string> {
  const start = `${module}.`;
  return new Set([...FORBIDDEN.keys()].filter((name) => name.startsWith(start)).map((name) => name.slice(start.length)));
}

/** What `from module import *` would bring along: the advice for the first forbidden name, if any. */
export function starAdvice(module: string): Advice | undefined {
  for (const [name, advice] of FORBIDDEN) {
    const at = name.lastIndexOf('.');
    if (name.slice(0, at) === module && name[at + 1] !== '_') return advice;
  }
  return undefined;
}
