/** Which namespaces a key may use, which is also the trial of the key. */
import type { Host, Namespace } from '../../client/index.js';

/** Null where the host has no such list; the namespace in use has been tried then. @throws HostRefusal where the key is refused */
export async function namespacesOf(host: Host): Promise<Namespace[] | null> {
  const { HostRefusal } = await import('../../client/index.js');
  try {
    return await host.namespaces();
  } catch (error) {
    if (!(error instanceof HostRefusal && error.code === 'not-supported')) throw error;
    await host.plugins();
    return null;
  }
}
