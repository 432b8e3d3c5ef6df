/** Policies that need no parser: what kinds of file a plugin may hold, and what its package.json may say. Pure. */
import { builtinModules } from 'node:module';
import type { Finding } from './finding.js';
import { codeExtensions, extensionOf, isPython } from './extensions.js';
import type { RuleMeta } from './rule.js';
import { fileFinding, unreadableFinding } from './unreadable.js';

const native: RuleMeta = {
  id: 'SEC-FILE',
  family: 'SEC',
  severity: 'error',
  summary: 'Symbolic links, special files and compiled code are refused.',
};

const packageFile: RuleMeta = {
  id: 'SEC-PACKAGE',
  family: 'SEC',
  severity: 'error',
  summary: 'package.json must not run install scripts or map imports to built-in modules.',
};

/** The rules of this page. */
export const filePolicies: readonly RuleMeta[] = [native, packageFile];

/** Bytes of a file's start that `fileKindFindings` wants to see. */
export const headBytes = 64;

const compiled = /\.(node|so(\.\d+)*|dylib|dll|exe|com|a|o|obj|lib|pyc|pyo|pyd|pth|class|jar|msi|scr)$/i;

/** Whether lint parses this file as code. */
export function isCode(path: string): boolean {
  return (codeExtensions as readonly string[]).includes(extensionOf(path)) || isPython(path);
}

/** Findings for a file that is not code: compiled or native by its name or by its first bytes. Data files are fine. */
export function fileKindFindings(file: string, head: Uint8Array): Finding[] {
  const kind = binaryKind(head) ?? kindByName(file);
  if (kind !== null) return [refused(file, `The file is ${kind}.`)];
  return [];
}

function kindByName(file: string): string | null {
  if (compiled.test(file)) return 'compiled code or a module that Python loads by itself';
  return /(?:^|[\\/])binding\.gyp$/.test(file) ? 'a recipe by which npm compiles native code at installation' : null;
}

/** A symbolic link, a device, a socket: anything that is neither a plain file nor a folder. */
export function specialFileFinding(file: string, what: 'a symbolic link' | 'neither a file nor a folder'): Finding {
  return refused(file, `The entry is ${what}.`);
}

function refused(file: string, message: string): Finding {
  return fileFinding(native, file, {
    message,
    why: 'What it leads to or does cannot be scanned, and it could act outside the plugin.',
    next: 'Remove it. Put a plain copy of the data in the plugin, or use what the context offers (models, images).',
  });
}

const magics: readonly (readonly [string, readonly number[]])[] = [
  ['an ELF program or library', [0x7f, 0x45, 0x4c, 0x46]],
  ['a Mach-O program or library', [0xfe, 0xed, 0xfa, 0xce]],
  ['a Mach-O program or library', [0xfe, 0xed, 0xfa, 0xcf]],
  ['a Mach-O program or library', [0xce, 0xfa, 0xed, 0xfe]],
  ['a Mach-O program or library', [0xcf, 0xfa, 0xed, 0xfe]],
  ['a Mach-O or Java program', [0xca, 0xfe, 0xba, 0xbe]],
];

function binaryKind(head: Uint8Array): string | null {
  for (const [kind, magic] of magics) if (magic.every((byte, i) => head[i] === byte)) return kind;
  // "MZ" alone may begin a text; a program's header has NULs soon after it.
  if (head[0] === 0x4d && head[1] === 0x5a && head.indexOf(0) > 0) return 'a Windows program or library';
  return null;
}

const installScripts = ['preinstall', 'install', 'postinstall', 'prepublish', 'prepare', 'preprepare', 'postprepare'];

/** Findings for a package.json: scripts that npm runs by itself, and `imports` that rename built-in modules. */
export function packageFindings(file: string, text: string): Finding[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [unreadableFinding(file, 'is not valid JSON', 'Correct the syntax of package.json.')];
  }
  if (typeof value !== 'object' || value === null) return [];
  const { scripts, imports, gypfile } = value as Record<string, unknown>;
  const found: Finding[] = [];
  for (const name of installScripts) {
    if (typeof scripts === 'object' && scripts !== null && name in scripts) {
      found.push(packageFinding(file, `The script "${name}" runs when the package is installed.`, `Remove "${name}".`));
    }
  }
  if (gypfile === true) {
    found.push(packageFinding(file, '"gypfile" compiles native code at installation.', 'Remove "gypfile".'));
  }
  for (const target of new Set(strings(imports).filter(isBuiltin))) {
    const next = `Remove the entry of "imports" that leads to "${target}".`;
    found.push(packageFinding(file, `"imports" gives the built-in module "${target}" another name.`, next));
  }
  return found;
}

function packageFinding(file: string, message: string, next: string): Finding {
  const why = 'It reaches code or modules that the scan of the plugin does not see.';
  return fileFinding(packageFile, file, { message, why, next });
}

function isBuiltin(target: string): boolean {
  return target.startsWith('node:') || builtinModules.includes(target.split('/')[0] as string);
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}
