import { Flags } from '@oclif/core';
import { Failure } from '../../errors/index.js';
import type { KeyRecord } from '../../host/index.js';
import { formatTable, type Outcome, PlugsmithCommand, printable, withEnv } from '../../ui/index.js';
import { hostFolder } from '../shared/host-folder.js';

/** Times as in ISO 8601; null for never. */
interface Key {
  key_id: string;
  name: string;
  scopes: string[];
  /** Ids; null for all. */
  namespaces: string[] | null;
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

interface Result {
  keys: Key[];
  /** The key itself, with --create only, and this once. */
  key?: string;
}

// The scopes of the host, written out: importing that room costs time at each start.
const scopes = ['read', 'upload', 'deploy', 'admin'] as const;
const DAY_MS = 24 * 3600_000;

export default class HostKeys extends PlugsmithCommand<Result> {
  static override summary = 'List, make and revoke the keys of a host of this machine';
  static override description =
    'Works on the folder of the host, whether it runs or not, so it needs no key. A key may do only what its scopes say; admin means everything. Keys live for 30 days at most.';
  static override examples = ['<%= config.bin %> host keys', '<%= config.bin %> host keys --create ci --scope upload --scope read --days 7', '<%= config.bin %> host keys --revoke KEY_ID'];
  static override flags = withEnv({
    folder: Flags.string({ helpValue: 'DIR', description: 'the folder of its state; ~/.local/share/plugsmith/host unless told' }),
    create: Flags.string({ helpValue: 'NAME', exclusive: ['revoke'], description: 'make a key with this name' }),
    scope: Flags.option({ options: scopes, multiple: true, dependsOn: ['create'], description: 'what the new key may do; read unless told (repeatable)' })(),
    'only-namespace': Flags.string({ multiple: true, helpValue: 'ID', dependsOn: ['create'], description: 'bind the new key to this namespace (repeatable)' }),
    days: Flags.integer({ helpValue: 'N', min: 1, max: 30, dependsOn: ['create'], description: 'how long the new key lives; 30 days unless told' }),
    revoke: Flags.string({ helpValue: 'KEY_ID', description: 'make a key worthless' }),
  });

  protected async execute(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(HostKeys);
    const { openHostKeys } = await import('../../host/index.js');
    const keys = await openHostKeys(hostFolder(flags.folder));
    try {
      if (flags.create !== undefined) {
        const { token, record } = keys.create({ name: flags.create, scopes: flags.scope ?? ['read'], namespaces: flags['only-namespace'] ?? null, life: (flags.days ?? 30) * DAY_MS });
        return { result: { keys: [toKey(record)], key: token } };
      }
      if (flags.revoke !== undefined && !keys.revoke(flags.revoke)) throw new Failure({ code: 'no-such-key', message: `There is no key ${flags.revoke}, or it is revoked already.`, why: 'Nothing was changed.', next: 'See which there are: plugin host keys' });
      return { result: { keys: keys.list().map(toKey) } };
    } finally {
      keys.close();
    }
  }

  protected render({ keys, key }: Result): string {
    const { theme } = this.ui;
    const columns = ['id', 'name', 'scopes', 'namespaces', 'expires', 'last used', ''].map((title) => ({ title }));
    const rows = keys.map((each) => [each.key_id, printable(each.name), each.scopes.join(' '), each.namespaces?.join(' ') ?? 'all', each.expires_at.slice(0, 10), each.last_used_at?.slice(0, 10) ?? 'never', each.revoked_at === null ? '' : 'revoked']);
    const table = formatTable(columns, rows);
    return key === undefined ? table : [table, '', `${key}   (shown this once: keep it)`, '', `${theme.dim('Next:')} plugin login, with this key`].join('\n');
  }
}

function toKey({ id, name, scopes: may, namespaces, createdAt, expiresAt, lastUsedAt, revokedAt }: KeyRecord): Key {
  const time = (ms: number): string => new Date(ms).toISOString();
  const maybe = (ms: number | null): string | null => (ms === null ? null : time(ms));
  return { key_id: id, name, scopes: [...may], namespaces: namespaces === null ? null : [...namespaces], created_at: time(createdAt), expires_at: time(expiresAt), last_used_at: maybe(lastUsedAt), revoked_at: maybe(revokedAt) };
}
