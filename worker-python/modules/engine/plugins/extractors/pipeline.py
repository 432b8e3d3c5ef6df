"""Steps and pipelines: what `build_steps` returns."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, List, Optional


class ResourceType(str, Enum):
    """What a step runs on."""

    CPU = "cpu"
    GPU = "gpu"
    API = "api"


class RowCondition(str, Enum):
    """Which rows a step sees, by their MIME type."""

    ALWAYS = "always"
    IS_TEXT = "is_text"
    IS_IMAGE = "is_image"
    IS_VIDEO = "is_video"
    IS_AUDIO = "is_audio"
    IS_PDF = "is_pdf"
    IS_VISUAL = "is_visual"
    IS_VIDEO_OR_AUDIO = "is_video_or_audio"


@dataclass
class StepDefinition:
    """A processor class, constructed with `config`, and the rows that it sees. A disabled step is left out.

    `batch_size` is rows per call, the plugin's own unless told. `concurrency` is for clusters and changes nothing here.
    """

    service_class: Any
    resource_type: ResourceType = ResourceType.CPU
    config: Any = None
    condition: RowCondition = RowCondition.ALWAYS
    enabled: bool = True
    concurrency: Optional[int] = None
    batch_size: Optional[int] = None
    name: Optional[str] = None


@dataclass
class PipelineDefinition:
    """Steps in their order."""

    name: str
    version: str = "1.0.0"
    steps: List[StepDefinition] = field(default_factory=list)
    description: Optional[str] = None


def build_pipeline_steps(pipeline, dataset_size=None):
    """The enabled steps of a pipeline, as a list for `{"steps": ...}`. Processors are made when the run begins."""
    return [step for step in pipeline.steps if getattr(step, "enabled", True)]
