/** Links between pages lead somewhere, and every page can be found from the index. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { anchors, links } from './blocks.js';

const root = resolve(import.meta.dirname, '../..');
const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')).map((file) => join('docs', file));
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', ...docs].sort();

/** Files that a page links to, relative to the project's folder, and what is wrong with them. */
function follow(page: string): { targets: string[]; broken: string[] } {
  const targets: string[] = [];
  const broken: string[] = [];
  for (const link of links(readFileSync(join(root, page), 'utf8'))) {
    if (/^[a-z]+:/.test(link)) continue;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : relative(root, resolve(root, dirname(page), path));
    targets.push(target);
    const file = join(root, target);
    if (!existsSync(file)) broken.push(link);
    else if (anchor !== undefined && !anchors(readFileSync(file, 'utf8')).includes(anchor)) broken.push(link);
  }
  return { targets, broken };
}

test.each(pages)('%s', (page) => {
  expect(follow(page).broken).toEqual([]);
});

test('every page can be reached from the first one', () => {
  const seen = new Set(['README.md']);
  for (const page of seen) for (const target of follow(page).targets) if (pages.includes(target)) seen.add(target);
  expect(pages.filter((page) => !seen.has(page))).toEqual([]);
});
