/** Reads the XML that lint writes, strictly: anything else it meets is an error. */

export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

const signs: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

function plain(text: string): string {
  if (/[<>]|&(?!amp;|lt;|gt;|quot;)/.test(text)) throw new Error(`not escaped: ${text}`);
  return text.replace(/&[a-z]+;/g, (sign) => signs[sign] ?? sign);
}

/** The root elements of a document. */
export function elements(xml: string): Element[] {
  const top: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  const token = /<\?xml [^?]*\?>|<(\/?)([a-z-]+)((?:\s+[a-z]+="[^"<]*")*)(\/?)>|([^<]+)/gy;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (!match) throw new Error(`no XML from: ${xml.slice(at, at + 40)}`);
    const [, closing, name, attributes = '', empty, text] = match;
    const parent = open.at(-1) as Element;
    if (text !== undefined) parent.text += plain(text);
    if (name === undefined) continue;
    if (closing) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes another element`);
      continue;
    }
    const pairs = [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key as string, plain(value as string)]);
    const element: Element = { name, attributes: Object.fromEntries(pairs), children: [], text: '' };
    parent.children.push(element);
    if (!empty) open.push(element);
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  return top.children;
}

/** The one item of a list. */
export function only<T>(list: readonly T[]): T {
  if (list.length !== 1) throw new Error(`${list.length} items instead of one`);
  return list[0] as T;
}
