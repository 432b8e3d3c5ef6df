from dataclasses import dataclass

import pandas as pd

from .encoder import embed

# How many characters of a text its snippet shows.
SNIPPET_LENGTH = 80


@dataclass(frozen=True)
class Config:
    max_tokens: int = 128


def snippet_of(text: str) -> str:
    """The text on one line, cut at the last space before the limit; without a space at the limit."""
    line = " ".join(text.split())
    if len(line) <= SNIPPET_LENGTH:
        return line
    return (line[:SNIPPET_LENGTH].rpartition(" ")[0] or line[:SNIPPET_LENGTH]) + "…"


class TextEmbedder:
    """Writes `text_embedding`, `word_count` and `snippet`. A row without text counts as an empty text."""

    def __init__(self, config: Config | None = None, **kwargs):
        self.config = config or Config()

    def __call__(self, batch: pd.DataFrame) -> pd.DataFrame:
        texts = batch["data"].fillna("").tolist()
        batch["text_embedding"] = list(embed(texts, self.config.max_tokens))
        batch["word_count"] = [len(text.split()) for text in texts]
        batch["snippet"] = [snippet_of(text) for text in texts]
        return batch
