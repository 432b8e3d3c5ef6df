/**
 * How strictly a worker's process is confined. Trusted: one's own plugin on one's own machine; a process group of its
 * own, an environment from an allow-list, a heap limit, nothing more. Untrusted is the seam for other people's
 * plugins: whoever adds a layer (permission flags, rlimits, bubblewrap) adds it here, and nowhere else.
 */
import { Failure } from '../../errors/index.js';

export interface CommandLine {
  file: string;
  args: string[];
}

/** The command line that starts `command` under a profile. @throws Failure `no-sandbox` rather than run unconfined */
export function isolate(profile: 'trusted' | 'untrusted', command: CommandLine): CommandLine {
  if (profile === 'trusted') return command;
  throw new Failure({
    code: 'no-sandbox',
    message: 'This version has no sandbox for untrusted plugins.',
    why: 'Code of others would run with the rights of this user.',
    next: 'Run only plugins that you trust.',
  });
}
