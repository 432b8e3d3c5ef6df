import { Failure } from '../errors/index.js';
import { namePattern } from '../manifest/index.js';

/** A valid name near to what was typed: `my-plugin` gives `my_plugin`, `3d` gives `plugin_3d`. */
export function suggestName(typed: string): string {
  const letters = typed.normalize('NFD').replace(/\p{M}/gu, '');
  const joined = letters.replace(/[^a-zA-Z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  const started = /^[a-zA-Z]/.test(joined) ? joined : `plugin_${joined}`.replace(/_$/, '_1');
  return (started.length < 3 ? `${started}_plugin` : started).slice(0, 64);
}

/** @throws Failure `name-invalid`, with a name that would do */
export function checkName(name: string): void {
  if (namePattern.test(name)) return;
  const suggestion = suggestName(name);
  throw new Failure({
    code: 'name-invalid',
    message: `${JSON.stringify(name)} cannot be the name of a plugin.`,
    why: 'The name becomes part of the plugin id and of every feature URI: a letter, then 2 to 63 letters, digits or underscores.',
    next: `plugin create ${suggestion}`,
    details: { name, suggestion },
  });
}
