import type { Expr } from '../../facts/index.js';
import { classesOf, methodOf, returnsOf } from '../../facts/returns.js';
import type { FactRule } from '../seq/rule.js';

export const runInference = /^run(Inference|_inference)$/;

/** What runInference gives back. */
export const returnsObject: FactRule = {
  meta: { id: 'RT-RETURN', family: 'RT', severity: 'error', summary: 'runInference returns an object' },
  check({ module }) {
    return classesOf(module.body).flatMap((cls) => {
      const method = methodOf(cls, runInference);
      if (!method || method.isGenerator) return [];
      return returnsOf(method).flatMap(({ at, value }) => {
        const what = kindOf(value);
        if (what === null) return [];
        return [{
          at,
          message: `runInference returns ${what}, and not an object.`,
          why: 'Search reads the vector from a key of the answer; from anything else it reads nothing, and the query fails.',
          next: 'Return an object, for example { embedding: [...] }.',
        }];
      });
    });
  },
};

/** What a value certainly is, when it is no object; else null. */
function kindOf(value: Expr | null): string | null {
  if (value === null) return 'nothing';
  if (value.op === 'list') return 'a list';
  if (value.op === 'function') return 'a function';
  if (value.op === 'literal' && value.value !== null) return `a ${typeof value.value}`;
  return null;
}
