/** Every schema change, in order. Parts of the host bring their own; here they get their place. */
import { deploymentTables } from './deployments/tables.js';
import { coreTables } from './store/core.js';
import type { Migration } from './store/index.js';

export const migrations: readonly Migration[] = [coreTables, ...deploymentTables];
