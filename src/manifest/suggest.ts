/** "Did you mean": the name that was probably intended. */
import { closest, distance } from 'fastest-levenshtein';

/**
 * The known name that `given` probably stands for, or undefined.
 * An entry of `aliases` wins (names that mean the same but look different), then another spelling
 * (`batchSize`, `Batch-Size`), then a typing error of at most a third of the letters.
 */
export function suggest(
  given: string,
  known: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): string | undefined {
  const plain = snakeCase(given);
  for (const spelling of [given, plain]) {
    if (Object.hasOwn(aliases, spelling)) return aliases[spelling];
  }
  const sameSpelling = known.find((name) => name.toLowerCase() === plain);
  if (sameSpelling !== undefined) return sameSpelling;
  if (known.length === 0 || plain.length > 100) return undefined;
  const nearest = closest(plain, known);
  const allowed = Math.max(1, Math.floor(Math.min(plain.length, nearest.length) / 3));
  return distance(plain, nearest.toLowerCase()) <= allowed ? nearest : undefined;
}

function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[-\s]+/g, '_')
    .toLowerCase();
}
