/** The checks that need more than one field. Each reads the tree and is silent about what it cannot know. */
import type { Dialect } from '../dialect.js';
import { readVersion } from '../identity.js';
import { problem, type Problem } from '../problem.js';
import { UNKNOWN, isTreeObject, valueAt, valueOf, type TreeObject } from '../tree.js';
import { checkDependencies } from './dependencies.js';
import { checkFeatureNames, checkFeatureUri } from './features.js';
import { checkInputSchema, checkOutputSchema, checkOutputVectors, checkSchemasAreObjects } from './schemas.js';

type Check = (tree: TreeObject, dialect: Dialect) => Problem[];

/** In the order in which their problems are listed. */
export const checks: readonly Check[] = [
  checkVersionForm,
  checkFeatureNames,
  checkSchemasAreObjects,
  checkInputSchema,
  checkOutputSchema,
  checkOutputVectors,
  checkGpuMemory,
  checkReplicas,
  checkFeatureUri,
  checkDependencies,
];

function checkVersionForm(tree: TreeObject): Problem[] {
  const written = tree['version'];
  const version = typeof written === 'string' ? readVersion(written) : undefined;
  if (version === undefined || version === written) return [];
  return [
    problem('MAN-VERSION-FORM', {
      path: ['version'],
      at: 'value',
      message: `version is '${String(written)}', which is read as '${version}'.`,
      why: 'Plugin id and feature URIs use the full form, so other places that name this version must too.',
      next: `Write '${version}'.`,
      fix: version,
    }),
  ];
}

function checkGpuMemory(tree: TreeObject, dialect: Dialect): Problem[] {
  const profile = tree['compute_profile'];
  if (!isTreeObject(profile)) return [];
  const memory = profile['gpu_memory_gb'];
  const type = valueOf(profile, 'resource_type') ?? 'cpu';
  if (memory === undefined || memory === null || memory === UNKNOWN || (type !== 'cpu' && type !== 'api')) return [];
  return [
    problem('MAN-COMPUTE-PROFILE', {
      path: ['compute_profile', 'gpu_memory_gb'],
      at: 'key',
      message: `compute_profile.gpu_memory_gb is set while resource_type is '${type}'.`,
      why: 'Only GPU workers have GPU memory, so one of the two is not what was meant.',
      next: `Remove gpu_memory_gb, or write ${dialect.entry('resource_type', "'gpu'", false)}.`,
    }),
  ];
}

function checkReplicas(tree: TreeObject): Problem[] {
  const least = valueAt(tree, ['serve_config', 'min_replicas']);
  const most = valueAt(tree, ['serve_config', 'max_replicas']);
  if (typeof least !== 'number' || typeof most !== 'number' || least <= most) return [];
  return [
    problem('MAN-FIELD', {
      path: ['serve_config', 'min_replicas'],
      at: 'value',
      message: `serve_config.min_replicas is ${least}, which is more than max_replicas (${most}).`,
      why: 'No number of replicas satisfies both.',
      next: 'Lower min_replicas or raise max_replicas.',
    }),
  ];
}
