"""The model, loaded at the first call and kept for the life of the worker."""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

MODEL = Path(__file__).resolve().parent.parent / "models" / "encoder.onnx"
# Width and height that the model takes.
SIDE = 64


@cache
def load():
    from onnxruntime import InferenceSession

    return InferenceSession(MODEL, providers=["CPUExecutionProvider"])


def pixels_of(image: Image.Image, greyscale: bool) -> np.ndarray:
    """The middle square of a picture as bytes of red, green and blue, `[64, 64, 3]`; what is transparent is white."""
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    opaque = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright).convert("RGB")
    if greyscale:
        opaque = opaque.convert("L").convert("RGB")
    return np.asarray(ImageOps.fit(opaque, (SIDE, SIDE), Image.Resampling.LANCZOS), dtype=np.uint8)


def embed(pixels: np.ndarray) -> np.ndarray:
    """Embeds many pictures with one call of the model: `[pictures, 64, 64, 3]` gives `[pictures, 256]`."""
    return load().run(["embedding"], {"pixels": pixels})[0]
