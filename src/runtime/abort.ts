/** Waiting that ends when the user stops the command. */

/** What `work` gives, or the signal's reason as soon as it fires; `work` is then left to itself. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The items of `source`. When the signal fires its reason is thrown at once, without waiting for the item under way. */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncIterable<T> {
  const items = source[Symbol.asyncIterator]();
  let under: Promise<unknown> = Promise.resolve();
  try {
    for (;;) {
      const next = items.next();
      under = next;
      const item = await orAborted(next, signal);
      if (item.done === true) return;
      yield item.value;
    }
  } finally {
    // A source that waits for input cannot end before that comes; whoever holds it closes it.
    void under.then(() => items.return?.(), () => undefined);
  }
}
