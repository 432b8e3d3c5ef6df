/** Recorded answers: one JSON file per request in the plugin's folder, so that runs can be repeated without a provider. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, messageOf, systemCode } from '../../../errors/index.js';
import { replaceFile } from '../../../files/index.js';
import type { LlmAnswer, LlmRequest } from './request.js';

/** What a file holds. Never a key; pictures only by their number. */
interface Recording {
  version: 1;
  request: Omit<LlmRequest, 'images'> & { images: number };
  provider: string;
  model: string;
  response: LlmAnswer;
}

/** The folder of a plugin's recordings. */
function recordingsFolder(root: string): string {
  return join(root, '.plugsmith', 'llm');
}

/** @throws Failure `llm-recording` where the file cannot be written. */
export async function saveRecording(root: string, hash: string, recording: Omit<Recording, 'version'>): Promise<void> {
  const folder = recordingsFolder(root);
  const file = join(folder, `${hash}.json`);
  try {
    await mkdir(folder, { recursive: true });
    replaceFile(file, `${JSON.stringify({ version: 1, ...recording } satisfies Recording, null, 2)}\n`);
  } catch (error) {
    throw new Failure({ code: 'llm-recording', message: `The answer cannot be recorded in ${folder}: ${messageOf(error)}`, why: 'It was paid for and would be lost.', next: 'Make the folder writable.', cause: error });
  }
}

/** @throws Failure `llm-not-recorded`, `llm-recording`. */
export async function loadRecording(root: string, hash: string, { instruction }: LlmRequest): Promise<LlmAnswer> {
  const file = join(recordingsFolder(root), `${hash}.json`);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw unusable(file, messageOf(error), error);
    const short = instruction.length > 60 ? `${instruction.slice(0, 57)}...` : instruction;
    throw new Failure({
      code: 'llm-not-recorded',
      message: `No recorded answer for the request ${hash.slice(0, 12)} ("${short}").`,
      why: 'With --llm replay, only recorded requests are answered; any change of instruction, text, pictures, model or schema makes it another request.',
      next: 'Record it with a provider\'s key: --llm record',
      details: { request: hash },
    });
  }
  try {
    const { response } = JSON.parse(text) as Partial<Recording>;
    if (typeof response?.text === 'string') return response;
  } catch (error) {
    throw unusable(file, messageOf(error), error);
  }
  throw unusable(file, 'it holds no response', undefined);
}

function unusable(file: string, reason: string, cause: unknown): Failure {
  return new Failure({ code: 'llm-recording', message: `The recording ${file} cannot be used: ${reason}`, next: 'Delete the file and record it again: --llm record', details: { file }, cause });
}
