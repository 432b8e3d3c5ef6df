/** What becomes of workers that answer no longer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DeploymentLog } from '../../../src/host/deployments/logs.js';
import { Running, type Crew } from '../../../src/host/deployments/running.js';
import { defaultDeploymentSettings as settings } from '../../../src/host/deployments/settings.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'plugsmith-running-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what cannot be removed after a switch is told in the log, and ends nothing', async () => {
  const log = new DeploymentLog(join(folder, 'p.ndjson'), { now: Date.now, elapsed: () => performance.now() }, settings.logs);
  const running = new Running(log, settings);
  const crew = (generation: number, close: () => Promise<void>): Crew => running.makeCrew({ workers: 1, start: () => Promise.reject(new Error('nothing is started here')), close }, generation, () => undefined);
  running.swap(crew(1, () => Promise.reject(new Error('EBUSY: resource busy'))));
  // Nobody waits for the old workers; a rejection would be an unhandled one, and fail this file.
  running.swap(crew(2, () => Promise.resolve()));
  await running.end();
  expect(log.read(0, 10).map(({ level, message }) => [level, message])).toEqual([['error', 'what its workers were given could not be removed: EBUSY: resource busy']]);
});
