/** Turns the correction that a problem names into a replacement of source text. */
import type { Problem } from '../problem.js';
import { placeKey, type PlacedSource, type Range } from './places.js';

/** A replacement of the source between `start` and `end`. */
export interface TextFix extends Range {
  text: string;
}

/**
 * The replacement that mends the problem, or undefined: when it has no certain correction, or when its value is not
 * written as a literal in its place (a constant declared elsewhere may be used elsewhere).
 */
export function fixOf({ text, places }: PlacedSource, { path, at, fix }: Problem): TextFix | undefined {
  const place = places.get(placeKey(path));
  if (fix === undefined || place === undefined) return undefined;
  if (at === 'value') return replaceLiteral(text, place.value, fix);
  if (place.key === undefined) return undefined;
  // `{ name }`: renaming the key must keep the variable.
  if (place.key.start === place.value.start) return { ...place.key, text: `${fix}: ${text.slice(place.key.start, place.key.end)}` };
  const quote = quoteAt(text, place.key.start);
  return { ...place.key, text: `${quote}${fix}${quote}` };
}

function replaceLiteral(text: string, range: Range, fix: string | number): TextFix | undefined {
  const written = text.slice(range.start, range.end);
  const quote = quoteAt(text, range.start);
  const isLiteral = quote !== '' && written.endsWith(quote) && written.indexOf(quote, 1) === written.length - 1 && !written.includes('${');
  if (!isLiteral) return undefined;
  return { ...range, text: typeof fix === 'number' ? String(fix) : `${quote}${fix}${quote}` };
}

function quoteAt(text: string, offset: number): string {
  const character = text.charAt(offset);
  return character === "'" || character === '"' || character === '`' ? character : '';
}
