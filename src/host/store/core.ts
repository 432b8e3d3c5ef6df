/** The tables of the host's core. A released migration is never changed: add the next one. */
import type { Migration } from './store.js';

export const coreTables: Migration = {
  number: 1,
  name: 'core',
  sql: `
CREATE TABLE namespaces (
  namespace_id TEXT PRIMARY KEY,
  namespace_name TEXT NOT NULL UNIQUE,
  description TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE keys (
  key_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  scopes TEXT NOT NULL,        -- JSON list
  namespaces TEXT,             -- JSON list, null for all
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;

-- owner: a namespace's id, or the organization's.
CREATE TABLE uploads (
  upload_id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  description TEXT,
  declared_bytes INTEGER,
  declared_sha256 TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  sha256 TEXT,                 -- of what was received; null until then
  bytes INTEGER,
  answer_status INTEGER,       -- of confirm; null until it was decided
  answer TEXT
) STRICT;

-- A deleted version keeps its row: only the same bytes may come back under its name.
CREATE TABLE plugins (
  owner TEXT NOT NULL,
  plugin_id TEXT NOT NULL,
  seq INTEGER NOT NULL,        -- order of arrival
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  description TEXT,
  language TEXT NOT NULL,      -- typescript or python
  code_hash TEXT NOT NULL,     -- sha256 of the archive
  bytes INTEGER NOT NULL,
  folder TEXT NOT NULL,        -- its name in the tree
  files TEXT NOT NULL,         -- JSON: path, bytes, sha256
  manifest TEXT NOT NULL,      -- JSON
  scanner TEXT NOT NULL,       -- version of the scanner that passed it
  warnings TEXT NOT NULL,      -- JSON list of texts
  actor TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  PRIMARY KEY (owner, plugin_id)
) STRICT;
CREATE INDEX plugins_by_name ON plugins (owner, name);
CREATE INDEX plugins_by_hash ON plugins (code_hash);

-- Plugins of the organization that a namespace uses.
CREATE TABLE enabled_plugins (
  namespace_id TEXT NOT NULL REFERENCES namespaces,
  plugin_id TEXT NOT NULL,
  params TEXT,
  enabled_at INTEGER NOT NULL,
  PRIMARY KEY (namespace_id, plugin_id)
) STRICT;

CREATE TABLE secrets (
  secret_name TEXT PRIMARY KEY,
  sealed TEXT NOT NULL,        -- nonce, tag and ciphertext, base64
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE idempotency (
  actor TEXT NOT NULL,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  answer TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (actor, route, key)
) STRICT;

-- Append-only; each row's hash covers the one before.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  outcome TEXT NOT NULL,
  details TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
`,
};
