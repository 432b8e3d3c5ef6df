import { readFile, readdir } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../errors/index.js';

export const languages = ['typescript', 'python'] as const;

export type Language = (typeof languages)[number];

export interface Template {
  name: string;
  language: Language;
  /** One sentence, from the template's README. */
  description: string;
  /** Absolute path of its folder. */
  folder: string;
  /** The name that the template has as a plugin, which `create` replaces. */
  identifier: string;
}

/** What a plugin starts from where nobody says; the first in lists. */
export const DEFAULT_TEMPLATE = 'text';

/** What using a template in place leaves behind; never part of a new plugin. */
const LEFTOVERS = new Set(['.plugsmith', 'node_modules', 'dist', '.DS_Store', '__pycache__']);

/** Files that npm drops from a package, or reads as its own settings, travel under another name. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/** The folder of a Python template has this before its name. */
const PYTHON = 'python-';
/** What a Python template takes from the one of the same name in TypeScript, where it has none of its own. */
const LENT = ['models', 'samples'];

/** The templates of a language that come with this installation, the default first, then by name. @throws Failure `templates-missing` */
export async function listTemplates(language: Language = 'typescript'): Promise<Template[]> {
  const root = templatesFolder();
  const entries = await readdir(root, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name.startsWith(PYTHON) === (language === 'python')).map((entry) => entry.name);
  const templates = await Promise.all(folders.sort().map((folder) => readTemplate(join(root, folder), language === 'python' ? folder.slice(PYTHON.length) : folder, language)));
  return templates.sort((a, b) => Number(b.name === DEFAULT_TEMPLATE) - Number(a.name === DEFAULT_TEMPLATE));
}

/** @throws Failure `template-unknown` listing those there are, `templates-missing` */
export async function findTemplate(name: string, language: Language = 'typescript'): Promise<Template> {
  const templates = await listTemplates(language);
  const found = templates.find((template) => template.name === name);
  if (found !== undefined) return found;
  const names = templates.map((template) => template.name);
  throw new Failure({
    code: 'template-unknown',
    message: `There is no template ${JSON.stringify(name)}${language === 'python' ? ' in Python' : ''}.`,
    why: 'A new plugin is a copy of a template.',
    next: `Choose one of: ${names.join(', ')}.`,
    details: { template: name, templates: names },
  });
}

/** The files of a template with the paths that they have in a plugin (`/` between folders), in order of path. */
export async function templateFiles(template: Template): Promise<{ path: string; source: string }[]> {
  const own = await filesBelow(template.folder, template.folder);
  const files = [...own, ...(template.language === 'python' ? await lentTo(template.folder) : [])].filter(({ parts }) => !parts.some((part) => LEFTOVERS.has(part)));
  return files
    .map(({ source, parts }) => ({ source, path: parts.map((part) => RENAMED[part] ?? part).join('/') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Files below a folder, with the parts of their paths below `root`. */
async function filesBelow(folder: string, root: string): Promise<{ source: string; parts: string[] }[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => {
    const source = join(entry.parentPath, entry.name);
    return { source, parts: relative(root, source).split(sep) };
  });
}

/** One model and one set of samples serve both languages. */
async function lentTo(folder: string): Promise<{ source: string; parts: string[] }[]> {
  const twin = join(dirname(folder), basename(folder).slice(PYTHON.length));
  const wanted = LENT.filter((name) => !existsSync(join(folder, name)) && existsSync(join(twin, name)));
  return (await Promise.all(wanted.map((name) => filesBelow(join(twin, name), twin)))).flat();
}

async function readTemplate(folder: string, name: string, language: Language): Promise<Template> {
  const identifier = language === 'python' ? pythonName(await readFile(join(folder, 'manifest.py'), 'utf8')) : (JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name: string }).name;
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const paragraph = readme.split(/\n\s*\n/).find((part) => !part.startsWith('#')) ?? '';
  const description = /^.*?\.(?=\s|$)/s.exec(paragraph.trim())?.[0] ?? paragraph.trim();
  return { name, language, description, folder, identifier };
}

function pythonName(manifest: string): string {
  return /^feature_extractor_name = "(\w+)"$/m.exec(manifest)?.[1] ?? '';
}

/** The folder `templates` of this package, wherever the bundled code of this file ended up in it. */
function templatesFolder(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string };
    if (name === 'plugsmith' && existsSync(join(folder, 'templates'))) return join(folder, 'templates');
  }
  throw new Failure({
    code: 'templates-missing',
    message: 'This installation of Plugsmith has no templates.',
    why: 'A new plugin is a copy of a template.',
    next: 'Install Plugsmith again: npm install -g plugsmith',
    details: { searchedFrom: start },
  });
}
