import asyncio
import base64
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from image_embedder.processors.core import Config, ImageEmbedder, mean_colour
from image_embedder.processors.encoder import embed, pixels_of
from image_embedder.realtime import InferenceService, read

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


def picture(name):
    return str(SAMPLES / "pictures" / name)


def run(names, greyscale=False):
    return ImageEmbedder(Config(greyscale=greyscale))(pd.DataFrame({"data": [picture(name) for name in names]}))


def vectors(names, greyscale=False):
    return np.stack(run(names, greyscale)["image_embedding"].tolist())


# A picture, one like it in colour or in shape, and one like it in neither.
TRIPLES = [
    ("red-circle.png", "red-ring.png", "blue-stripes.jpg"),
    ("red-star.jpg", "red-triangle.png", "green-stripes.jpg"),
    ("blue-square.jpg", "blue-circle.png", "yellow-star.jpg"),
    ("green-stripes.jpg", "yellow-stripes.jpg", "red-star.jpg"),
    ("yellow-star.jpg", "blue-star.jpg", "green-stripes.jpg"),
]


@pytest.mark.parametrize("triple", TRIPLES, ids=[name for name, _, _ in TRIPLES])
def test_a_picture_is_closer_to_one_like_it(triple):
    name, similar, other = vectors(triple)
    assert name @ similar > name @ other + 0.02


def test_without_colours_only_the_shape_counts():
    stripes, others, circle = vectors(["red-stripes.jpg", "blue-stripes.jpg", "red-circle.png"], greyscale=True)
    assert stripes @ others > stripes @ circle + 0.02


def test_every_picture_gets_a_vector_of_length_1_and_a_colour():
    batch = run(["red-circle.png", "green-ring.png", "blue-star.jpg"])
    assert np.allclose([np.linalg.norm(vector) for vector in batch["image_embedding"]], 1, atol=1e-5)
    assert batch["mean_colour"].str.match("^#[0-9a-f]{6}$").all()


def test_the_mean_colour_is_the_mean_of_the_pixels():
    assert mean_colour(np.array([[[255, 0, 0], [0, 0, 255]]], dtype=np.uint8)) == "#800080"


def test_a_wide_picture_is_cut_and_a_transparent_one_is_on_white():
    wide = Image.new("RGB", (256, 64), "red")
    wide.paste("blue", (80, 0, 176, 64))
    assert (pixels_of(wide, False) == (0, 0, 255)).all()
    assert (pixels_of(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), False) == 255).all()


def test_a_picture_that_is_not_there_costs_only_its_row():
    batch = run(["red-circle.png", "no-such.png"])
    assert batch["image_embedding"][0] is not None
    assert batch["image_embedding"][1] is None


def test_the_realtime_service_gives_the_vector_of_the_pipeline():
    service = InferenceService()
    expected = embed(np.stack([read(picture("red-circle.png"), False)]))[0]
    answer = asyncio.run(service.run_inference({"image": picture("red-circle.png")}, {}))
    assert np.array(answer["embedding"]) @ expected > 0.99999
    with pytest.raises(ValueError, match="must be an address"):
        asyncio.run(service.run_inference({"text": "a star"}, {}))


def test_the_realtime_service_takes_a_file_in_base64():
    service = InferenceService()
    encoded = base64.b64encode(Path(picture("red-circle.png")).read_bytes()).decode()
    answer = asyncio.run(service.run_inference({"image": encoded}, {}))
    circle, stripes = vectors(["red-circle.png", "blue-stripes.jpg"])
    assert np.array(answer["embedding"]) @ circle > np.array(answer["embedding"]) @ stripes
