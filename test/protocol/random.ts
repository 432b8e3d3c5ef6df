/** Random values from a seed, for loops that are the same on every machine. */

export class Random {
  constructor(private state: number) {}

  /** A whole number of 32 bits. */
  bits(): number {
    // A counter, mixed: passes for random, and no state of it is a dead end.
    this.state = (this.state + 0x9e3779b9) | 0;
    let x = this.state;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return (x ^ (x >>> 16)) >>> 0;
  }

  /** A whole number from 0 to `below` (exclusive). */
  int(below: number): number {
    return Math.floor((this.bits() / 2 ** 32) * below);
  }

  chance(probability: number): boolean {
    return this.bits() < probability * 2 ** 32;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)] as T;
  }

  list<T>(length: number, make: (index: number) => T): T[] {
    return Array.from({ length }, (_, i) => make(i));
  }

  text(): string {
    return this.list(this.int(6), () => this.pick(['a', 'Z', ' ', '"', '\\', '\n', 'ü', '日', '👩‍🚀', '\u2028', '0'])).join('');
  }

  /** Cuts `length` into consecutive pieces `[start, end]`. */
  cuts(length: number, most = 9): [number, number][] {
    const pieces: [number, number][] = [];
    for (let start = 0; start < length; ) {
      const end = Math.min(length, start + 1 + this.int(most));
      pieces.push([start, end]);
      start = end;
    }
    return pieces;
  }
}
