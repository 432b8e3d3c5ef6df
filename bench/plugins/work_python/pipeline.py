from engine.plugins.extractors.pipeline import PipelineDefinition, ResourceType, StepDefinition, build_pipeline_steps

from .processors.core import Work


def build_steps(extractor_request, container=None, **kwargs):
    rounds = (extractor_request.extractor_config.parameters or {}).get("rounds", 0)
    pipeline = PipelineDefinition(name="work_python", version="1.0.0", steps=[StepDefinition(service_class=Work, resource_type=ResourceType.CPU, config={"rounds": rounds})])
    return {"steps": build_pipeline_steps(pipeline)}
