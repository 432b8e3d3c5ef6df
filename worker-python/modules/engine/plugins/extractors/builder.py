"""The older name of the pipeline's module."""

from engine.plugins.extractors.pipeline import (  # noqa: F401
    PipelineDefinition,
    ResourceType,
    RowCondition,
    StepDefinition,
    build_pipeline_steps,
)
