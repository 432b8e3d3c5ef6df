/** A rule's page for a terminal: the Markdown of `docs/rules`, without its signs. Pure. */

const escape = '\u001b[';
const paint = (colour: boolean, start: number, end: number) => (text: string) =>
  colour && text !== '' ? `${escape}${start}m${text}${escape}${end}m` : text;

/** Renders a page, without a final line end; ANSI colours only when asked. */
export function formatPage(markdown: string, colour: boolean): string {
  const bold = paint(colour, 1, 22);
  const dim = paint(colour, 2, 22);
  const cyan = paint(colour, 36, 39);
  const inline = (text: string): string =>
    text
      .split(/(`[^`]+`)/)
      .map((part) => (part.length > 2 && part.startsWith('`') && part.endsWith('`') ? codeText(part) : linkText(part)))
      .join('');
  // Without colours the signs around code are all that tells it from prose.
  const codeText = (part: string): string => (colour ? cyan(part.slice(1, -1)) : part);
  const linkText = (part: string): string => part.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1');
  let inCode = false;
  const lines = markdown.trimEnd().split('\n').flatMap((line) => {
    if (line.startsWith('```')) {
      inCode = !inCode;
      return [];
    }
    if (inCode) return [line === '' ? '' : dim(`    ${line}`)];
    const heading = /^#+ (.*)$/.exec(line)?.[1];
    return [heading === undefined ? inline(line) : bold(heading)];
  });
  return lines.join('\n');
}
