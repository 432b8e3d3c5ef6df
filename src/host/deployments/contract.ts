/** What the rest of the host asks of deployments. */
import type { Route } from '../http/route.js';
import type { PluginRecord } from '../plugins/plugins.js';

export type DeploymentState = 'NOT_DEPLOYED' | 'QUEUED' | 'PENDING' | 'IN_PROGRESS' | 'DEPLOYED' | 'FAILED';

/** What plugin documents and lists show of a deployment. */
export interface DeploymentSummary {
  state: DeploymentState;
  /** Whether batches may use it (also where it has no realtime part). */
  deployed: boolean;
  /** Milliseconds since 1970. */
  deployedAt: number | null;
  /** Whether its name points to this version. */
  active: boolean;
}

/** A removal, in two parts. */
export interface Removal {
  /** Whether something was deployed. */
  removed: boolean;
  /** Ends its workers; call it after the transaction. */
  stop(): Promise<void>;
}

export interface Deployments {
  /** Deploy, status, undeploy, rollback, realtime, logs. */
  readonly routes: readonly Route[];
  /** What of the sandbox is missing on this machine; shown at the start and in `/v1/health`. */
  readonly warnings: readonly string[];
  /** Of a plugin in a namespace; for one that was never deployed the state is NOT_DEPLOYED. */
  summary(namespaceId: string, pluginId: string): DeploymentSummary;
  /** Accepts a deploy; for enabling a plugin of the organization with `deploy: true`. Call it in a transaction. */
  request(namespaceId: string, plugin: PluginRecord, actor: string): void;
  /** Takes a plugin's deployment away. Call it in the transaction that deletes or disables the plugin. @throws HttpError 409 while it is being deployed */
  remove(namespaceId: string, pluginId: string): Removal;
  /** Restarts what should run. Called after the host listens; until a deployment is back, calls of it are 503. */
  recover(): Promise<void>;
  /** Lines for `/metrics`, in Prometheus' text form. */
  metrics(): readonly string[];
  /** Lets calls finish until the signal ends, then ends every worker. */
  close(deadline: AbortSignal): Promise<void>;
}
