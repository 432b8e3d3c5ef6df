"""The model, loaded at the first call and kept for the life of the worker."""

import os
from functools import lru_cache

import numpy as np
from PIL import Image, ImageOps

MODEL = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "models", "encoder.onnx")
# Width and height that the model takes.
SIDE = 64


@lru_cache(maxsize=1)
def load():
    from onnxruntime import InferenceSession

    return InferenceSession(MODEL, providers=["CPUExecutionProvider"])


def pixels_of(image, greyscale):
    """The middle square of a picture as bytes of red, green and blue, `[64, 64, 3]`; what is transparent is white."""
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    opaque = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright).convert("RGB")
    if greyscale:
        opaque = opaque.convert("L").convert("RGB")
    return np.asarray(ImageOps.fit(opaque, (SIDE, SIDE), Image.Resampling.LANCZOS), dtype=np.uint8)


def embed(pixels):
    """Embeds many pictures with one call of the model: `[pictures, 64, 64, 3]` gives `[pictures, 256]`."""
    return load().run(["embedding"], {"pixels": pixels})[0]
