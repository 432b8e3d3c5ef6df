/** The manifest rules that look at more than one file. */
import { readFileSync } from 'node:fs';
import { basename, dirname, relative, sep } from 'node:path';
import { checkFiles, checkPythonFiles, pluginPart } from '../../../manifest/index.js';
import { parseSource } from '../../parse.js';
import { pythonParser } from '../../python/index.js';
import type { Report, RuleMeta, SourceFile } from '../../rule.js';
import { readingOf, toReport } from './manifest-file.js';
import { metaOf } from './metas.js';
import { checkBesidePythonManifest, isPythonManifest } from './python/index.js';

/** A finding about a folder: the rule, the file it is reported on, and the report. */
export type ProjectReport = Report & { rule: RuleMeta; file: string };

/**
 * Checks every plugin folder at or below `root`: a folder with a manifest that is a plugin's, or `root` itself when it
 * holds the other parts of a plugin.
 * @param files absolute paths of all files below `root`
 * @throws Failure `python-parser-not-loaded` for a manifest.py, unless `loadPython()` was awaited before
 */
export function checkProject(root: string, files: string[]): ProjectReport[] {
  const folders = new Map<string, string[]>();
  for (const file of files) folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), file]);
  return [...folders].flatMap(([folder, inside]) => {
    const names = inside.map((file) => basename(file));
    const manifest = inside.find((file) => pluginPart(basename(file)) === 'manifest');
    const python = inside.find((file) => isPythonManifest(basename(file)));
    if (manifest !== undefined || python !== undefined) {
      return [...(manifest === undefined ? [] : checkFolder(manifest, names)), ...(python === undefined ? [] : checkPythonFolder(python, names))];
    }
    return relative(root, folder) === '' && lacksManifest(names, files, folder) ? checkWithoutManifest(folder, names) : [];
  });
}

function checkFolder(path: string, names: string[]): ProjectReport[] {
  const text = readFileSync(path, 'utf8');
  const { ast } = parseSource(path, text);
  // A file that cannot be parsed is a finding already, and says nothing about the others.
  if (ast === null) return [];
  const file: SourceFile = { path, text, ast };
  const reading = readingOf(file);
  if (!reading.isPlugin) return [];
  return checkFiles(reading.value, names).map((problem) => {
    const report = toReport(file, problem);
    // A missing file has no place in the manifest.
    return { rule: metaOf(problem.rule), file: path, ...report, at: problem.path.length === 0 ? null : report.at };
  });
}

function checkPythonFolder(path: string, names: string[]): ProjectReport[] {
  const tree = pythonParser().parse(readFileSync(path, 'utf8'));
  return checkBesidePythonManifest(tree, names).map(({ rule, report }) => ({ rule, file: path, ...report }));
}

/** Whether the folder is a plugin but for its manifest: a pipeline alone may be anything. */
function lacksManifest(names: string[], files: string[], folder: string): boolean {
  const parts = names.map(partOf);
  const hasProcessors = files.some((file) => file.startsWith(`${folder}${sep}processors${sep}`));
  return parts.includes('pipeline') && (hasProcessors || parts.includes('realtime'));
}

function partOf(name: string): string | undefined {
  return pluginPart(name) ?? /^(pipeline|realtime)\.py$/.exec(name)?.[1];
}

function checkWithoutManifest(folder: string, names: string[]): ProjectReport[] {
  const pipeline = names.find((name) => partOf(name) === 'pipeline') ?? 'pipeline.ts';
  const problems = pipeline.endsWith('.py') ? checkPythonFiles(undefined, names) : checkFiles(undefined, names);
  return problems.map(({ rule, message, why, next }) => ({
    rule: metaOf(rule),
    file: `${folder}${sep}${pipeline}`,
    at: null,
    message,
    why,
    next,
  }));
}
