import { defineConfig } from 'vitest/config';

/** Rooms whose tests leave the process as they found it: their files share one, so that modules are loaded once and not a hundred times. */
const SHARED = ['archive', 'client', 'docs', 'files', 'lint', 'manifest', 'protocol', 'runtime', 'scaffold', 'sdk', 'search', 'ui'].map((room) => `test/${room}/**/*.test.ts`);
/** Not among them: those that run a command in the process, as the entry does once, and two that leave the Python parser in no known state. */
const NOT_SHARED = ['baseline', 'command', 'command-changed', 'command-watch', 'config', 'fix', 'project', 'room-parser'].map((name) => `test/lint/${name}.test.ts`);
// Fixture plugins have tests of their own, which plugin test runs.
const exclude = ['test/fixtures/**', 'node_modules/**'];

export default defineConfig({
  test: {
    // What the end-to-end tests installed goes when all tests are done.
    globalSetup: ['test/e2e/installed.ts'],
    setupFiles: ['test/support/tidy.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { ORT_DISABLE_TELEMETRY: '1' },
    // One more than a machine of two cores has: the end-to-end tests wait for a fifth of their time.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'shared', include: SHARED, exclude: [...exclude, ...NOT_SHARED], isolate: false } },
      { extends: true, test: { name: 'commands', include: NOT_SHARED, exclude } },
      { extends: true, test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: [...exclude, ...SHARED] } },
    ],
  },
});
