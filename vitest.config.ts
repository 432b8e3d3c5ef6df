import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Fixture plugins have tests of their own, which plugin test runs.
    exclude: ['test/fixtures/**', 'node_modules/**'],
    // What the end-to-end tests installed goes when all tests are done.
    globalSetup: ['test/e2e/installed.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { ORT_DISABLE_TELEMETRY: '1' },
    // Two cores: more forks only fight each other.
    maxWorkers: 2,
  },
});
