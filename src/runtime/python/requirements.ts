/** What may stand in `dependencies` of a Python plugin: names with versions. Pure. */
import { Failure } from '../../errors/index.js';

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/;
const EXTRAS = /^\s*\[[A-Za-z0-9._,\s-]*\]/;
const VERSION = /^\s*(?:~=|===|==|!=|<=|>=|<|>)\s*[A-Za-z0-9_.*+!-]+\s*$/;

/**
 * Checks requirements as a manifest lists them.
 * @returns the requirements trimmed, in order, each once
 * @throws Failure `dependency-refused` naming each that is no name with versions
 */
export function checkRequirements(given: readonly unknown[], where = 'manifest.py'): string[] {
  const refused = given.flatMap((item) => {
    const reason = typeof item === 'string' ? problemOf(item.trim()) : 'it is no string';
    return reason === null ? [] : [{ requirement: String(item), reason }];
  });
  if (refused.length === 0) return [...new Set((given as string[]).map((item) => item.trim()))];
  throw new Failure({
    code: 'dependency-refused',
    message: `${refused.length === 1 ? 'A dependency' : `${refused.length} dependencies`} in ${where} cannot be installed: ${refused.map(({ requirement, reason }) => `${JSON.stringify(requirement)} (${reason})`).join(', ')}.`,
    why: 'Packages are installed by name from the package index; what an address, a path or an option brings cannot be checked or repeated.',
    next: 'Write a name with versions, for example "pillow>=10,<12".',
    details: { refused },
  });
}

/** The name of a requirement as indexes compare names: `Foo_Bar[x]>=1` is `foo-bar`. */
export function requirementName(requirement: string): string {
  return (NAME.exec(requirement.trim())?.[0] ?? requirement).toLowerCase().replace(/[-_.]+/g, '-');
}

function problemOf(text: string): string | null {
  if (text === '') return 'it is empty';
  if (/[\r\n\0]/.test(text)) return 'it has more than one line';
  if (text.startsWith('-')) return 'options of the installer are not dependencies';
  if (/^(?:git|hg|svn|bzr)\+/.test(text)) return 'repositories are not dependencies';
  if (/^[a-z][a-z0-9+.-]*:/i.test(text) || /\s@|@\s|:\/\//.test(text)) return 'addresses are not dependencies';
  if (/^[./~\\]|[/\\]/.test(text.split(';')[0] ?? '')) return 'paths are not dependencies';
  const [requirement = '', marker, ...more] = text.split(';');
  if (more.length > 0 || marker?.trim() === '') return 'what stands after ";" is no marker';
  if (/\.(?:whl|zip|tar\.gz)$/i.test(requirement.trim())) return 'files are not dependencies';
  const name = NAME.exec(requirement)?.[0];
  if (name === undefined) return 'it does not begin with a name';
  const rest = requirement.slice(name.length).replace(EXTRAS, '');
  const versions = /^\s*\((.*)\)\s*$/.exec(rest)?.[1] ?? rest;
  return versions.trim() === '' || versions.split(',').every((part) => VERSION.test(part)) ? null : `${JSON.stringify(rest.trim())} is no version`;
}
