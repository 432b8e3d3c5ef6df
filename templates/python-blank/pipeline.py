from engine.plugins.extractors.pipeline import PipelineDefinition, ResourceType, StepDefinition, build_pipeline_steps

from .manifest import feature_extractor_name, version
from .processors.core import Counter


def build_steps(extractor_request, container=None, **kwargs):
    """The steps that every batch goes through, in order."""
    pipeline = PipelineDefinition(
        name=feature_extractor_name,
        version=version,
        steps=[StepDefinition(service_class=Counter, resource_type=ResourceType.CPU)],
    )
    return {"steps": build_pipeline_steps(pipeline)}
