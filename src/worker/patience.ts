/** Waiting for the supervisor is work too: a large file or model takes longer than a batch may. */

const BEAT_MS = 5_000;

/** The promise's value; until it is there, `beat` is called every few seconds. The supervisor has limits of its own for what it fetches. */
export async function patiently<T>(work: Promise<T>, beat: (note: string) => void, note: string): Promise<T> {
  const timer = setInterval(() => beat(note), BEAT_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
