import base64
import io

import numpy as np
from PIL import Image
from shared.plugins import open_asset
from shared.plugins.inference.serve import BaseInferenceService

from .manifest import Parameters
from .processors.encoder import embed, pixels_of


class InferenceService(BaseInferenceService):
    """Embeds one picture at query time, with the same model as the pipeline."""

    async def run_inference(self, inputs: dict, parameters: dict) -> dict:
        image = inputs.get("image")
        if not isinstance(image, str):
            raise ValueError('inputs["image"] must be an address, a path or base64, for example {"image": "samples/query.png"}')
        greyscale = Parameters(**(parameters or {})).greyscale
        return {"embedding": embed(np.stack([read(image, greyscale)]))[0].tolist()}


def read(source: str, greyscale: bool) -> np.ndarray:
    """The pixels of a picture: an address, a path, a `data:` URL, or the file in base64."""
    # No path is so long without a dot; no picture in base64 is so short.
    if source.startswith("data:") or (len(source) > 80 and "." not in source and ":" not in source):
        content = base64.b64decode(source.rpartition(",")[2])
        with Image.open(io.BytesIO(content)) as image:
            return pixels_of(image, greyscale)
    with open_asset(source, suffix="") as path, Image.open(path) as image:
        return pixels_of(image, greyscale)
