from typing import List

from pydantic import BaseModel, Field


class Input(BaseModel):
    text: str


class Output(BaseModel):
    embedding: List[float] = Field(..., min_length=3, max_length=3)


class Params(BaseModel):
    scale: float = 1


metadata = {
    "feature_extractor_name": "protocol_fixture",
    "version": "1.0.0",
    "category": "text",
}

input_schema = Input
output_schema = Output
parameter_schema = Params
supported_input_types = ["text", "image"]
compute_profile = {"resource_type": "cpu", "batch_size": 4, "max_concurrency": 1}
features = [{"feature_type": "embedding", "feature_name": "embedding", "embedding_dim": 3, "distance_metric": "cosine"}]
