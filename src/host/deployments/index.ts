/** Deployments: which plugins run, in which workers, under which name. */
import type { HostContext } from '../context.js';
import type { Deployments } from './contract.js';

export type { Deployments, DeploymentState, DeploymentSummary, Removal } from './contract.js';

/** @param _host what the parts of a host share */
export function openDeployments(_host: HostContext): Deployments {
  return {
    routes: [],
    summary: () => ({ state: 'NOT_DEPLOYED', deployed: false, deployedAt: null, active: false }),
    request: () => undefined,
    remove: () => ({ removed: false, stop: () => Promise.resolve() }),
    recover: () => Promise.resolve(),
    metrics: () => [],
    close: () => Promise.resolve(),
  };
}
