from engine.plugins.extractors.pipeline import (
    PipelineDefinition,
    ResourceType,
    RowCondition,
    StepDefinition,
    build_pipeline_steps,
)

from .manifest import Parameters, feature_extractor_name, version
from .processors.core import Config, TextEmbedder


def build_steps(extractor_request, container=None, **kwargs):
    """The steps that every batch goes through, in order."""
    parameters = Parameters(**(extractor_request.extractor_config.parameters or {}))
    pipeline = PipelineDefinition(
        name=feature_extractor_name,
        version=version,
        steps=[
            StepDefinition(
                service_class=TextEmbedder,
                resource_type=ResourceType.CPU,
                condition=RowCondition.IS_TEXT,
                config=Config(max_tokens=parameters.max_tokens),
            ),
        ],
    )
    return {"steps": build_pipeline_steps(pipeline)}
