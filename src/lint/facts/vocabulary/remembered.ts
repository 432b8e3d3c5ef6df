/** The questions that are asked at every name and call. Programs use the same few names over and over, so answers are kept. */
import { effectOfFunction as findEffect } from './effects.js';
import { serviceOfMaker as findMaker, serviceOfName as findService } from './services.js';

export const effectOfFunction: typeof findEffect = remember(findEffect);
export const serviceOfMaker: typeof findMaker = remember(findMaker);
export const serviceOfName: typeof findService = remember(findService);

const most = 10_000;

function remember<Module, Answer>(find: (name: string, module: Module) => Answer): (name: string, module?: Module) => Answer {
  const known = new Map<Module | undefined, Map<string, Answer>>();
  let count = 0;
  return (name, module) => {
    let answers = known.get(module);
    if (!answers) known.set(module, (answers = new Map()));
    let answer = answers.get(name);
    if (answer !== undefined) return answer;
    if (++count > most) {
      known.clear();
      count = 0;
    }
    answer = find(name, module as Module);
    answers.set(name, answer);
    return answer;
  };
}
