/** The pages of the rules, as they are installed with the command. */
import { existsSync, readFileSync } from 'node:fs';
import { Failure } from '../errors/index.js';
import { ruleMetas } from './registry.js';
import type { RuleMeta } from './rule.js';
import { unknownRule } from './unknown-rule.js';

/** A rule and its page. */
export interface ExplainedRule {
  rule: RuleMeta;
  /** Markdown. */
  page: string;
}

// Bundling may put this module beside the command, into a chunk folder, or leave it in the sources.
const folders = ['../docs/rules', '../../docs/rules'];

/**
 * A rule and its page.
 *
 * @throws Failure `lint-unknown-rule` when there is no such rule, `lint-page-missing` when the installation lacks its page.
 */
export function explainRule(id: string): ExplainedRule {
  const rule = findRule(id);
  const files = folders.map((folder) => new URL(`${folder}/${rule.id}.md`, import.meta.url));
  const file = files.find((url) => existsSync(url));
  if (file !== undefined) return { rule, page: readFileSync(file, 'utf8') };
  throw new Failure({
    code: 'lint-page-missing',
    message: `The page of rule ${rule.id} is missing from this installation.`,
    why: 'Explanations are read from the installed documentation.',
    next: 'Install Plugsmith again.',
  });
}

/**
 * The rule of an id; case does not matter.
 *
 * @throws Failure `lint-unknown-rule`
 */
function findRule(id: string): RuleMeta {
  const rule = ruleMetas.find((meta) => meta.id === id.toUpperCase());
  if (rule) return rule;
  throw unknownRule(id, 'Rules are known by their ids, such as SEQ002.');
}
