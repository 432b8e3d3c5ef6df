/**
 * Places where a test may kill the host: `PLUGSMITH_TEST_KILL=upload.row` ends the process there, as `kill -9` would;
 * `upload.row:3` at the third time. Each is a moment at which a crash must lose nothing that was acknowledged.
 */
const [wanted, times] = (process.env['PLUGSMITH_TEST_KILL'] ?? '').split(':');
let left = Number(times ?? 1);

/** Does nothing outside of a test that names this place. */
export function killPoint(name: string): void {
  if (name !== wanted) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}
