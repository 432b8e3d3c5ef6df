/**
 * Transcripts: a file that reads like a terminal, and is run like one.
 *
 * ```text
 * # comment                              before the first command: `needs: registry`, `from: PLUGIN`, `kind: bare`
 * $ plugin run --input bad.jsonl         a line of shell; `cd` lasts
 * error  Line 3 of bad.jsonl [..]        what it prints, stdout before stderr; `[..]` is any text in a line
 * ...                                    any number of lines
 * [exit 2]                               0 unless told
 * -- bad.jsonl --                        files of the working folder, to the end of the transcript
 * ```
 */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { shell, type Kind, type Result } from './harness.js';
import { untidy } from './tidy.js';

const fixtures = resolve(import.meta.dirname, '../fixtures/plugins');

export interface Step {
  command: string;
  /** Line of the transcript. */
  line: number;
  expected: string[];
  exit: number;
}

export interface Transcript {
  name: string;
  needs: string[];
  from: string[];
  kind: Kind;
  steps: Step[];
  files: { path: string; content: string }[];
}

export function parseTranscript(name: string, text: string): Transcript {
  const transcript: Transcript = { name, needs: [], from: [], kind: 'full', steps: [], files: [] };
  let file: { path: string; content: string } | undefined;
  for (const [index, line] of text.replace(/\n$/, '').split('\n').entries()) {
    const path = /^-- (.+) --$/.exec(line)?.[1];
    const step = transcript.steps.at(-1);
    const header = step === undefined ? /^# (needs|from|kind): (.+)$/.exec(line) : null;
    if (path !== undefined) transcript.files.push((file = { path, content: '' }));
    else if (file !== undefined) file.content += `${line}\n`;
    else if (header?.[1] === 'kind') transcript.kind = header[2] as Kind;
    else if (header !== null) transcript[header[1] as 'needs' | 'from'].push(...(header[2] as string).split(', '));
    else if (line.startsWith('#') || (line.trim() === '' && step === undefined)) continue;
    else if (line.startsWith('$ ')) transcript.steps.push({ command: line.slice(2), line: index + 1, expected: [], exit: 0 });
    else if (step === undefined) throw new Error(`${name}:${index + 1}: output before the first command`);
    else if (/^\[exit \d+\]$/.test(line)) step.exit = Number(line.slice(6, -1));
    else step.expected.push(line);
  }
  for (const step of transcript.steps) while (step.expected.at(-1) === '') step.expected.pop();
  return transcript;
}

/** Runs a transcript in a folder of its own. @returns what differed, empty when nothing did */
export async function runTranscript(transcript: Transcript): Promise<string[]> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-e2e-')));
  const [work, home, temp] = ['work', 'home', 'tmp'].map((name) => join(base, name)) as [string, string, string];
  for (const folder of [work, home, temp]) mkdirSync(folder);
  // Other users may look in.
  chmodSync(base, 0o755);
  const env: Record<string, string> = { TMPDIR: temp, PLUGSMITH_CACHE_DIR: join(base, 'cache'), WORK: work, NOBODY: 'setpriv --reuid 65534 --regid 65534 --clear-groups' };
  // npm keeps its settings and its cache in the real home folder.
  if (!transcript.needs.includes('registry')) env['HOME'] = home;
  try {
    for (const name of transcript.from) cpSync(join(fixtures, name), join(work, name), { recursive: true });
    for (const { path, content } of transcript.files) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), content);
    }
    const problems: string[] = [];
    let cwd = work;
    for (const step of transcript.steps) {
      const folder = /^cd (\S+)$/.exec(step.command)?.[1];
      if (folder !== undefined) {
        cwd = resolve(cwd, folder);
        continue;
      }
      const result = await shell(step.command, { cwd, env, kind: transcript.kind });
      const wrong = [...compare(step, result, work), ...(await untidy(work, transcript.needs.includes('tmpfs'))).map((what) => `left behind: ${what}`)];
      if (wrong.length > 0) problems.push(`${transcript.name}:${step.line}  $ ${step.command}`, ...wrong.map((line) => `    ${line}`));
    }
    for (const folder of [home, temp]) for (const left of readdirSync(folder)) problems.push(`${transcript.name}: left in the ${folder === home ? 'home' : 'temporary'} folder: ${left}`);
    return problems;
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

export function readTranscript(path: string): Transcript {
  return parseTranscript(path.slice(path.lastIndexOf('/') + 1), readFileSync(path, 'utf8'));
}

function compare(step: Step, { code, stdout, stderr }: Result, work: string): string[] {
  const problems: string[] = [];
  if (code !== step.exit) problems.push(`exit code ${code} instead of ${step.exit}`);
  // On a busy machine a run says every ten seconds how far it is.
  const said = stderr.replace(/^run  .*[\d,]+ rows  .*\n/gm, '');
  const text = stdout + (stdout === '' || stdout.endsWith('\n') ? '' : '\n') + said;
  const actual = text.replaceAll(work, '$WORK').split('\n').map((line) => line.trimEnd());
  while (actual.at(-1) === '') actual.pop();
  if (/Internal error|^\s+at \S+ \(|^\s+at (file:|node:)/m.test(text)) problems.push('it shows an internal error or a stack');
  const at = matches(step.expected, actual);
  if (at !== null) problems.push(at, 'it printed:', ...actual.slice(0, 60).map((line) => `| ${line}`));
  return problems;
}

/** Null where the lines match, else what was expected and did not come. */
export function matches(expected: readonly string[], actual: readonly string[]): string | null {
  // reach[e]: the line of output after which expected lines 0..e-1 can stand.
  let positions = new Set([0]);
  for (const line of expected) {
    const next = new Set<number>();
    for (const position of positions) {
      if (line === '...') for (let p = position; p <= actual.length; p++) next.add(p);
      else if (position < actual.length && pattern(line).test(actual[position] as string)) next.add(position + 1);
    }
    if (next.size === 0) return `expected: ${line}`;
    positions = next;
  }
  return positions.has(actual.length) ? null : 'there is more output than expected';
}

function pattern(line: string): RegExp {
  return new RegExp(`^${line.trimEnd().split('[..]').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
}
