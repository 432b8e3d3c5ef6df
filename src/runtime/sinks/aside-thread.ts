/** Entry of the thread that `aside.ts` starts. Built to `dist/runtime/sinks/aside-thread.js`; nothing imports it. */
import { writevSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Block } from '../../protocol/index.js';
import type { AsideAnswer, AsideData } from './aside.js';
import { jsonlFormat } from './jsonl.js';

const { fields, fd } = workerData as AsideData;
const format = jsonlFormat(fields);

parentPort?.on('message', (block: Block) => {
  parentPort?.postMessage(write(block));
});

function write(block: Block): AsideAnswer {
  try {
    const chunks = format.push(block);
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    if (writevSync(fd, chunks) === bytes) return { written: true, bytes };
    return { written: false, code: 'ENOSPC', message: 'short write' };
  } catch (error) {
    return { written: false, code: (error as NodeJS.ErrnoException).code, message: (error as Error).message };
  }
}
