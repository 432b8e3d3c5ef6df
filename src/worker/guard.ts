/**
 * Takes from plugin code what it has no use for and what reaches around Node's permission flags. JavaScript in the same
 * process: it makes an attack harder and mistakes loud; the boundary is the sandbox around the process.
 */
import * as nodeModule from 'node:module';
import v8 from 'node:v8';

/** Built-in modules that start programs or threads, look into the engine, or run code from strings. */
const REFUSED = new Set(['child_process', 'cluster', 'inspector', 'inspector/promises', 'repl', 'vm', 'wasi', 'worker_threads', 'trace_events', 'sqlite']);
const MEMBERS = ['binding', '_linkedBinding', 'getBuiltinModule', 'mainModule', 'kill', '_kill', '_debugProcess', '_debugEnd', '_startProfilerIdleNotifier', '_stopProfilerIdleNotifier', 'execve', 'setuid', 'setgid', 'seteuid', 'setegid', 'setgroups', 'initgroups'] as const;

type Resolve = (specifier: string, context: { parentURL?: string }, next: (specifier: string, context: object) => unknown) => unknown;

/** @param plugin URL of the folder whose modules are the plugin's, with a slash at its end. Hooks need Node 22.15 or later. */
export function guardPlugin(plugin: string): void {
  const members = process as unknown as Record<string, unknown>;
  // Absent rather than refused: libraries look whether they are there.
  for (const name of MEMBERS) Object.defineProperty(members, name, { value: undefined, configurable: false, writable: false, enumerable: false });
  v8.setFlagsFromString = () => refuse('v8.setFlagsFromString');
  nodeModule.syncBuiltinESMExports();
  const { registerHooks } = nodeModule as unknown as { registerHooks?: (hooks: { resolve: Resolve }) => void };
  registerHooks?.({
    resolve: (specifier, context, next) => {
      const name = specifier.replace(/^node:/, '');
      // Packages of this installation, such as sharp, start programs to find out about the machine.
      if ((REFUSED.has(name) || name.startsWith('_')) && context.parentURL?.startsWith(plugin)) refuse(`The module ${name}`);
      return next(specifier, context);
    },
  });
}

function refuse(what: string): never {
  throw new Error(`${what} is refused: a plugin of others may not use it`);
}
