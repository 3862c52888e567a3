"""`livingroom measure sentiment …`"""

from collections import Counter
from typing import Any

import click

from livingroom.measure.commands.word_options import (
    Guessed,
    corrections_option,
    model_options,
    read_pairs,
    rightness,
    run,
    word_options,
)
from livingroom.measure.problems import InputError
from livingroom.measure.words.embedding import open_embedder, why_none
from livingroom.measure.words.files import TextTable
from livingroom.measure.words.guesses import NEGATIVE, NEUTRAL, POSITIVE, Correction, Guess

LABELS = (NEGATIVE, NEUTRAL, POSITIVE)
COLUMNS = ("sentiment", "confidence", "unsure", "score", *LABELS, "reason")
_BATCH = 512


@click.command(
    help="""Whether texts are negative, neutral or positive, or it cannot be said.

\b
livingroom measure sentiment --in mentions.csv
livingroom measure sentiment --in mentions.csv --language-column language --out felt.parquet
livingroom measure sentiment --in labelled.csv --label-column label --languages en --json

\b
sentiment                     the likeliest; always there, also when unsure
confidence                    its share, 0 to 1
unsure                        true when no one of the three has half
score                         positive minus negative, -1 to 1
negative, neutral, positive   the three shares; their means are what `measure prevalence` corrects
reason                        the words that weighed most, and the lexicon's view for English

English is judged by a lexicon (VADER) and the sentence model too. The language comes from --language-column, or is guessed
among --languages. A label is one of the three words, or 0, 1, 2. A file of corrections has the columns text and right. A
column of yours with the same name stays, and ours is called guessed_… Exit status 2: the file cannot be used."""
)
@word_options
@model_options
@corrections_option
@click.option(
    "--languages", default="en,es,pt,fr,de", show_default=True, help="Codes to guess the language among."
)
@click.option("--language-column", help="Column with the code of each text's language.")
def sentiment(as_json: bool, **said: Any) -> None:
    run(said, as_json, lambda table: _guess(table, said))


def _guess(table: TextTable, said: dict[str, Any]) -> Guessed:
    from livingroom.measure.words.ngrams import prepare
    from livingroom.measure.words.sentiment import Sentiment

    pairs = read_pairs(said["corrections"], ("right",), LABELS) if said["corrections"] else []
    label = table.column(said["label_column"], ())
    right = _labels(table, label) if label else []
    codes = _codes(table, said)
    embedder = None if said["words_only"] else open_embedder()
    judge = Sentiment([Correction("sentiment", text, value) for text, value in pairs], embedder)
    found: list[Guess] = []
    for start in range(0, len(table.texts), _BATCH):
        prepared = prepare(table.texts[start : start + _BATCH], judge.rarity)
        vectors = embedder.vectors(prepared.clean) if embedder else None
        found += judge.guesses(prepared, codes[start : start + _BATCH], vectors)
    values = [guess.value for guess in found]
    counted = Counter(values)
    summary: dict[str, Any] = {
        "sentiments": {name: counted[name] for name in LABELS},
        "n_unsure": sum(guess.unsure for guess in found),
    }
    if right:
        summary |= rightness(right, values)
    if embedder is None:
        summary["note"] = "Judged by words alone." if said["words_only"] else why_none()
    return Guessed(COLUMNS, [_row(guess) for guess in found], summary)


def _codes(table: TextTable, said: dict[str, Any]) -> list[str]:
    from livingroom.measure.words.language import Languages

    column = table.column(said["language_column"], ())
    if column:
        return [code.lower() for code in table.values(column)]
    try:
        return [guess.value for guess in Languages(said["languages"].split(",")).guesses(table.texts)]
    except ValueError as error:
        raise InputError([str(error)]) from error


def _labels(table: TextTable, column: str) -> list[str]:
    known = (
        {name: name for name in LABELS} | {str(number): name for number, name in enumerate(LABELS)} | {"": ""}
    )
    values = [value.lower() for value in table.values(column)]
    strange = sorted(set(values) - known.keys())
    if strange:
        raise InputError(
            [f"{column} is {', '.join(LABELS)} or 0, 1, 2; there is also {', '.join(strange[:5])}."]
        )
    return [known[value] for value in values]


def _row(guess: Guess) -> dict[str, Any]:
    return {
        "sentiment": guess.value,
        "confidence": round(guess.confidence, 4),
        "unsure": guess.unsure,
        "score": round(guess.score, 4),
        **{name: round(guess.share_of(name), 4) for name in LABELS},
        "reason": guess.reason,
    }
