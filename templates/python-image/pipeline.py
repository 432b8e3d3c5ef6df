from engine.plugins.extractors.pipeline import (
    PipelineDefinition,
    ResourceType,
    RowCondition,
    StepDefinition,
    build_pipeline_steps,
)

from .manifest import Parameters, feature_extractor_name, version
from .processors.core import Config, ImageEmbedder


def build_steps(extractor_request, container=None, **kwargs):
    """The steps that every batch goes through, in order."""
    parameters = Parameters(**(extractor_request.extractor_config.parameters or {}))
    pipeline = PipelineDefinition(
        name=feature_extractor_name,
        version=version,
        steps=[
            StepDefinition(
                service_class=ImageEmbedder,
                resource_type=ResourceType.CPU,
                condition=RowCondition.IS_IMAGE,
                config=Config(greyscale=parameters.greyscale),
            ),
        ],
    )
    return {"steps": build_pipeline_steps(pipeline)}
