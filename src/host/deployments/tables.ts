/** Schema changes of the deployments; the numbers go on from the core's. */
import type { Migration } from '../store/index.js';

export const deploymentTables: readonly Migration[] = [];
