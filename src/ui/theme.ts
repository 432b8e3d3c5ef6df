/** Colours, for streams that want them. Meaning first: callers say `error` or `dim`, not `red`. */

export interface Theme {
  /** Whether anything is coloured at all. */
  readonly colour: boolean;
  error(text: string): string;
  warn(text: string): string;
  good(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

/**
 * Whether to write colours to a stream. `NO_COLOR` (any value) wins, then `FORCE_COLOR` (`0` and `false` mean no),
 * then a dumb terminal, then whether the stream is a terminal.
 */
export function wantsColour(stream: { isTTY?: boolean | undefined }, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env['NO_COLOR']) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return env['TERM'] !== 'dumb' && stream.isTTY === true;
}

/** The theme with colours, or the same names doing nothing. */
export function createTheme(colour: boolean): Theme {
  const paint = (start: number, end: number) => (text: string) => (colour && text !== '' ? `\u001b[${start}m${text}\u001b[${end}m` : text);
  return { colour, error: paint(31, 39), warn: paint(33, 39), good: paint(32, 39), dim: paint(2, 22), bold: paint(1, 22) };
}
