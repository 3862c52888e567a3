"""`livingroom measure topics …`"""

from collections import Counter
from pathlib import Path
from typing import Any

import click

from livingroom.measure.commands.word_options import (
    Guessed,
    model_options,
    read_pairs,
    rightness,
    run,
    word_options,
)
from livingroom.measure.problems import InputError
from livingroom.measure.words.embedding import open_embedder, why_none
from livingroom.measure.words.files import TextTable
from livingroom.measure.words.guesses import Guess

LABEL_COLUMNS = ("label", "topic", "category", "intent", "class", "right")
COLUMNS = ("label", "confidence", "unsure", "top_3", "reason")
_BATCH = 512


@click.command(
    help="""Which topic each text belongs to, learned from a few examples of each.

\b
livingroom measure topics --train examples.csv --in mentions.csv
livingroom measure topics --train examples.csv --train corrected.csv --in mentions.csv --out sorted.csv
livingroom measure topics --train examples.csv --in labelled.csv --json

\b
label        the likeliest topic; always there, also when unsure
confidence   its share, 0 to 1
unsure       true below 0.5: a person should pick from top_3
top_3        the three likeliest with their shares, as topic 0.81; topic 0.09; topic 0.02
reason       the nearest example of that topic

Examples have the columns text and label (or topic, category, intent); five to ten of each are enough to begin. --train may
come more than once, and the last word on a text holds: so corrections are learned. Where --in has such a column too, the
share that is right is told, and our column is called guessed_label. Exit status 2: a file cannot be used."""
)
@click.option(
    "--train",
    "train",
    required=True,
    multiple=True,
    type=click.Path(path_type=Path),
    help="CSV, TSV or Parquet file of examples.",
)
@word_options
@model_options
def topics(as_json: bool, **said: Any) -> None:
    run(said, as_json, lambda table: _guess(table, said))


def _guess(table: TextTable, said: dict[str, Any]) -> Guessed:
    from livingroom.measure.words.ngrams import prepare
    from livingroom.measure.words.topics import Topics

    examples = [pair for path in said["train"] for pair in read_pairs(path, LABEL_COLUMNS)]
    embedder = None if said["words_only"] else open_embedder()
    try:
        model = Topics(examples, embedder)
    except ValueError as error:
        raise InputError([str(error)]) from error
    found: list[Guess] = []
    for start in range(0, len(table.texts), _BATCH):
        prepared = prepare(table.texts[start : start + _BATCH], model.rarity)
        found += model.guesses(prepared, embedder.vectors(prepared.clean) if embedder else None)
    values = [guess.value for guess in found]
    summary: dict[str, Any] = {
        "examples": len(examples),
        "topics": len(model.labels),
        "n_unsure": sum(guess.unsure for guess in found),
        "guessed": dict(Counter(values).most_common(5)),
    }
    label = table.column(said["label_column"], LABEL_COLUMNS)
    if label:
        summary |= (
            {"label_column": label}
            | rightness(table.values(label), values)
            | _sure(table.values(label), found)
        )
    if embedder is None:
        summary["note"] = "Judged by words alone." if said["words_only"] else why_none()
    return Guessed(COLUMNS, [_row(guess) for guess in found], summary)


def _sure(right: list[str], found: list[Guess]) -> dict[str, float]:
    """Return how often the sure ones are right, and how often the right topic is among the three."""
    known = [(true, guess) for true, guess in zip(right, found, strict=True) if true]
    sure = [true == guess.value for true, guess in known if not guess.unsure]
    among = [true in {one.value for one in guess.candidates} for true, guess in known]
    return {
        "accuracy_when_sure": round(sum(sure) / max(len(sure), 1), 4),
        "right_among_top_3": round(sum(among) / max(len(among), 1), 4),
    }


def _row(guess: Guess) -> dict[str, Any]:
    return {
        "label": guess.value,
        "confidence": round(guess.confidence, 4),
        "unsure": guess.unsure,
        "top_3": "; ".join(f"{one.value} {one.share:.2f}" for one in guess.candidates),
        "reason": guess.reason,
    }
