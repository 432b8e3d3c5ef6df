/** Schema changes of the deployments; the numbers go on from the core's. */
import type { Migration } from '../store/index.js';

export const deploymentTables: readonly Migration[] = [
  {
    number: 2,
    name: 'deployments',
    sql: `
-- The state that was reached; a generation is one accepted deploy or undeploy.
CREATE TABLE deployments (
  namespace_id TEXT NOT NULL REFERENCES namespaces,
  plugin_id TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  state TEXT NOT NULL,
  generation INTEGER NOT NULL,
  seq INTEGER NOT NULL,         -- order in which deploys were accepted, over all deployments
  realtime INTEGER NOT NULL,    -- 1: workers answer calls; 0: checked for batches only
  ready INTEGER NOT NULL,       -- 1: batches may use it, or workers answered calls before
  network TEXT NOT NULL,        -- none or full
  error TEXT,
  queued_at INTEGER NOT NULL,
  deployed_at INTEGER,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (namespace_id, plugin_id)
) STRICT;
CREATE INDEX deployments_by_name ON deployments (namespace_id, name);

-- The one version that answers under a plugin's name.
CREATE TABLE active_versions (
  namespace_id TEXT NOT NULL REFERENCES namespaces,
  name TEXT NOT NULL,
  plugin_id TEXT NOT NULL,
  previous_plugin_id TEXT,
  seq INTEGER NOT NULL,         -- of the deploy or rollback that moved it
  moved_at INTEGER NOT NULL,
  PRIMARY KEY (namespace_id, name)
) STRICT;
`,
  },
  {
    number: 3,
    name: 'python locks',
    sql: `
-- Exact versions with hashes that a Python plugin's environment was made of.
CREATE TABLE python_locks (
  code_hash TEXT NOT NULL,
  platform TEXT NOT NULL,       -- kind of compiled modules, and machine
  lock TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (code_hash, platform)
) STRICT;
`,
  },
];
