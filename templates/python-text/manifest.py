from pydantic import BaseModel, Field


class Input(BaseModel):
    """What a row carries. The pipeline reads it from the column `data`."""

    text: str = Field(..., description="The text to embed.")


class Output(BaseModel):
    """What the pipeline writes: one field for each column it adds."""

    text_embedding: list[float] = Field(..., min_length=384, max_length=384, description="The text as a vector of length 1.")
    word_count: int = Field(..., ge=0, description="Words in the text, as written.")
    snippet: str = Field(..., description="The beginning of the text, for lists of results.")


class Parameters(BaseModel):
    """What a user can set when running or deploying the plugin."""

    max_tokens: int = Field(default=128, ge=8, le=256, description="Longer texts are cut to this many tokens.")


feature_extractor_name = "text_embedder"
version = "1.0.0"
description = "Turns short English texts into vectors, so that they can be searched by meaning."
category = "text"
supported_input_types = ["text"]

input_schema = Input
output_schema = Output
parameter_schema = Parameters

# Each feature becomes a vector index of the same name.
features = [
    {"feature_type": "embedding", "feature_name": "text_embedding", "embedding_dim": 384, "distance_metric": "cosine"},
]
feature_uri = "mixpeek://text_embedder@1.0.0/text_embedding"

dependencies = ["onnxruntime>=1.20,<2", "tokenizers>=0.20,<1"]

compute_profile = {"resource_type": "cpu", "batch_size": 64, "max_concurrency": 2}
