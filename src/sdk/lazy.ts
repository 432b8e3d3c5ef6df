/** A value made when first asked for, and once: the pattern for models and clients a processor keeps. */
export class LazyModel<T> {
  private loading: Promise<T> | undefined;

  /** @param load makes the value; it is called by `get`, never before */
  constructor(private readonly load: () => T | Promise<T>) {}

  /** The value. A failed load is not remembered, so the next call tries again. */
  get(): Promise<T> {
    this.loading ??= Promise.resolve()
      .then(this.load)
      .catch((error: unknown) => {
        this.loading = undefined;
        throw error;
      });
    return this.loading;
  }
}
