/** A worker leads a process group: what its plugin started belongs to it, and goes when the supervisor is gone. */

// Kept from the start: plugin code of others is not left with it.
const kill = process.kill.bind(process);

/** Ends this process and everything its plugin started; returns when there is no such group (started by hand). */
export function endGroup(): void {
  try {
    kill(-process.pid, 'SIGKILL');
  } catch {
    // Not the leader of a group: the caller ends this one process.
  }
}
