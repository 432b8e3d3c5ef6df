from pydantic import BaseModel, Field


class Input(BaseModel):
    text: str


class Parameters(BaseModel):
    rounds: int = Field(default=0, ge=0, description="Rounds of hashing a row: 0 is almost no work.")


feature_extractor_name = "work_python"
version = "1.0.0"
input_schema = Input
parameter_schema = Parameters
features = [{"feature_type": "embedding", "feature_name": "numbers", "embedding_dim": 8, "distance_metric": "cosine"}]
compute_profile = {"resource_type": "cpu", "batch_size": 64, "max_concurrency": 2}
