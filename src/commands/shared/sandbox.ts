/** The flags that run a plugin as a host would. */
import { Flags } from '@oclif/core';

// The modes of the runtime, written out: importing that room costs time at each start.
const modes = ['auto', 'required', 'off'] as const;

export const sandboxFlags = {
  'as-host': Flags.boolean({ description: 'confine the plugin as a host does: sandbox, no network, no variables of the environment' }),
  sandbox: Flags.option({ options: modes, description: 'how the plugin is confined with --as-host: auto takes what this machine offers, required wants bubblewrap (default auto; implies --as-host)' })(),
};

/** The sandbox that the flags ask for; undefined for a plugin that is trusted. */
export function sandboxOf(flags: { 'as-host'?: boolean | undefined; sandbox?: (typeof modes)[number] | undefined }): (typeof modes)[number] | undefined {
  return flags.sandbox ?? (flags['as-host'] ? 'auto' : undefined);
}
