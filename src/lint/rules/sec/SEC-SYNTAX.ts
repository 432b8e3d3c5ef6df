/** SEC-SYNTAX: syntax that makes code read differently from how it runs. */
import type { BinaryExpression, Comment } from '@babel/types';
import type { Place, Report, SourceFile, SyntaxRule } from '../../rule.js';
import { LineIndex } from '../../text.js';
import { badPragma } from './pragma.js';

/** The line terminators that end a `//` comment although many editors show them as one line with it. */
const HIDDEN_TERMINATORS = new Set(['\r', '\u2028', '\u2029']);
const JSX_FILE = /\.[jt]sx$/i;

export const syntax: SyntaxRule = {
  meta: {
    id: 'SEC-SYNTAX',
    family: 'SEC',
    severity: 'error',
    summary: '`with`, HTML-like comments and line terminators that hide code from the reader',
  },
  create(file, report) {
    for (const comment of file.ast.comments ?? []) {
      const finding = inComment(file, comment);
      if (finding) report(finding);
    }
    return {
      Program({ scope }) {
        for (const comment of JSX_FILE.test(file.path) ? file.ast.comments ?? [] : []) {
          const pragma = badPragma(comment, scope);
          if (pragma) report(hiddenCall(file, comment, pragma));
        }
      },
      WithStatement({ node }) {
        report({
          at: placeOf(file, { start: node.start, end: node.object.end }),
          message: '`with` turns plain names into members of an object.',
          why: 'Nobody can tell from the text what a name inside it means, so the scan cannot either.',
          next: 'Write the object before each member, or destructure what you need.',
        });
      },
      BinaryExpression({ node }) {
        if (node.operator === '<' && isCommentLike(file, node)) report(htmlComment(file, node, '<!--'));
      },
    };
  },
};

/** `a <!--b` is an operator chain in a module and a comment in a script. */
function isCommentLike(file: SourceFile, { left, right }: BinaryExpression): boolean {
  const from = left.end ?? 0;
  return file.text.slice(from, (right.start ?? 0) + 3).includes('<!--');
}

function inComment(file: SourceFile, comment: Comment): Report | undefined {
  const { text } = file;
  if (comment.type === 'CommentBlock') return undefined;
  const start = comment.start ?? 0;
  const end = comment.end ?? text.length;
  if (text.startsWith('<!--', start)) return htmlComment(file, comment, '<!--');
  if (text.startsWith('-->', start)) return htmlComment(file, comment, '-->');
  if (!HIDDEN_TERMINATORS.has(text.charAt(end))) return undefined;
  // A file that uses a lone CR throughout is old, not deceptive.
  if (text.charAt(end) === '\r' && !text.includes('\n')) return undefined;
  const lineEnd = text.indexOf('\n', end);
  const rest = text.slice(end + 1, lineEnd === -1 ? text.length : lineEnd);
  if (rest.trim() === '') return undefined;
  return {
    at: placeOf(file, comment),
    message: 'An unusual line terminator ends this comment, so the rest of the line is code.',
    why: 'Most editors and reviews show that code as part of the comment.',
    next: 'Replace the character (U+2028, U+2029 or a lone carriage return) with a newline.',
  };
}

function htmlComment(file: SourceFile, node: Comment | BinaryExpression, mark: string): Report {
  return {
    at: placeOf(file, node),
    message: `\`${mark}\` is a comment in a script and an operator in a module.`,
    why: 'The same line runs in one place and is skipped in another, so what was scanned is not what runs.',
    next: mark === '<!--' ? 'Use `//` for a comment, or put spaces between the operators.' : 'Use `//` for a comment.',
  };
}

function hiddenCall(file: SourceFile, comment: Comment, pragma: string): Report {
  return {
    at: placeOf(file, comment),
    message: `The comment \`${pragma}\` makes every JSX element a call that the text does not show.`,
    why: 'The compiler obeys it, while readers take it for a comment.',
    next: 'Name a function that the file imports or declares, or remove the comment.',
  };
}

function placeOf({ text }: SourceFile, { start, end }: { start?: number | null; end?: number | null }): Place {
  return new LineIndex(text).place(start ?? 0, end ?? 0);
}
