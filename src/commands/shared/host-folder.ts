/** Where a host of this machine keeps its state. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** The folder that was named, else `$XDG_DATA_HOME/plugsmith/host`, else `~/.local/share/plugsmith/host`. Absolute. */
export function hostFolder(named: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  if (named !== undefined) return resolve(named);
  const xdg = env['XDG_DATA_HOME'];
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.local', 'share'), 'plugsmith', 'host');
}
