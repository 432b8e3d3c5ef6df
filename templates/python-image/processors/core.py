from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image
from shared.plugins import open_asset
from shared.plugins.sdk import parallel_io

from .encoder import embed, pixels_of


@dataclass(frozen=True)
class Config:
    greyscale: bool = False


def mean_colour(pixels: np.ndarray) -> str:
    """The average colour of a picture, as `#rrggbb`."""
    return "#" + "".join(f"{round(value):02x}" for value in pixels.reshape(-1, 3).mean(axis=0))


class ImageEmbedder:
    """Writes `image_embedding` and `mean_colour`. A picture that cannot be read leaves its row without them."""

    def __init__(self, config: Config | None = None, **kwargs):
        self.config = config or Config()

    def read(self, url: str) -> np.ndarray:
        with open_asset(url, suffix="") as path, Image.open(path) as image:
            return pixels_of(image, self.config.greyscale)

    def __call__(self, batch: pd.DataFrame) -> pd.DataFrame:
        urls = batch["data"].tolist()
        # All pictures are fetched and decoded together, then go through the model in one call.
        pictures = parallel_io(items=urls, process_fn=self.read, max_workers=8)
        found = sorted(pictures)
        vectors = embed(np.stack([pictures[i] for i in found])) if found else []
        embeddings = dict(zip(found, vectors, strict=True))
        batch["image_embedding"] = [embeddings.get(i) for i in range(len(urls))]
        batch["mean_colour"] = [mean_colour(pictures[i]) if i in pictures else None for i in range(len(urls))]
        return batch
