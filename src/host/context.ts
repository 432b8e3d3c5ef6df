/** What the parts of a host share. Made once at its start, and handed to everything that needs it. */
import type { Audit } from './access/audit.js';
import type { Namespaces } from './access/namespaces.js';
import type { Secrets } from './access/secrets.js';
import type { Signer } from './access/signing.js';
import type { Clock } from './clock.js';
import type { HostEvent, HostLimits, HostOptions } from './options.js';
import type { HostPaths } from './paths.js';
import type { Plugins } from './plugins/plugins.js';
import type { Trees } from './plugins/trees.js';
import type { Store } from './store/index.js';

export interface HostContext {
  store: Store;
  paths: HostPaths;
  clock: Clock;
  options: Readonly<HostOptions>;
  limits: Readonly<HostLimits>;
  namespaces: Namespaces;
  plugins: Plugins;
  trees: Trees;
  secrets: Secrets;
  signer: Signer;
  audit: Audit;
  /** Version of Plugsmith. */
  version: string;
  /** Tells the operator. */
  tell(event: HostEvent): void;
}
