import asyncio

import numpy as np
import pandas as pd
import pytest

from text_embedder.processors.core import Config, TextEmbedder, snippet_of
from text_embedder.realtime import InferenceService


def run(texts, max_tokens=128):
    return TextEmbedder(Config(max_tokens=max_tokens))(pd.DataFrame({"data": texts}))


def vectors(texts, max_tokens=128):
    return np.stack(run(texts, max_tokens)["text_embedding"].tolist())


# A text, one like it, and one about something else.
TRIPLES = [
    ("machine learning", "machne learning", "garden furniture"),
    ("where is my invoice", "I never recieved the invoices", "where is my sister"),
    ("running in the park", "she ran through the park", "reading in the library"),
    ("fix a leaking kitchen tap", "the tap in our kitchen leaks", "fix a bug in the parser"),
    ("buy a house", "purchase a home", "read a poem"),
]


@pytest.mark.parametrize("triple", TRIPLES, ids=[text for text, _, _ in TRIPLES])
def test_a_text_is_closer_to_one_like_it(triple):
    text, similar, other = vectors(list(triple))
    assert text @ similar > text @ other + 0.2


def test_every_row_gets_a_vector_of_length_1_even_one_without_text():
    found = vectors(["hello", "", None, "!?", "Привет", "word " * 1000])
    assert found.shape == (6, 384)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_the_vector_of_a_text_does_not_depend_on_its_batch():
    alone = vectors(["a short text"])[0]
    together = vectors(["a short text", "a longer text with many more words than the first one has"])[0]
    assert alone @ together > 0.99999


def test_max_tokens_cuts_long_texts():
    long = "cooking pasta " * 10 + "football stadium " * 10
    start = vectors(["cooking pasta"])[0]
    assert vectors([long], max_tokens=8)[0] @ start > vectors([long])[0] @ start


def test_words_are_counted_and_snippets_cut_between_words():
    row = run(["Hello there, world"]).iloc[0]
    assert row["word_count"] == 3
    assert row["snippet"] == "Hello there, world"
    assert snippet_of("one\ntwo") == "one two"
    assert snippet_of("word " * 40).endswith("word…")
    assert snippet_of("x" * 100) == "x" * 80 + "…"


def test_the_realtime_service_gives_the_vector_of_the_pipeline():
    service = InferenceService()
    answer = asyncio.run(service.run_inference({"text": "machine learning"}, {}))
    assert np.array(answer["embedding"]) @ vectors(["machine learning"])[0] > 0.99999
    with pytest.raises(ValueError, match="must be a string"):
        asyncio.run(service.run_inference({"image": "x.png"}, {}))
