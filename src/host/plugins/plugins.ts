/** The records of plugins: one per version, kept when it is deleted. */
import type { Clock } from '../clock.js';
import { organization } from '../access/namespaces.js';
import type { Store } from '../store/index.js';

/** A file of an unpacked plugin. */
export interface PluginFile {
  /** Relative to the plugin's folder. */
  path: string;
  bytes: number;
  sha256: string;
}

/** A version that passed its checks. */
export interface PluginRecord {
  /** A namespace's id, or the organization's. */
  owner: string;
  pluginId: string;
  name: string;
  version: string;
  description: string | null;
  language: 'typescript' | 'python';
  /** sha256 of the archive: also the name of its blob and tree. */
  codeHash: string;
  /** Size of the archive. */
  bytes: number;
  /** The folder's name in the tree. */
  folder: string;
  files: readonly PluginFile[];
  /** As `manifest.json` has it. */
  manifest: Readonly<Record<string, unknown>>;
  /** Version of the scanner that passed it. */
  scanner: string;
  /** What was found and let pass. */
  warnings: readonly string[];
  /** Who uploaded it. */
  actor: string;
  createdAt: number;
  updatedAt: number;
  /** When it was deleted. Its files may be gone. */
  deletedAt: number | null;
}

interface Row {
  owner: string;
  plugin_id: string;
  name: string;
  version: string;
  description: string | null;
  language: 'typescript' | 'python';
  code_hash: string;
  bytes: number;
  folder: string;
  files: string;
  manifest: string;
  scanner: string;
  warnings: string;
  actor: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

export class Plugins {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** Deleted ones too. */
  find(owner: string, pluginId: string): PluginRecord | undefined {
    const row = this.store.get<Row>('SELECT * FROM plugins WHERE owner = ? AND plugin_id = ?', owner, pluginId);
    return row && toRecord(row);
  }

  /** A version that a namespace can use: its own, or one of the organization's that it enabled. Never a deleted one. */
  usable(namespaceId: string, pluginId: string): PluginRecord | undefined {
    const own = this.find(namespaceId, pluginId);
    const found = own !== undefined && own.deletedAt === null ? own : this.isEnabled(namespaceId, pluginId) ? this.find(organization, pluginId) : undefined;
    return found !== undefined && found.deletedAt === null ? found : undefined;
  }

  /** Those that are not deleted, oldest first. */
  list(owner: string): PluginRecord[] {
    return this.store.all<Row>('SELECT * FROM plugins WHERE owner = ? AND deleted_at IS NULL ORDER BY seq', owner).map(toRecord);
  }

  /** The organization's plugins that a namespace enabled, oldest first. */
  listEnabled(namespaceId: string): PluginRecord[] {
    return this.store
      .all<Row>('SELECT p.* FROM plugins p JOIN enabled_plugins e ON e.plugin_id = p.plugin_id WHERE p.owner = ? AND e.namespace_id = ? AND p.deleted_at IS NULL ORDER BY p.seq', organization, namespaceId)
      .map(toRecord);
  }

  /** All versions of a name, deleted ones too, oldest first. */
  versions(owner: string, name: string): PluginRecord[] {
    return this.store.all<Row>('SELECT * FROM plugins WHERE owner = ? AND name = ? ORDER BY seq', owner, name).map(toRecord);
  }

  /** Names with a version that is not deleted. */
  names(owner: string): string[] {
    return this.store.all<{ name: string }>('SELECT DISTINCT name FROM plugins WHERE owner = ? AND deleted_at IS NULL', owner).map(({ name }) => name);
  }

  /** Adds a version, or brings a deleted one back. The caller has checked that the bytes are the same. */
  put(plugin: Omit<PluginRecord, 'createdAt' | 'updatedAt' | 'deletedAt'>): PluginRecord {
    const now = this.clock.now();
    const seq = (this.store.get<{ seq: number | null }>('SELECT MAX(seq) AS seq FROM plugins')?.seq ?? 0) + 1;
    this.store.run(
      `INSERT INTO plugins (owner, plugin_id, seq, name, version, description, language, code_hash, bytes, folder, files, manifest, scanner, warnings, actor, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (owner, plugin_id) DO UPDATE SET deleted_at = NULL, seq = excluded.seq, updated_at = excluded.updated_at, description = excluded.description,
         scanner = excluded.scanner, warnings = excluded.warnings, actor = excluded.actor`,
      plugin.owner, plugin.pluginId, seq, plugin.name, plugin.version, plugin.description, plugin.language, plugin.codeHash, plugin.bytes, plugin.folder,
      JSON.stringify(plugin.files), JSON.stringify(plugin.manifest), plugin.scanner, JSON.stringify(plugin.warnings), plugin.actor, now, now,
    );
    return this.find(plugin.owner, plugin.pluginId) as PluginRecord;
  }

  /** False where it was deleted already or never there. */
  delete(owner: string, pluginId: string): boolean {
    const now = this.clock.now();
    return this.store.run('UPDATE plugins SET deleted_at = ?, updated_at = ? WHERE owner = ? AND plugin_id = ? AND deleted_at IS NULL', now, now, owner, pluginId) === 1;
  }

  isEnabled(namespaceId: string, pluginId: string): boolean {
    return this.store.get('SELECT 1 FROM enabled_plugins WHERE namespace_id = ? AND plugin_id = ?', namespaceId, pluginId) !== undefined;
  }

  enable(namespaceId: string, pluginId: string, params: unknown): void {
    const sql = 'INSERT INTO enabled_plugins (namespace_id, plugin_id, params, enabled_at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET params = excluded.params';
    this.store.run(sql, namespaceId, pluginId, params === undefined || params === null ? null : JSON.stringify(params), this.clock.now());
  }

  /** False where it was not enabled. */
  disable(namespaceId: string, pluginId: string): boolean {
    return this.store.run('DELETE FROM enabled_plugins WHERE namespace_id = ? AND plugin_id = ?', namespaceId, pluginId) === 1;
  }

  /** Ids of the namespaces that enabled a plugin of the organization. */
  enabledIn(pluginId: string): string[] {
    return this.store.all<{ namespace_id: string }>('SELECT namespace_id FROM enabled_plugins WHERE plugin_id = ?', pluginId).map((row) => row.namespace_id);
  }
}

function toRecord(row: Row): PluginRecord {
  return {
    owner: row.owner,
    pluginId: row.plugin_id,
    name: row.name,
    version: row.version,
    description: row.description,
    language: row.language,
    codeHash: row.code_hash,
    bytes: row.bytes,
    folder: row.folder,
    files: JSON.parse(row.files) as PluginFile[],
    manifest: JSON.parse(row.manifest) as Record<string, unknown>,
    scanner: row.scanner,
    warnings: JSON.parse(row.warnings) as string[],
    actor: row.actor,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
  };
}
