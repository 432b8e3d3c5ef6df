import pandas as pd


class Counter:
    """Writes `characters`: how long each text is. A row without text counts as an empty text."""

    def __init__(self, config=None, **kwargs):
        self.config = config

    def __call__(self, batch: pd.DataFrame) -> pd.DataFrame:
        texts = batch["data"].fillna("").tolist()
        batch["characters"] = [len(text) for text in texts]
        return batch
