/** Annotations in the words of the vocabulary, which knows types as TypeScript writes them. */
import { camelCase } from './source.js';

const scalars: ReadonlyMap<string, string> = new Map([
  ['str', 'string'], ['bytes', 'string'], ['int', 'number'], ['float', 'number'], ['bool', 'boolean'],
  ['Any', 'any'], ['object', 'any'], ['dict', 'Record'], ['Dict', 'Record'], ['Mapping', 'Record'],
  ['list', 'any[]'], ['List', 'any[]'], ['Series', 'Column'],
]);

/** The type of an annotation's text: `list[str]` gives `string[]`, `pd.DataFrame | None` gives `DataFrame`. */
export function typeOfAnnotation(text: string): string {
  const bare = text.trim().replace(/^(["'])(.*)\1$/s, '$2').trim();
  const first = splitAt(bare, '|').find((part) => part !== 'None') ?? '';
  const match = /^([\w.]+)\s*\[(.*)\]$/s.exec(first);
  const name = (match?.[1] ?? first).split('.').at(-1) ?? '';
  if (!match) return scalars.get(name) ?? name;
  const inner = splitAt(match[2] as string, ',').filter((part) => part !== 'None').map(typeOfAnnotation);
  const [head = 'any'] = inner;
  if (/^(Optional|Union|Annotated|Final|ClassVar|Awaitable|Coroutine|Type|type)$/.test(name)) return head;
  if (/^(list|List|Sequence|Collection|tuple|Tuple|set|Set|frozenset|deque|Iterable)$/.test(name)) return `${head}[]`;
  if (/^(dict|Dict|Mapping|MutableMapping|defaultdict|OrderedDict)$/.test(name)) return `Map<${inner.join(', ')}>`;
  if (/^(Async)?(Iterable|Iterator|Generator)$/.test(name)) return `${name}<${inner.join(', ')}>`;
  return scalars.get(name) ?? name;
}

// At the top level of brackets only.
function splitAt(text: string, sign: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '[') depth++;
    else if (char === ']') depth--;
    else if (char === sign && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

/** Whether a variable of this name holds a DataFrame, by the custom of Python programs. */
export function isFrameName(name: string): boolean {
  return /^_?(batch|df|frame|data_?frame|pdf)$|_(df|batch|frame|dataframe)$/.test(name);
}

const entry = /^(__call__|_*(process|run|transform|handle|map|enrich|embed)(_?(batch|rows|frame|df))?)$/;
const frames = /^(data|table|block|records|ds|dataset|inputs?_data)$/;

/**
 * The type of a parameter: what is declared, or what its name says. A batch may be a DataFrame or, as Ray Data gives
 * it, a dict of columns; both are read by column.
 */
export function typeOfParameter(functionName: string, name: string, annotation: string | null): string | null {
  const type = annotation === null ? null : typeOfAnnotation(annotation);
  const isOpen = type === null || /^(any|Record|Map<.*|object)$/.test(type);
  if (!isOpen) return type;
  if (isFrameName(name)) return camelCase(name) === name && type === null && name === 'batch' ? null : 'DataFrame';
  return type === null && frames.test(name) && entry.test(functionName) ? 'DataFrame' : type;
}
