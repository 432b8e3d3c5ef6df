/** What an archive holds by its headers, and whether all of it may be unpacked. Pure: decided before anything is written. */
import { isPythonManifest, pluginPart } from '../../manifest/index.js';
import { limits } from '../limits.js';
import { collisionKey, nameProblem, pathProblem } from '../names.js';
import { formatBytes } from '../size.js';
import { refuse, shown } from './refuse.js';

/** A header, as zip and tar both have it. */
export interface Header {
  /** As written, `/` between names; folders end in `/`. */
  name: string;
  isFolder: boolean;
  /** Size when unpacked, as declared. */
  bytes: number;
}

/** Where the plugin lies in the archive. */
export interface Plan {
  /** Name of the one top folder, or null where the plugin lies at the top. */
  top: string | null;
}

/**
 * Whether an entry is what macOS adds to the archives that it makes: attributes of files, and settings of folders. Such
 * entries must be as good as all others, and are not unpacked.
 */
export function isOfMacos(name: string): boolean {
  const names = name.split('/');
  return names[0] === '__MACOSX' || (!name.endsWith('/') && /^(\._.+|\.DS_Store)$/.test(names.at(-1) as string));
}

/** Files and folders together. */
const maxEntries = 5000;
const maxDepth = 32;

/**
 * @throws Failure with a code of its own for each family: names, paths, duplicates, collisions, limits, the manifest's place
 */
export function checkPlan(headers: readonly Header[]): Plan {
  if (headers.length === 0) throw refuse('empty', 'The archive holds no files.');
  checkCounts(headers);
  for (const header of headers) checkName(header);
  checkCollisions(headers);
  const total = headers.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > limits.extractedBytes) throw refuse('too-large', `The files of the archive are ${formatBytes(total)} together; ${formatBytes(limits.extractedBytes)} are allowed.`, 'Load large models at run time instead of packing them.');
  return { top: findTop(headers.filter(({ name }) => !isOfMacos(name))) };
}

function checkCounts(headers: readonly Header[]): void {
  const files = headers.filter(({ name, isFolder }) => !isFolder && !isOfMacos(name)).length;
  if (files > limits.files) throw refuse('too-many-files', `The archive holds ${files} files; ${limits.files} are allowed.`, 'Keep out what the plugin does not need at run time.');
  if (headers.length > maxEntries) throw refuse('too-many-entries', `The archive holds ${headers.length} files and folders; ${maxEntries} are allowed.`, 'Keep out what the plugin does not need at run time.');
}

/** Other spellings of a dot or a slash, which some program on the way may turn into the real ones. */
const disguised = /%(2e|2f|5c|00)/i;

function checkName({ name, isFolder }: Header): void {
  const path = isFolder ? name.slice(0, -1) : name;
  const at = `The entry ${shown(name)}`;
  if (path === '') throw refuse('name', `${at} has no name.`);
  if (/^[/\\]/.test(path) || /^[A-Za-z]:/.test(path) || path.startsWith('~')) throw refuse('absolute', `${at} names an absolute place.`);
  if (path.includes('\\')) throw refuse('traversal', `${at} contains a backslash, which Windows takes for a folder.`, 'Make the archive again with: plugin package. Windows PowerShell 5 writes such archives.');
  const names = path.split('/');
  if (names.includes('..') || disguised.test(path) || looksLikeTraversal(path)) throw refuse('traversal', `${at} leads out of its folder.`);
  if (names.length > maxDepth) throw refuse('path', `${at} is nested ${names.length} folders deep; ${maxDepth} are allowed.`);
  for (const each of names) {
    const problem = nameProblem(each) ?? forbidden(each);
    if (problem !== null) throw refuse(isForbidden(each) ? 'forbidden-file' : 'name', `${at} cannot be unpacked: ${problem}.`);
  }
  const problem = pathProblem(path);
  if (problem !== null) throw refuse('path', `${at} cannot be unpacked: ${problem}.`);
  if (!isFolder && nested.test(path)) throw refuse('nested', `${at} is an archive within the archive.`, 'Put its files into the plugin, or load it at run time.');
}

/** Whether another normal form of Unicode turns something into a slash or into two dots. */
function looksLikeTraversal(path: string): boolean {
  const plain = path.normalize('NFKC').replace(/[\u2215\u2044\u29f8\u2571]/g, '/').replace(/[\u29f5\u2216]/g, '\\');
  return plain !== path && (count(plain, '/') !== count(path, '/') || plain.includes('\\') || plain.split('/').some((name) => name === '..' || name === '.'));
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

const nested = /\.(zip|jar|war|whl|egg|tar|tgz|tar\.\w+|7z|rar)$/i;

/** Files that hold secrets or settings of tools, and folders whose code nobody scans. */
const forbiddenNames = new Set(['.git', '.hg', '.svn', '.npmrc', '.netrc', '.pypirc', '.ssh', '.aws', '.plugsmith', 'node_modules', '__proto__']);

function isForbidden(name: string): boolean {
  const lower = name.toLowerCase();
  return forbiddenNames.has(lower) || /^\.env(?!\.example$)/.test(lower);
}

function forbidden(name: string): string | null {
  return isForbidden(name) ? 'files and folders of this name hold secrets, or belong to other tools' : null;
}

/** Every file and every folder, named or implied, must be one thing on every system. */
function checkCollisions(headers: readonly Header[]): void {
  const seen = new Map<string, { path: string; isFolder: boolean; isNamed: boolean }>();
  for (const { name, isFolder } of headers) {
    const names = (isFolder ? name.slice(0, -1) : name).split('/');
    names.forEach((_, i) => {
      const path = names.slice(0, i + 1).join('/');
      const isLast = i === names.length - 1;
      const mine = { path, isFolder: !isLast || isFolder, isNamed: isLast };
      const key = collisionKey(path);
      const other = seen.get(key);
      if (other === undefined) return void seen.set(key, mine);
      if (other.path !== path) throw refuse('collision', `The entries ${shown(other.path)} and ${shown(path)} are one file on many systems.`);
      if (other.isFolder !== mine.isFolder) throw refuse('collision', `The entry ${shown(path)} is a file and a folder.`);
      if (other.isNamed && mine.isNamed) throw refuse('duplicate', `The entry ${shown(path)} comes twice.`);
      other.isNamed ||= mine.isNamed;
    });
  }
}

function isManifest(name: string): boolean {
  return isPythonManifest(name) || pluginPart(name) === 'manifest';
}

/** The manifest lies at the top, or in the one folder that is there. */
function findTop(headers: readonly Header[]): string | null {
  const files = headers.filter(({ isFolder }) => !isFolder).map(({ name }) => name.split('/'));
  const atTop = files.filter((names) => names.length === 1 && isManifest(names[0] as string));
  const tops = [...new Set(headers.map(({ name }) => name.split('/')[0] as string))];
  const inFolder = files.filter((names) => names.length === 2 && isManifest(names[1] as string));
  const deeper = files.filter((names) => names.length === 3 && isManifest(names[2] as string));
  const isAtTop = atTop.length > 0;
  const found = isAtTop ? [...atTop, ...inFolder] : [...inFolder, ...deeper];
  if (found.length > 1) throw refuse('two-manifests', `The archive holds more than one manifest: ${found.map((names) => shown(names.join('/'))).join(', ')}.`, 'Pack one plugin, with its manifest in one place.');
  if (isAtTop) return null;
  if (inFolder.length === 0) throw refuse('no-manifest', 'The archive has no manifest at its top, nor in its one folder.', 'Pack the folder that holds manifest.ts or manifest.py.');
  if (tops.length > 1) throw refuse('stray-entries', `Beside the plugin's folder ${shown(inFolder[0]?.[0] as string)} the archive holds ${tops.filter((name) => name !== inFolder[0]?.[0]).map(shown).join(', ')}.`, 'Pack the folder of the plugin and nothing else.');
  return tops[0] as string;
}
