from shared.plugins.inference.serve import BaseInferenceService

from .manifest import Parameters
from .processors.encoder import embed


class InferenceService(BaseInferenceService):
    """Embeds one text at query time, with the same model as the pipeline."""

    async def run_inference(self, inputs: dict, parameters: dict) -> dict:
        text = inputs.get("text")
        if text is None and isinstance(inputs.get("texts"), list):
            text = next(iter(inputs["texts"]), None)
        if not isinstance(text, str):
            raise ValueError('inputs["text"] must be a string, for example {"text": "hello"}')
        max_tokens = Parameters(**(parameters or {})).max_tokens
        return {"embedding": embed([text], max_tokens)[0].tolist()}
