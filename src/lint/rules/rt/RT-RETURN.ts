import type { ClassFact, Expr, FunctionFact } from '../../facts/index.js';
import { classesOf, methodOf, returnsOf } from '../../facts/returns.js';
import type { FactRule } from '../seq/rule.js';
import { entryOf, nameOfEntry } from './service.js';

/** What the realtime service gives back. */
export const returnsObject: FactRule = {
  meta: { id: 'RT-RETURN', family: 'RT', severity: 'error', summary: 'The realtime service returns an object' },
  check({ module }) {
    const { runInference } = module.helpers;
    return classesOf(module.body).flatMap((cls) => {
      const method = answering(cls, module.exports === undefined);
      if (!method || method.isGenerator) return [];
      return returnsOf(method).flatMap(({ at, value }) => {
        const what = kindOf(value);
        if (what === null) return [];
        return [{
          at,
          message: `${nameOfEntry(method, module.helpers)} returns ${what}, and not an object.`,
          why: 'Search reads the vector from a key of the answer; from anything else it reads nothing, and the query fails.',
          next: runInference === 'runInference' ? 'Return an object, for example { embedding: [...] }.' : 'Return a dict, for example {"embedding": vector}.',
        }];
      });
    });
  },
};

/** The method that answers: any runInference; in Python, what a class named as the service is called by. */
function answering(cls: ClassFact, isPython: boolean): FunctionFact | null {
  const isService = isPython && (cls.name === 'InferenceService' || (cls.base?.op === 'name' && cls.base.name === 'BaseInferenceService'));
  return isService ? entryOf(cls, true) : methodOf(cls, /^run(Inference|_inference)$/);
}

/** What a value certainly is, when it is no object; else null. */
function kindOf(value: Expr | null): string | null {
  if (value === null) return 'nothing';
  if (value.op === 'list') return 'a list';
  // `[0.0] * 384`, `vector.tolist()`
  if (value.op === 'computed' && value.parts[0]?.op === 'list') return 'a list';
  if (value.op === 'call') return value.isList ? 'a list' : kindOfCall(value.callee);
  if (value.op === 'function') return 'a function';
  if (value.op === 'literal' && value.value !== null) return `a ${typeof value.value}`;
  return null;
}

/** What `vector.tolist()`, `Array.from(data)`, `new Float32Array(384)` and `JSON.stringify(answer)` give. */
function kindOfCall(callee: Expr): string | null {
  if (callee.op === 'name') return isListClass(callee.name) ? 'a list' : null;
  if (callee.op !== 'member') return null;
  const of = callee.of.op === 'name' ? callee.of.name : '';
  if (callee.name === 'toList' || (isListClass(of) && /^(from|of)$/.test(callee.name))) return 'a list';
  return /^(JSON\.stringify|json\.dumps)$/.test(`${of}.${callee.name}`) ? 'a string' : null;
}

function isListClass(name: string): boolean {
  return name === 'Array' || /^(Big)?(Uint|Int|Float)(8|16|32|64)(Clamped)?Array$/.test(name);
}
