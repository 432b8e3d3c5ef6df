import { Failure } from '../errors/index.js';
import { namePattern } from '../manifest/index.js';
import type { Language } from './templates.js';

/** A valid name near to what was typed: `my-plugin` gives `my_plugin`, `3d` gives `plugin_3d`. */
export function suggestName(typed: string): string {
  const letters = typed.normalize('NFD').replace(/\p{M}/gu, '');
  const joined = letters.replace(/[^a-zA-Z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  const started = /^[a-zA-Z]/.test(joined) ? joined : `plugin_${joined}`.replace(/_$/, '_1');
  return (started.length < 3 ? `${started}_plugin` : started).slice(0, 64);
}

/** Windows keeps these for devices, so no archive may hold them. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
/** Words of Python, which no import takes; and modules that are loaded before a plugin is, so that its own is not found. */
const TAKEN = new Set([
  ...'False None True and assert async await break class continue def del elif else except finally for from global import lambda nonlocal not pass raise return try while with yield'.split(' '),
  ...'calendar code collections copy csv datetime email enum html inspect json keyword locale logging math numbers numpy operator pandas platform pyarrow pydantic pytest queue random secrets select signal site string struct test time token types typing warnings'.split(' '),
]);

/** @throws Failure `name-invalid`, with a name that would do */
export function checkName(name: string, language: Language = 'typescript'): void {
  const why = !namePattern.test(name) ? 'The name becomes part of the plugin id and of every feature URI: a letter, then 2 to 63 letters, digits or underscores.'
    : DEVICE.test(name) ? 'It is what Windows calls a device, so no host takes an archive with it.'
    : language === 'python' && TAKEN.has(name) ? "A Python plugin is imported under its name, and under this one Python finds something else."
    : null;
  if (why === null) return;
  const near = suggestName(name);
  const suggestion = near === name ? `${name}_plugin` : near;
  throw new Failure({
    code: 'name-invalid', message: `${JSON.stringify(name)} cannot be the name of a plugin.`, why,
    next: `plugin create ${suggestion}${language === 'python' ? ' --language python' : ''}`, details: { name, suggestion },
  });
}
