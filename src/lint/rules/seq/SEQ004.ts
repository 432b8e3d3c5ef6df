import type { Helpers, Making, RowMaking } from '../../facts/index.js';
import { placeKey, type FactRule } from './rule.js';

interface Texts {
  verb: string;
  why: string;
  next: (helpers: Helpers) => string;
}

const resource: Texts = {
  verb: 'is made anew for each row',
  why: 'Starting it takes longer than the row it serves: a batch of 64 rows pays for 64 starts.',
  next: () => 'Make it once, in the constructor or at the first batch, and use it for all rows.',
};

const texts: Record<Making, Texts> = {
  eventLoop: {
    verb: 'runs an event loop of its own for each row',
    why: 'Rows then wait for each other, and a client made in one loop fails in the next.',
    next: ({ api }) => `Hand all rows to ${api}, which has one loop for all.`,
  },
  resource,
  shortLived: resource,
  blocking: {
    verb: 'holds up the whole worker for each row',
    why: 'While a thread is blocked nothing else runs in it: no other request, no answer to the engine.',
    next: ({ io }) => `Wait for all rows together, with ${io}.`,
  },
};

/** An event loop, or something as heavy, for each row. */
export const perRowSetup: FactRule = {
  meta: {
    id: 'SEQ004',
    family: 'SEQ',
    severity: 'error',
    summary: 'Event loops, workers, clients and models must not be made for each row.',
  },
  check(facts) {
    // An event loop run for a costly call is that call's fault, and SEQ001 to SEQ003 say what to do.
    const loops = new Set(facts.rowCalls.map(({ loop }) => placeKey({ at: loop })));
    // So it is with another program that a row waits for.
    const calls = new Set(facts.rowCalls.map((call) => `${placeKey(call)} ${call.label}`));
    const isSaid = (one: RowMaking) => (one.making === 'eventLoop' && loops.has(placeKey({ at: one.loop }))) || (one.making === 'shortLived' && calls.has(`${placeKey(one)} ${one.label}`));
    const seen = new Set<string>();
    const isNew = (one: RowMaking) => !seen.has(placeKey(one)) && seen.add(placeKey(one));
    return facts.rowMakings
      .filter((one) => !isSaid(one) && isNew(one))
      .map((one) => {
        const { verb, why, next } = texts[one.making];
        const line = one.at.line === one.origin.line ? '' : ` (line ${one.origin.line})`;
        const what = one.label.startsWith('the ') ? `The${one.label.slice(3)}` : `"${one.label}"`;
        return { at: one.at, message: `${what}${line} ${verb} of the loop on line ${one.loop.line}.`, why, next: next(facts.module.helpers) };
      });
  },
};
