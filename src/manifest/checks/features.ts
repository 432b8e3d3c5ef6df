/** The features among themselves, and the URI that announces them. */
import { featureUri, readFeatureUri, readVersion } from '../identity.js';
import { problem, type Problem } from '../problem.js';
import { hasUnknown, isTreeObject, valueOf, type TreeObject } from '../tree.js';

/** The columns that every row has; a feature of the same name would overwrite its input. */
const rowColumns: readonly string[] = [
  'data', 'document_id', 'object_id', 'blob_id', 'blob_property', 'blob_type',
  'collection_id', 'feature_extractor_id', 'mime_type', 'size_bytes',
];

/** The features whose name is known, with their position. */
export function namedFeatures(tree: TreeObject): { index: number; name: string; feature: TreeObject }[] {
  const features = tree['features'];
  if (!Array.isArray(features)) return [];
  return features.flatMap((feature: unknown, index) => {
    const name = isTreeObject(feature) ? feature['feature_name'] : undefined;
    return typeof name === 'string' ? [{ index, name, feature: feature as TreeObject }] : [];
  });
}

export function checkFeatureNames(tree: TreeObject): Problem[] {
  const first = new Map<string, number>();
  return namedFeatures(tree).flatMap(({ index, name }) => {
    const path = ['features', index, 'feature_name'];
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    else {
      return [
        problem('MAN-FEATURE-NAME', {
          path,
          at: 'value',
          message: `features[${index}].feature_name is '${name}', as in features[${earlier}].`,
          why: 'Both would write the same column and the same vector index, and one set of vectors would be lost.',
          next: 'Give each feature a name of its own.',
        }),
      ];
    }
    if (!rowColumns.includes(name)) return [];
    return [
      problem('MAN-FEATURE-NAME', {
        path,
        at: 'value',
        message: `features[${index}].feature_name is '${name}', which is a column of the input.`,
        why: 'Writing the feature would overwrite the input of the row.',
        next: `Choose another name, for example '${name}_embedding'.`,
      }),
    ];
  });
}

export function checkFeatureUri(tree: TreeObject): Problem[] {
  const uri = tree['feature_uri'];
  if (typeof uri !== 'string') return [];
  const parts = readFeatureUri(uri);
  const name = tree['feature_extractor_name'];
  const version = typeof tree['version'] === 'string' ? readVersion(tree['version']) : undefined;
  const features = valueOf(tree, 'features') ?? [];
  const declared = namedFeatures(tree).map((feature) => feature.name);
  const meant = typeof name === 'string' && version !== undefined ? featureUri(name, version, parts?.feature ?? declared[0]) : undefined;
  const wrong = (message: string, fixable = true): Problem[] => [
    problem('MAN-FEATURE-URI', {
      path: ['feature_uri'],
      at: 'value',
      message,
      why: 'Search asks for query vectors under exactly this address and finds no service there.',
      next: meant === undefined ? 'Write mixpeek://NAME@X.Y.Z/FEATURE with the name, version and feature of this manifest.' : fixable ? `Write '${meant}'.` : `Use one of the features: ${declared.join(', ') || 'there are none yet'}.`,
      ...(fixable && meant !== undefined && parts !== undefined ? { fix: meant } : {}),
    }),
  ];
  if (parts === undefined) return wrong(`feature_uri is '${uri}', which is not of the form mixpeek://name@1.0.0/feature.`);
  if (typeof name === 'string' && parts.name !== name) return wrong(`feature_uri names the plugin '${parts.name}', but this is '${name}'.`);
  if (version !== undefined && parts.version !== version) return wrong(`feature_uri names version '${parts.version}', but this is ${version}.`);
  const allKnown = Array.isArray(features) && !hasUnknown(features);
  if (parts.feature !== undefined && allKnown && !declared.includes(parts.feature)) return wrong(`feature_uri names the feature '${parts.feature}', which is not declared.`, false);
  return [];
}
