/** Deployments: which plugins run, in which workers, under which name. */
import { Failure } from '../../errors/index.js';
import { chooseSandbox, hostedModules } from '../../runtime/index.js';
import type { HostContext } from '../context.js';
import { deploymentRoutes } from '../http/routes/deployments.js';
import { logRoutes } from '../http/routes/deployments-logs.js';
import { realtimeRoutes } from '../http/routes/deployments-realtime.js';
import type { Deployments } from './contract.js';
import { DeploymentManager } from './manager.js';
import { defaultDeploymentSettings } from './settings.js';

export type { Deployments, DeploymentState, DeploymentSummary, Removal } from './contract.js';
export type { DeploymentSettings } from './settings.js';

/**
 * @param host what the parts of a host share
 * @throws Failure `no-sandbox` where it is required, or where others can reach the host, and bubblewrap does not work
 */
export async function openDeployments(host: HostContext): Promise<Deployments> {
  const { sandbox: mode = 'auto', bind = '127.0.0.1' } = host.options;
  const sandbox = await chooseSandbox(mode);
  if (sandbox.warning !== null && !/^(?:127\.|localhost$|::1$)/.test(bind)) {
    throw new Failure({ code: 'no-sandbox', message: `A host that listens on ${bind} needs the sandbox. ${sandbox.warning}`, why: 'Whoever may upload could read the files of this user.', next: 'Install bubblewrap, or listen on 127.0.0.1.' });
  }
  hostedModules(host.paths.root);
  const settings = { ...defaultDeploymentSettings, ...host.options.deployments };
  const manager = new DeploymentManager(host, sandbox, settings);
  return {
    routes: [...deploymentRoutes(host, manager), ...realtimeRoutes(host, manager), ...logRoutes(host, manager)],
    warnings: sandbox.warning === null ? [] : [sandbox.warning],
    summary(namespaceId, pluginId) {
      const record = manager.records.find({ namespaceId, pluginId });
      if (record === undefined) return { state: 'NOT_DEPLOYED', deployed: false, deployedAt: null, active: false };
      return { state: record.state, deployed: record.ready, deployedAt: record.deployedAt, active: manager.records.active(namespaceId, record.name)?.pluginId === pluginId };
    },
    request(namespaceId, plugin, actor) {
      manager.accept(namespaceId, plugin, { realtime: true, network: 'none' });
      host.audit.write({ actor, action: 'plugin.deploy', subject: `${namespaceId}/${plugin.pluginId}`, outcome: 'done' });
    },
    remove: (namespaceId, pluginId) => manager.remove({ namespaceId, pluginId }),
    recover: () => manager.recover(),
    metrics: () => metricLines(manager),
    close: (deadline) => manager.close(deadline),
  };
}

function metricLines(manager: DeploymentManager): string[] {
  const all = manager.numbers();
  const gauge = (name: string, help: string, value: (entry: (typeof all)[number]) => number): string[] => [
    `# HELP ${name} ${help}`, `# TYPE ${name} gauge`,
    ...all.map((entry) => `${name}{namespace="${entry.record.namespaceId}",plugin="${entry.record.pluginId}",state="${entry.record.state}"} ${value(entry)}`),
  ];
  return [
    ...gauge('plugsmith_workers', 'Worker processes of a deployment', ({ workers }) => workers),
    ...gauge('plugsmith_calls_in_hand', 'Calls that a worker answers at this moment', ({ busy }) => busy),
    ...gauge('plugsmith_calls_waiting', 'Calls that wait for a worker', ({ waiting }) => waiting),
  ];
}
