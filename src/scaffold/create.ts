import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Failure, messageOf, systemCode } from '../errors/index.js';
import { makeFolder } from '../files/index.js';
import { checkName } from './name.js';
import { DEFAULT_TEMPLATE, findTemplate, templateFiles, type Language } from './templates.js';

export interface PlannedFile {
  /** Relative to the new folder, with `/`. */
  path: string;
  bytes: Uint8Array;
  /** The template's file that it comes from. */
  source: string;
}

export interface CreatePlan {
  name: string;
  template: string;
  /** Absolute path of the new folder. */
  root: string;
  files: PlannedFile[];
}

export interface CreateOptions {
  /** Name of the plugin. */
  name: string;
  /** `text` unless told. */
  template?: string;
  /** `typescript` unless told. */
  language?: Language;
  /** The new folder; must not exist, or be empty. `./NAME` unless told. */
  targetDir?: string;
}

/**
 * Everything that creating would write. Writes nothing.
 * @throws Failure `name-invalid`, `folder-name`, `template-unknown`, `target-not-empty`, `target-not-folder`, `templates-missing`
 */
export async function planCreate({ name, template: templateName = DEFAULT_TEMPLATE, language = 'typescript', targetDir = name }: CreateOptions): Promise<CreatePlan> {
  const root = await checkPlace({ name, language, targetDir });
  const template = await findTemplate(templateName, language);
  const files = await templateFiles(template);
  const planned = files.map(async ({ path, source }) => ({ path, source, bytes: renamed(await readFile(source), template.identifier, name) }));
  return { name, template: template.name, root, files: await Promise.all(planned) };
}

/**
 * Whether a plugin of this name can be made there: asked before any question is.
 * @returns the absolute path of the new folder
 * @throws Failure `name-invalid`, `folder-name`, `target-not-empty`, `target-not-folder`
 */
export async function checkPlace({ name, language = 'typescript', targetDir = name }: Omit<CreateOptions, 'template'>): Promise<string> {
  checkName(name, language);
  const root = resolve(targetDir);
  if (language === 'python') checkFolderName(root, name);
  await checkFree(root);
  return root;
}

/**
 * Writes the planned folder: beside its place first, then moved there, so that it is there whole or not at all.
 * @param complete adds to the folder, before it is seen, what does not come from the template
 * @throws Failure `target-not-empty`, `target-not-folder`, `create-failed`
 */
export async function createPlugin(plan: CreatePlan, complete?: (folder: string) => void): Promise<void> {
  const parent = dirname(plan.root);
  let madeParent: string | undefined;
  let beside: string | undefined;
  try {
    madeParent = makeFolder(parent);
    beside = await mkdtemp(join(parent, `.${basename(plan.root)}-`));
    const folder = join(beside, 'plugin');
    for (const file of plan.files) {
      const path = join(folder, file.path);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, file.bytes);
    }
    complete?.(folder);
    // Replaces an empty folder, and refuses any other: nothing can slip in between the check and the move.
    await rename(folder, plan.root);
    await rm(beside, { recursive: true });
  } catch (error) {
    if (beside !== undefined) await rm(beside, { recursive: true, force: true });
    if (madeParent !== undefined) await rm(madeParent, { recursive: true, force: true });
    await checkFree(plan.root);
    throw new Failure({
      code: 'create-failed',
      message: `${plan.root} cannot be created: ${messageOf(error)}`,
      why: 'Nothing of the plugin was left behind.',
      next: 'Choose a folder that you can write to, with --dir.',
      details: { path: plan.root, system: systemCode(error) },
      cause: error,
    });
  }
}

/** The new folder as it is told: from `cwd` where it lies below, else in full. */
export function shownFolder(root: string, cwd: string = process.cwd()): string {
  const inside = relative(cwd, root) || '.';
  return inside.startsWith('..') ? root : inside;
}

/** Three commands to run next, in order, from the folder `cwd`. */
export function nextSteps(plan: CreatePlan, cwd: string = process.cwd()): string[] {
  const path = shownFolder(plan.root, cwd);
  const quoted = /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
  const sample = plan.files.find((file) => file.path.startsWith('samples/'))?.path ?? 'samples';
  return [`cd ${quoted}`, 'plugin test', `plugin run --input ${sample}`];
}

/** Its tests and its users import a Python plugin under its folder's name. */
function checkFolderName(root: string, name: string): void {
  if (basename(root) === name) return;
  throw new Failure({
    code: 'folder-name', message: `The folder ${root} is not called ${name}.`, why: "A Python plugin is imported under its folder's name.",
    next: `Give a folder of that name: --dir ${join(dirname(root), name)}`,
  });
}

/** The bytes of a file with the template's name replaced. Files that are not text come back as they are. */
function renamed(bytes: Uint8Array, identifier: string, name: string): Uint8Array {
  if (bytes.includes(0)) return bytes;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return bytes;
    throw error;
  }
  return new TextEncoder().encode(text.replace(new RegExp(`\\b${identifier}\\b`, 'g'), name));
}

async function checkFree(root: string): Promise<void> {
  let found: string[];
  try {
    found = await readdir(root);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw new Failure({
      code: 'target-not-folder',
      message: systemCode(error) === 'ENOTDIR' ? `${root} is in the way: it, or a part of its path, is a file.` : `${root} cannot be read: ${messageOf(error)}`,
      why: 'A plugin is a folder of its own; nothing is overwritten.',
      next: 'Choose another name, or another folder with --dir.',
      details: { path: root },
      cause: error,
    });
  }
  if (found.length === 0) return;
  const shown = found.sort().slice(0, 5).join(', ');
  throw new Failure({
    code: 'target-not-empty',
    message: `${root} already holds ${found.length === 1 ? shown : `${found.length} entries: ${shown}${found.length > 5 ? ', …' : ''}`}.`,
    why: 'Nothing is overwritten.',
    next: 'Choose another name, or another folder with --dir, or remove what is there.',
    details: { path: root, entries: found },
  });
}
