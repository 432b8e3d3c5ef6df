/** ESLint with the rules and files of its own choice: as many recommended rules as BENCH_RULES says, and nothing that needs types. */
import parser from '@typescript-eslint/parser';
import { builtinRules } from 'eslint/use-at-your-own-risk';

const byName = [...builtinRules].sort(([a], [b]) => (a < b ? -1 : 1));
const isRecommended = ([, rule]) => rule.meta.docs?.recommended === true && rule.meta.deprecated === undefined;
const chosen = [...byName.filter(isRecommended), ...byName.filter((entry) => !isRecommended(entry) && entry[1].meta.deprecated === undefined)].slice(0, Number(process.env['BENCH_RULES']));

export default [
  {
    files: ['**/*.ts'],
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    languageOptions: { parser, parserOptions: { jsDocParsingMode: 'none' } },
    rules: Object.fromEntries(chosen.map(([name]) => [name, 'warn'])),
  },
];
