from pydantic import BaseModel, Field


class Input(BaseModel):
    text: str


class Output(BaseModel):
    characters: int = Field(..., ge=0)


feature_extractor_name = "blank_plugin"
version = "1.0.0"
description = "Counts the characters of a text."
category = "text"
supported_input_types = ["text"]

input_schema = Input
output_schema = Output

compute_profile = {"resource_type": "cpu", "batch_size": 64}
