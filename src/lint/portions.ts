/**
 * Files handed out in portions: large, because each is watched by a thread that has to be started and joined while all
 * cores are busy, and small at the end, where hands wait for each other. Pure.
 */

/** Sizes in characters. */
const [smallest, largest] = [16 * 1024, 256 * 1024];

export class Portions {
  /** Places in the list; the longest text is last, and is taken first. */
  readonly #places: number[];
  readonly #texts: readonly { text: string }[];
  readonly #hands: number;
  #left: number;

  /** @param hands how many take from it. */
  constructor(texts: readonly { text: string }[], hands: number) {
    this.#texts = texts;
    this.#hands = hands;
    this.#places = texts.map((_, place) => place).sort((a, b) => this.#size(a) - this.#size(b));
    this.#left = texts.reduce((sum, { text }) => sum + text.length, 0);
  }

  /** Places of the next files, at least one; null when all are taken. */
  take(): number[] | null {
    // One hand waits for nobody: all that is left is for it.
    const most = Math.min(largest, Math.max(smallest, this.#left / (2 * this.#hands - 1)));
    const taken: number[] = [];
    let size = 0;
    while (this.#places.length > 0 && (taken.length === 0 || size + this.#size(this.#places.at(-1) as number) <= most)) {
      const place = this.#places.pop() as number;
      taken.push(place);
      size += this.#size(place);
    }
    this.#left -= size;
    return taken.length > 0 ? taken : null;
  }

  #size(place: number): number {
    return this.#texts[place]?.text.length ?? 0;
  }
}
