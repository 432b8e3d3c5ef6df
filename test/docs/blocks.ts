/** Code blocks and links of Markdown pages. */

export interface CodeBlock {
  language: string;
  /** From `file=PATH` behind the language: the file the block is; null for a fragment. */
  file: string | null;
  text: string;
  /** Line of the first line of code, from 1. */
  line: number;
}

/** Fenced blocks in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  for (const match of markdown.matchAll(/^```(\S*)([^\n]*)\n(.*?)^```$/gms)) {
    const [, language = '', rest = '', text = ''] = match;
    blocks.push({ language, file: /\bfile=(\S+)/.exec(rest)?.[1] ?? null, text, line: markdown.slice(0, match.index).split('\n').length + 1 });
  }
  return blocks;
}

/** Targets of links, without those in code. */
export function links(markdown: string): string[] {
  const prose = markdown.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** The anchors that headings make, as GitHub names them. */
export function anchors(markdown: string): string[] {
  const headings = markdown.replace(/^```.*?^```$/gms, '').matchAll(/^#+ +(.+)$/gm);
  return [...headings].map(([, text = '']) => text.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
}
