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


def read(image: str, greyscale: bool):
    """The pixels of a picture: an address, a path, a `data:` URL, or the file in base64."""
    if image.startswith("data:") or (len(image) > 80 and "." not in image and ":" not in image):
        return pixels_of(Image.open(io.BytesIO(base64.b64decode(image.rpartition(",")[2]))), greyscale)
    with open_asset(image, suffix="") as path:
        return pixels_of(Image.open(path), greyscale)
