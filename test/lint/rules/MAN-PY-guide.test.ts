/** The manifests of the service's plugin guide come out as the guide means them. */
import { expect, it } from 'vitest';
import { lintPython, places, plugin } from './MAN-PY.helpers.js';
import { projectFindings } from './MAN-project.helpers.js';

const quickStart = `from pydantic import BaseModel, Field
from typing import List, Optional

# Input schema - what your plugin accepts
class MyInput(BaseModel):
    text: str = Field(..., description="Input text to process")

# Output schema - what your plugin produces
class MyOutput(BaseModel):
    embedding: List[float] = Field(..., description="384-dim embedding vector")
    sentiment: str = Field(..., description="positive/negative/neutral")

# Parameters - user-configurable options
class MyParams(BaseModel):
    threshold: float = Field(default=0.5, ge=0, le=1, description="Confidence threshold")
    model_size: str = Field(default="base", description="Model size: base or large")

# Plugin metadata
metadata = {
    "feature_extractor_name": "my_extractor",
    "version": "1.0.0",
    "description": "Custom text embedding with sentiment analysis",
    "category": "text",
}

input_schema = MyInput
output_schema = MyOutput
parameter_schema = MyParams
supported_input_types = ["text"]

# Vector index definitions for Qdrant
features = [
    {
        "feature_name": "my_embedding",
        "feature_type": "embedding",
        "embedding_dim": 384,
        "distance_metric": "cosine",
    },
]
`;

const correct = `features = [
    {
        "feature_type": "embedding",       # must be "embedding"
        "feature_name": "my_embedding",    # the vector index name
        "embedding_dim": 768,              # vector dimensionality
        "distance_metric": "cosine",       # "cosine", "euclid", or "dot"
    },
]`;

const wrong = `features = [
    {
        "type": "vector",          # wrong key: use feature_type
        "name": "my_embedding",    # wrong key: use feature_name
        "dimensions": 768,         # wrong key: use embedding_dim
        "distance": "cosine",      # wrong key: use distance_metric
    },
]`;

const several = `features = [
    {
        "feature_type": "embedding",
        "feature_name": "visual_embedding",
        "embedding_dim": 768,
        "distance_metric": "cosine",
    },
    {
        "feature_type": "embedding",
        "feature_name": "semantic_embedding",
        "embedding_dim": 384,
        "distance_metric": "cosine",
    },
]`;

const profile = `compute_profile = {
    "resource_type": "cpu",      # "cpu", "gpu", or "api"
    "batch_size": 32,            # Rows per batch
    "max_concurrency": 4,        # Max parallel actors
    "actor_memory_gb": 2.0,      # RAM per actor (GB)
}`;

const imageClassifier = `# manifest.py
feature_extractor_name = "image_classifier"
version = "1.0.0"
description = "Image classification with structured labels"

dependencies = ["torch", "torchvision", "pillow"]

features = [
    {
        "feature_name": "image_embedding",
        "feature_type": "embedding",
        "embedding_dim": 512,
        "distance_metric": "cosine",
    }
]

feature_uri = "mixpeek://image_classifier@1.0.0/image_embedding"

output_schema = {
    "image_embedding": {"type": "array", "items": {"type": "number"}},
    "labels": {"type": "array", "items": {"type": "string"}},
    "confidence": {"type": "number"},
}
`;

const analyzer = `# manifest.py
feature_extractor_name = "vlm_analyzer"
version = "1.0.0"
description = "Vision-language analysis using Gemini"

dependencies = ["pillow", "httpx"]

features = [
    {
        "feature_name": "vlm_embedding",
        "feature_type": "embedding",
        "embedding_dim": 384,
        "distance_metric": "cosine",
    }
]

output_schema = {
    "vlm_embedding": {"type": "array", "items": {"type": "number"}},
    "analysis": {"type": "object"},
    "tags": {"type": "array", "items": {"type": "string"}},
}
`;

it.each([
  ['the features block that the guide calls correct', plugin(correct)],
  ['several vectors', plugin(several)],
  ['the compute profile', plugin(profile)],
  ['the compute profile of a GPU plugin', plugin('compute_profile = {\n    "resource_type": "gpu",\n    "batch_size": 32,\n    "max_concurrency": 4,\n}')],
  ['the image classifier by itself', imageClassifier],
  ['the analyzer', analyzer],
])('finds nothing in %s', (_name, code) => {
  expect(lintPython(code)).toEqual([]);
});

it('finds every wrong key where the guide says that they are wrong, and nothing else', () => {
  expect(places(lintPython(plugin(wrong)))).toEqual(['MAN-FEATURE-KEYS 5:9', 'MAN-FEATURE-KEYS 6:9', 'MAN-FEATURE-KEYS 7:9', 'MAN-FEATURE-KEYS 8:9']);
});

it('finds the contradiction in the quick start: the output schema says embedding, the feature my_embedding', () => {
  expect(places(lintPython(quickStart))).toEqual(['MAN-OUTPUT-FEATURE 34:25']);
  expect(lintPython(quickStart.replace('    embedding:', '    my_embedding:'))).toEqual([]);
});

it('finds that the image classifier has a feature_uri without realtime.py', async () => {
  const found = await projectFindings({ 'manifest.py': imageClassifier, 'pipeline.py': '', 'processors/classifier.py': '' });
  expect(found).toEqual(['MAN-REALTIME manifest.py 17:1']);
});
