/** Namespaces: the unit of isolation. The first is `default`; the organization is always `org_local`. */
import type { Clock } from '../clock.js';
import { isConflict, type Store } from '../store/index.js';
import { conflict } from '../http/errors.js';
import { type Principal, randomText } from './keys.js';

export const organization = 'org_local';
export const firstNamespace = 'default';

export interface Namespace {
  namespace_id: string;
  namespace_name: string;
  description: string | null;
  created_at: number;
}

export class Namespaces {
  /** Every request asks; namespaces neither change nor go. */
  private readonly known = new Map<string, Namespace>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** Makes the first namespace where there is none. */
  ensureFirst(): void {
    if (this.store.get('SELECT 1 FROM namespaces LIMIT 1') === undefined) this.insert(firstNamespace, firstNamespace, null);
  }

  /** @throws HttpError 409 where the name is taken */
  create(name: string, description: string | null): Namespace {
    return this.insert(`ns_${randomText(12)}`, name, description);
  }

  /** By id or name, as far as the principal may see it; undefined alike for unknown and foreign ones. */
  find(idOrName: string, principal: Principal): Namespace | undefined {
    const found = this.known.get(idOrName) ?? this.store.get<Namespace>('SELECT * FROM namespaces WHERE namespace_id = ?1 OR namespace_name = ?1 ORDER BY namespace_id = ?1 DESC', idOrName);
    if (found !== undefined) this.known.set(idOrName, found);
    return found && maySee(principal, found) ? found : undefined;
  }

  list(principal: Principal): Namespace[] {
    return this.store.all<Namespace>('SELECT * FROM namespaces ORDER BY created_at, namespace_id').filter((namespace) => maySee(principal, namespace));
  }

  private insert(id: string, name: string, description: string | null): Namespace {
    const row = { namespace_id: id, namespace_name: name, description, created_at: this.clock.now() };
    try {
      this.store.run('INSERT INTO namespaces (namespace_id, namespace_name, description, created_at) VALUES (?, ?, ?, ?)', id, name, description, row.created_at);
    } catch (error) {
      if (isConflict(error)) throw conflict(`A namespace named ${name} exists already.`);
      throw error;
    }
    return row;
  }
}

function maySee({ namespaces }: Principal, { namespace_id: id }: Namespace): boolean {
  return namespaces === null || namespaces.includes(id);
}
