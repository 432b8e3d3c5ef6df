/** The report as a page: collected from a run's folder, written as one HTML file. */
import { dirname, extname, join, resolve } from 'node:path';
import { Failure, messageOf } from '../../../errors/index.js';
import { replaceFile } from '../../../files/index.js';
import { writeFailure } from '../../write-failures.js';
import { findRun, readingRun, writing } from '../../runs.js';
import { pageData } from './data.js';
import { pageHtml } from './html.js';

export interface WrittenPage {
  run: string;
  /** Absolute path of the page. */
  page: string;
  bytes: number;
}

/**
 * Writes the page of a run.
 * @param run its id; the latest finished one unless told
 * @param output where to; `report.html` in the run's folder unless told
 * @throws Failure `usage` for an output with another extension, `no-run`, `run-unfinished`, `output-not-writable`, `disk-full`
 */
export async function writeReportPage(root: string, run: string | undefined, output: string | undefined): Promise<WrittenPage> {
  // A slip in the name must not cost a source file.
  if (output !== undefined && !/^\.html?$/i.test(extname(output))) throw new Failure({ code: 'usage', message: `The page cannot be called ${output}.`, why: 'It is an HTML file, and would replace one of another kind.', next: `Give --output a name that ends with .html, such as ${join(dirname(output), 'report.html')}.` });
  const { folder, record } = findRun(root, run, 'finished');
  const { content } = record;
  if (content === undefined) throw new Failure({ code: 'run-unfinished', message: `Run ${record.id} did not come to its end.`, why: 'Its page is made of its results.', next: `Continue it: plugin run --resume ${record.id}` });
  const html = pageHtml(await readingRun(folder, () => pageData(folder, { ...record, content })));
  const page = output === undefined ? join(folder, 'report.html') : resolve(output);
  writing(page, () => replaceFile(page, html), pageLost);
  return { run: record.id, page, bytes: Buffer.byteLength(html) };
}

function pageLost(error: unknown, page: string): Failure {
  return new Failure({ code: writeFailure(error, page).code, message: `${page} cannot be written: ${messageOf(error)}.`, why: 'The page has to go somewhere.', next: 'Make room, or choose another place with --output.', cause: error });
}
