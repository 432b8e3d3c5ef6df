/** What commands that run a plugin say about models. */
import { Flags } from '@oclif/core';

export const modelFlags = {
  offline: Flags.boolean({ description: 'take models of the hub from its cache only' }),
};
