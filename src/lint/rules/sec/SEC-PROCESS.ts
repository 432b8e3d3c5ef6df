/** SEC-PROCESS: the parts of `process` that load native code, reach other processes, or read files. */
import type { SyntaxRule } from '../../rule.js';
import { join, watch } from './trace/index.js';

const loads = 'It loads native code or built-in modules without an import, past every check.';
const reaches = 'It reaches other processes or replaces this one; the worker that runs the plugin must stay in charge.';
const files = 'It reads or writes files directly.';
const noWay = 'Remove it: import an allowed module by name, or use what `context` offers.';

/** Forbidden members, with why and what to do instead. */
const MEMBERS: ReadonlyMap<string, { why: string; next: string }> = new Map(
  Object.entries({
    binding: { why: loads, next: noWay },
    _linkedBinding: { why: loads, next: noWay },
    dlopen: { why: loads, next: 'Remove it: native add-ons come from Plugsmith (`context.models`, `context.images`).' },
    mainModule: { why: loads, next: 'Import what you need by name; `import.meta.url` tells where this file is.' },
    getBuiltinModule: { why: loads, next: noWay },
    _debugProcess: { why: reaches, next: noWay },
    _getActiveHandles: { why: reaches, next: noWay },
    _kill: { why: reaches, next: noWay },
    kill: { why: reaches, next: 'Throw an error to give up; cancellation reaches a processor through `context`.' },
    execve: { why: reaches, next: noWay },
    loadEnvFile: { why: files, next: 'Start the run with `--env-file`, and read `process.env` or `context.secrets`.' },
    report: { why: files, next: 'Use `context.logger` and `context.metrics`.' },
    '*': {
      why: 'A name put together at run time may be `binding` or `getBuiltinModule`.',
      next: 'Write the member out, as in `process.env`, or look the name up in an object of your own.',
    },
  }),
);

export const processInternals: SyntaxRule = {
  meta: {
    id: 'SEC-PROCESS',
    family: 'SEC',
    severity: 'error',
    summary: '`process` internals: `binding`, `dlopen`, `getBuiltinModule`, computed members, `kill`, ...',
  },
  create(_file, report) {
    const handlers = watch(new Set(MEMBERS.keys()), ({ name, node }) => {
      const [root, member, ...more] = name.split('.');
      const advice = root === 'process' && more.length === 0 && member ? MEMBERS.get(member) : undefined;
      if (!advice) return;
      const what = member === '*' ? 'This member of `process` is chosen at run time.' : `\`${name}\` is not for plugins.`;
      report({ at: node, message: what, ...advice });
    });
    return join(handlers);
  },
};
