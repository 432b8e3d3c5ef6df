// Schemathesis against a host for longer than the test of the same name: node scripts/schemathesis.mjs [SECONDS] [SEED]
import { spawn } from 'node:child_process';
import { root } from './lib/steps.mjs';

const [seconds = '600', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
if (!/^[1-9]\d*$/.test(seconds) || !/^\d+$/.test(seed)) {
  console.error('Seconds and seed are whole numbers: node scripts/schemathesis.mjs [SECONDS] [SEED]');
  process.exit(2);
}
console.log(`${seconds} s, seed ${seed}`);
const env = { ...process.env, PLUGSMITH_SCHEMATHESIS_SECONDS: seconds, PLUGSMITH_SCHEMATHESIS_SEED: seed };
const child = spawn('npx', ['vitest', 'run', 'test/host/foreign/schemathesis.test.ts'], { cwd: root, env, stdio: 'inherit' });
child.once('close', (code) => {
  process.exitCode = code ?? 1;
});
