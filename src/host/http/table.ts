/** All routes of a host. */
import type { Keys } from '../access/keys.js';
import type { HostContext } from '../context.js';
import type { Deployments } from '../deployments/index.js';
import type { Route } from './route.js';
import { type HealthSource, healthRoutes } from './routes/health.js';
import { pluginRoutes } from './routes/plugins.js';

export function allRoutes(host: HostContext, _keys: Keys, deployments: Deployments, health: HealthSource): Route[] {
  return [...healthRoutes(health), ...pluginRoutes(host, deployments), ...deployments.routes];
}
