import { describe, expect, it } from 'vitest';
import { createTheme, formatClock, formatDuration, formatNumber, formatTable, indent, plural, printable, wantsColour } from '../../src/ui/index.js';

describe('format', () => {
  it.each([[0, 0, '0'], [1234567, 0, '1,234,567'], [1234.567, 2, '1,234.57'], [0.5, 0, '1'], [-1200, 0, '-1,200']])('formatNumber(%d, %d) is %s', (value, digits, text) => {
    expect(formatNumber(value, digits)).toBe(text);
  });

  it.each([[0, '0 s'], [0.346, '0.35 s'], [0.999, '1 s'], [12.34, '12.3 s'], [59.96, '1 min 00 s'], [125, '2 min 05 s'], [3599.6, '1 h 00 min'], [3720, '1 h 02 min']])('formatDuration(%d) is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([[0, '0:00'], [21.2, '0:21'], [725, '12:05'], [3723, '1:02:03'], [-3, '0:00']])('formatClock(%d) is %s', (seconds, text) => {
    expect(formatClock(seconds)).toBe(text);
  });

  it.each([[0, 'row', undefined, '0 rows'], [1, 'row', undefined, '1 row'], [1200, 'row', undefined, '1,200 rows'], [2, 'entry', 'entries', '2 entries']])('plural(%d, %s) is right', (count, word, many, text) => {
    expect(plural(count, word, many)).toBe(text);
  });

  it('aligns tables, whatever the colours, and leaves no spaces at line ends', () => {
    const table = formatTable([{ title: 'step' }, { title: 'rows', align: 'right' }, { title: 'note' }], [['\u001b[31membed\u001b[39m', '12', ''], ['classify', '1,200', 'slow']]);
    expect(table.replace(/\u001b\[\d+m/g, '').split('\n')).toEqual(['step       rows  note', 'embed        12', 'classify  1,200  slow']);
  });

  it('indents lines that are not empty', () => {
    expect(indent('a\n\nb', 2)).toBe('  a\n\n  b');
  });

  it('shows control characters as what they are not', () => {
    expect(printable('a\u001b[2Jb\tc\u202ed\r\ne')).toBe('a\uFFFD[2Jb c\uFFFDd\uFFFD\ne');
  });
});

it.each([
  ['a terminal', true, {}, true],
  ['a pipe', false, {}, false],
  ['NO_COLOR', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ['an empty NO_COLOR', true, { NO_COLOR: '' }, true],
  ['FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
  ['FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
  ['a dumb terminal', true, { TERM: 'dumb' }, false],
])('colours with %s', (_, isTTY, env, expected) => {
  expect(wantsColour({ isTTY }, env)).toBe(expected);
});

it('a theme without colours changes nothing', () => {
  expect(createTheme(false).error('x')).toBe('x');
  expect(createTheme(true).error('x')).toBe('\u001b[31mx\u001b[39m');
});
