import { readFile, readdir } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../errors/index.js';

export interface Template {
  name: string;
  /** One sentence, from the template's README. */
  description: string;
  /** Absolute path of its folder. */
  folder: string;
  /** The name that the template has as a plugin, which `create` replaces. */
  identifier: string;
}

/** What using a template in place leaves behind; never part of a new plugin. */
const LEFTOVERS = new Set(['.plugsmith', 'node_modules', 'dist', '.DS_Store']);

/** Files that npm drops from a package, or reads as its own settings, travel under another name. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/** The templates that come with this installation, by name. @throws Failure `templates-missing` */
export async function listTemplates(): Promise<Template[]> {
  const root = templatesFolder();
  const entries = await readdir(root, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.sort().map((name) => readTemplate(join(root, name), name)));
}

/** @throws Failure `template-unknown` listing those there are, `templates-missing` */
export async function findTemplate(name: string): Promise<Template> {
  const templates = await listTemplates();
  const found = templates.find((template) => template.name === name);
  if (found !== undefined) return found;
  const names = templates.map((template) => template.name);
  throw new Failure({
    code: 'template-unknown',
    message: `There is no template ${JSON.stringify(name)}.`,
    why: 'A new plugin is a copy of a template.',
    next: `Choose one of: ${names.join(', ')}.`,
    details: { template: name, templates: names },
  });
}

/** The files of a template with the paths that they have in a plugin (`/` between folders), in order of path. */
export async function templateFiles(template: Template): Promise<{ path: string; source: string }[]> {
  const entries = await readdir(template.folder, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const source = join(entry.parentPath, entry.name);
      const parts = relative(template.folder, source).split(sep);
      return { source, parts };
    })
    .filter(({ parts }) => !parts.some((part) => LEFTOVERS.has(part)));
  return files
    .map(({ source, parts }) => ({ source, path: parts.map((part) => RENAMED[part] ?? part).join('/') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function readTemplate(folder: string, name: string): Promise<Template> {
  const { name: identifier } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name: string };
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const paragraph = readme.split(/\n\s*\n/).find((part) => !part.startsWith('#')) ?? '';
  const description = /^.*?\.(?=\s|$)/s.exec(paragraph.trim())?.[0] ?? paragraph.trim();
  return { name, description, folder, identifier };
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
