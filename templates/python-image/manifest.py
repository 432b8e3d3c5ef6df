from pydantic import BaseModel, Field


class Input(BaseModel):
    """What a row carries. The pipeline reads it from the column `data`."""

    image: str = Field(..., description="Where the picture is: an address, or a path that starts at the folder of the input file.")


class Output(BaseModel):
    """What the pipeline writes: one field for each column it adds."""

    image_embedding: list[float] = Field(..., min_length=256, max_length=256, description="The picture as a vector of length 1.")
    mean_colour: str = Field(..., description="The average colour, as #rrggbb.")


class Parameters(BaseModel):
    """What a user can set when running or deploying the plugin."""

    greyscale: bool = Field(default=False, description="Look at shapes only: colours are taken away first.")


feature_extractor_name = "image_embedder"
version = "1.0.0"
description = "Turns pictures into vectors, so that pictures with like colours and shapes are found."
category = "image"
supported_input_types = ["image"]

input_schema = Input
output_schema = Output
parameter_schema = Parameters

# Each feature becomes a vector index of the same name.
features = [
    {"feature_type": "embedding", "feature_name": "image_embedding", "embedding_dim": 256, "distance_metric": "cosine"},
]
feature_uri = "mixpeek://image_embedder@1.0.0/image_embedding"

dependencies = ["onnxruntime>=1.20,<2", "pillow>=10"]

compute_profile = {"resource_type": "cpu", "batch_size": 64, "max_concurrency": 2}
