/** A secret found in text. */
export interface FoundSecret {
  /** For a sentence: "an AWS access key". */
  kind: string;
  /** Line, from 1. */
  line: number;
  /** The first four characters, never more. */
  shown: string;
}

interface Pattern {
  kind: string;
  pattern: RegExp;
  /** Further check on the match, where the pattern alone would hit ordinary words. */
  really?: (match: string) => boolean;
}

const mixed = (match: string): boolean => /[0-9]/.test(match) && /[A-Z]/.test(match);

const patterns: Pattern[] = [
  { kind: 'a private key', pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g },
  { kind: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  { kind: 'a Google API key', pattern: /\bAIza[0-9A-Za-z_-]{35}/g },
  { kind: 'an API key of an LLM provider', pattern: /\bsk-[A-Za-z0-9_-]{20,}/g, really: mixed },
  { kind: 'a GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})/g },
  { kind: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: 'a Hugging Face token', pattern: /\bhf_[A-Za-z0-9]{30,}\b/g },
  { kind: 'a Slack token', pattern: /\bxox[abprs]-[A-Za-z0-9-]{20,}/g },
];

// A value that is taken from the environment (`${NPM_TOKEN}`) is no secret.
const npmrcToken: Pattern = { kind: 'a registry token', pattern: /_(?:authToken|auth|password)\s*=\s*(?!\s*\$\{)\S{8,}/g };

const PER_TEXT = 5;

/** Finds well-known kinds of secrets in text, at most five, ordered by line. Set `npmrc` for npm's own settings file. */
export function findSecrets(text: string, npmrc = false): FoundSecret[] {
  const hits: { at: number; kind: string; shown: string }[] = [];
  for (const { kind, pattern, really } of npmrc ? [...patterns, npmrcToken] : patterns) {
    for (const match of text.matchAll(pattern)) {
      if (really && !really(match[0])) continue;
      hits.push({ at: match.index, kind, shown: mask(match[0]) });
    }
  }
  return hits
    .sort((a, b) => a.at - b.at)
    .slice(0, PER_TEXT)
    .map(({ at, kind, shown }) => ({ kind, line: lineAt(text, at), shown }));
}

function mask(secret: string): string {
  return secret.startsWith('-----') ? 'PEM header' : `${secret.slice(0, 4)}…`;
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
