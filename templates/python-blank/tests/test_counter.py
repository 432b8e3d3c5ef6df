import pandas as pd

from blank_plugin.processors.core import Counter


def test_counts_characters():
    batch = pd.DataFrame({"data": ["Hello", None, "two words"]})
    assert Counter()(batch)["characters"].tolist() == [5, 0, 9]


def test_keeps_every_row():
    batch = pd.DataFrame({"data": ["a", "b", "c"], "document_id": ["doc_1", "doc_2", "doc_3"]})
    assert Counter()(batch)["document_id"].tolist() == ["doc_1", "doc_2", "doc_3"]
