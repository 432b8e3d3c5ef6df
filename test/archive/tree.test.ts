import { describe, expect, it } from 'vitest';
import { formatBytes, renderTree } from '../../src/archive/index.js';

describe('formatBytes', () => {
  it.each([[0, '0 B'], [999, '999 B'], [1023, '1023 B'], [1024, '1.0 kB'], [10_240, '10 kB'], [1_048_575, '1.0 MB'], [524_288_000, '500 MB'], [3 * 1024 ** 3, '3.0 GB']])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('renderTree', () => {
  it('draws folders, sizes and the total', () => {
    const files = [{ path: 'p/models/m.onnx', bytes: 2048 }, { path: 'p/a.ts', bytes: 10 }, { path: 'p/z.ts', bytes: 1 }];
    expect(renderTree(files)).toBe(
      `
└─ p/            2.0 kB
   ├─ a.ts         10 B
   ├─ models/    2.0 kB
   │  └─ m.onnx  2.0 kB
   └─ z.ts          1 B
3 files, 2.0 kB`.trim(),
    );
  });

  it('draws nothing for nothing', () => {
    expect(renderTree([])).toBe('0 files, 0 B');
  });

  it.each([5, 10, 35])('keeps the largest within %d lines, and counts the rest', (lines) => {
    const files = Array.from({ length: 900 }, (_, index) => ({ path: `p/d${index % 9}/f${index}`, bytes: index }));
    files.push({ path: 'p/big', bytes: 1_000_000 });
    const text = renderTree(files, lines);
    expect(text.split('\n').length).toBeLessThanOrEqual(lines);
    expect(text).toContain('big');
    expect(text).toMatch(/… [\d,]+ files more/);
    expect(text.endsWith('901 files, 1.3 MB')).toBe(true);
  });

  it('shows every file where there is room', () => {
    const files = Array.from({ length: 33 }, (_, index) => ({ path: `p/f${index}`, bytes: index }));
    expect(renderTree(files).split('\n')).toHaveLength(35);
    expect(renderTree(files)).not.toContain('…');
  });
});
