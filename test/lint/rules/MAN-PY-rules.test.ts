/** The same checks as for manifest.ts, on a manifest.py: one case or more of each rule. */
import { describe } from 'vitest';
import { allows, four, plugin, refuses } from './MAN-PY.helpers.js';

const feature = (keys: string) => plugin('features = [', `    {${keys}},`, ']');
const swap = (from: string, to: string) => feature(four.replace(from, to));
const right = feature(four);

describe('features', () => {
  allows({ 'the four keys': right, 'no features': plugin('features = []') });
  refuses({
    'type for feature_type': [swap('"feature_type"', '"type"'), ['MAN-FEATURE-KEYS 4:6'], right],
    'name for feature_name': [swap('"feature_name"', "'name'"), ['MAN-FEATURE-KEYS 4:35'], swap('"feature_name"', "'feature_name'")],
    'dimensions for embedding_dim': [swap('embedding_dim', 'dimensions'), ['MAN-FEATURE-KEYS 4:67'], right],
    'distance for distance_metric': [swap('distance_metric', 'distance'), ['MAN-FEATURE-KEYS 4:89'], right],
    'a key too many': [feature(`${four}, "colour": 1`), ['MAN-FEATURE-KEYS 4:118']],
    'another type': [swap('"embedding",', '"vector",'), ['MAN-FEATURE-TYPE 4:22'], right],
    'a name with a space': [swap('my_embedding', 'my embedding'), ['MAN-FEATURE-NAME 4:51']],
    'a column of the input': [swap('my_embedding', 'data'), ['MAN-FEATURE-NAME 4:51']],
    'a name twice': [plugin(`features = [{${four}}, {${four}}]`), ['MAN-FEATURE-NAME 3:173']],
    'a dimension in quotes': [swap('384', '"384"'), ['MAN-EMBEDDING-DIM 4:84'], right],
    'no dimension': [swap('384', '0'), ['MAN-EMBEDDING-DIM 4:84']],
    'a fraction': [swap('384', '38.5'), ['MAN-EMBEDDING-DIM 4:84']],
    euclidean: [swap('cosine', 'euclidean'), ['MAN-DISTANCE-METRIC 4:108'], swap('cosine', 'euclid')],
  });
});

describe('other fields', () => {
  allows({
    'a compute profile': plugin('compute_profile = {"resource_type": "gpu", "batch_size": 32, "max_concurrency": 1, "gpu_memory_gb": 8.0}'),
    'no GPU memory, said': plugin('compute_profile = {"resource_type": "cpu", "gpu_memory_gb": None}'),
    'a requirement with a marker': plugin('dependencies = ["torch; python_version < \'3.11\'", "torch>=2 ; sys_platform == \'linux\'"]'),
    'requirements': plugin('dependencies = ["torch", "pillow==10.4.0", "uvicorn[standard]>=0.30"]'),
    'ranges': plugin('dependencies = ["torch >= 2.1, < 3", "a [b,c] ~=2.7", "d===1!2.0+cpu", "e (>=1,!=1.5.*)", "f==4.40.*; python_version >= \'3.10\'", "g  >  1", "h==1.0rc1", "i>=1.0.post2", "j==1.0-1"]'),
    'its own URI': plugin(`features = [{${four}}]`, 'feature_uri = "mixpeek://my_extractor@1.0.0/my_embedding"'),
    'a table of fields': plugin(`features = [{${four}}]`, 'output_schema = {"my_embedding": {"type": "array", "items": {"type": "number"}}, "label": {"type": "string"}}'),
    'JSON Schema': plugin('input_schema = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}'),
  });
  refuses({
    'a prerelease': ['feature_extractor_name = "abc"\nversion = "1.0.0-beta"\n', ['MAN-VERSION 2:11']],
    'a version in short': ['feature_extractor_name = "abc"\nversion = "v1"\n', ['MAN-VERSION-FORM 2:11'], 'feature_extractor_name = "abc"\nversion = "1.0.0"\n'],
    'a name with a hyphen': ['feature_extractor_name = "a-b-c"\nversion = "1.0.0"\n', ['MAN-NAME 1:26']],
    cuda: [plugin('compute_profile = {"resource_type": "cuda"}'), ['MAN-COMPUTE-PROFILE 3:37'], plugin('compute_profile = {"resource_type": "gpu"}')],
    'GPU memory on a CPU': [plugin('compute_profile = {"resource_type": "cpu", "gpu_memory_gb": 8}'), ['MAN-COMPUTE-PROFILE 3:44']],
    'an input type that there is not': [plugin('supported_input_types = ["document"]'), ['MAN-INPUT-TYPES 3:26'], plugin('supported_input_types = ["pdf"]')],
    'a version as npm writes it': [plugin('dependencies = ["lodash@4"]'), ['MAN-DEPENDENCIES 3:17']],
    'versions as other tools write them': [plugin('dependencies = ["torch=2.1", "torch 2.1", "torch^2", "torch>2 <3", "torch*", "torch~2", "torch==latest", "torch==2.x"]'), [17, 30, 43, 54, 68, 78, 89, 106].map((column) => `MAN-DEPENDENCIES 3:${column}`)],
    'a scoped package of npm': [plugin('dependencies = ["torch", "@scope/name"]'), ['MAN-DEPENDENCIES 3:26']],
    'an address as a dependency': [plugin('dependencies = ["git+https://example.org/a.git"]'), ['MAN-DEPENDENCIES 3:17']],
    'another plugin in the URI': [plugin('feature_uri = "mixpeek://other@1.0.0"'), ['MAN-FEATURE-URI 3:15'], plugin('feature_uri = "mixpeek://my_extractor@1.0.0"')],
    'another category': [plugin('category = "texts"'), ['MAN-FIELD 3:12'], plugin('category = "text"')],
    'a feature that output_schema lacks': [plugin(`features = [{${four}}]`, 'output_schema = {"label": {"type": "string"}}'), ['MAN-OUTPUT-FEATURE 3:59']],
    'another length in a table of fields': [plugin(`features = [{${four}}]`, 'output_schema = {', '    "my_embedding": {"type": "array", "minItems": 3, "maxItems": 3},', '}'), ['MAN-OUTPUT-SCHEMA 5:21']],
    'a dimension that no vector has, told once': [plugin(`features = [{${four.replace('384', '-1')}}]`, 'output_schema = {"my_embedding": {"type": "array", "minItems": 3, "maxItems": 3}}'), ['MAN-EMBEDDING-DIM 3:92']],
    'features as a dict, told once': [plugin('features = {"my_embedding": 384}', 'output_schema = {"my_embedding": {"type": "array", "items": {"type": "number"}, "minItems": 384, "maxItems": 384}}'), ['MAN-FEATURE-KEYS 3:12']],
    'a misspelt feature, told once': [plugin(`features = [{${four.replace('my_embedding', 'my_embeding')}}]`, 'output_schema = {"my_embedding": {"type": "array", "items": {"type": "number"}, "minItems": 384, "maxItems": 384}}'), ['MAN-OUTPUT-FEATURE 3:59']],
    'a feature without a name, told once': [
      plugin(`features = [{${four.replace('"feature_name"', '"name"')}}]`, 'output_schema = {"my_embedding": {"type": "array", "items": {"type": "number"}, "minItems": 384, "maxItems": 384}}'),
      ['MAN-FEATURE-KEYS 3:43'],
      plugin(`features = [{${four}}]`, 'output_schema = {"my_embedding": {"type": "array", "items": {"type": "number"}, "minItems": 384, "maxItems": 384}}'),
    ],
    'a vector that is no feature': [plugin('output_schema = {"v": {"type": "array", "items": {"type": "number"}, "minItems": 64, "maxItems": 64}}'), ['MAN-OUTPUT-VECTOR 3:18']],
    'no required key': [plugin('input_schema = {"type": "object", "properties": {"text": {"type": "string"}}}'), ['MAN-INPUT-SCHEMA 3:16']],
    'replicas that contradict': [plugin('serve_config = {"min_replicas": 3, "max_replicas": 2}'), ['MAN-FIELD 3:33']],
  });
});
