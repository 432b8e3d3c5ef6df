/** All routes of a host. */
import type { Keys } from '../access/keys.js';
import type { HostContext } from '../context.js';
import type { Deployments } from '../deployments/index.js';
import { Blobs } from '../plugins/blobs.js';
import { Confirmer } from '../plugins/confirm.js';
import { Uploads } from '../plugins/uploads.js';
import type { Route } from './route.js';
import { accessRoutes } from './routes/access.js';
import { extractorRoutes } from './routes/extractors.js';
import { type HealthSource, healthRoutes } from './routes/health.js';
import { metricRoutes } from './routes/metrics.js';
import { organizationRoutes } from './routes/organization.js';
import { pluginRoutes } from './routes/plugins.js';
import { uploadRoutes } from './routes/uploads.js';

export function allRoutes(host: HostContext, keys: Keys, deployments: Deployments, health: HealthSource): Route[] {
  const blobs = new Blobs(host.paths);
  const uploads = new Uploads(host);
  const parts = { uploads, blobs, confirmer: new Confirmer(host, uploads, blobs) };
  return [
    ...healthRoutes(health), ...metricRoutes(host, deployments), ...accessRoutes(host, keys), ...uploadRoutes(host, parts), ...pluginRoutes(host, blobs, deployments),
    ...organizationRoutes(host, deployments), ...extractorRoutes(host, deployments), ...deployments.routes,
  ];
}
