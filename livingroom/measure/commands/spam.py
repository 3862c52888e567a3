"""`livingroom measure spam …`"""

from collections import Counter
from typing import Any

import click

from livingroom.measure.commands.word_options import (
    Guessed,
    corrections_option,
    model_options,
    read_pairs,
    run,
    word_options,
)
from livingroom.measure.problems import InputError
from livingroom.measure.words.embedding import open_embedder, why_none
from livingroom.measure.words.files import TextTable
from livingroom.measure.words.guesses import HIDE, QUEUE, SHOW, Correction, Guess

COLUMNS = ("score", "verdict", "reason")
_IS_SPAM = dict.fromkeys(("1", "1.0", "spam", "true", "yes"), True)
_IS_GOOD = dict.fromkeys(("0", "0.0", "good", "ham", "false", "no"), False)
_BATCH = 512


@click.command(
    help="""Which comments are advertising.

\b
livingroom measure spam --in comments.csv
livingroom measure spam --in comments.csv --corrections corrected.csv --out judged.csv
livingroom measure spam --in labelled.csv --label-column label --json

\b
score     0 to 1; from 0.9 about one good comment in a thousand is expected
verdict   hide (score 0.9 or more), queue (0.5 or more: a person looks), show
reason    the signs and words that weighed most

A label is 1 or spam, 0 or good; the summary then tells the accuracy at 0.5, and which share of good comments and of spam
the hide line takes. A file of corrections has the columns text and right (spam or good). A column of yours with the same
name stays, and ours is called guessed_… Exit status 2: the file cannot be used."""
)
@word_options
@model_options
@corrections_option
def spam(as_json: bool, **said: Any) -> None:
    run(said, as_json, lambda table: _guess(table, said))


def _guess(table: TextTable, said: dict[str, Any]) -> Guessed:
    from livingroom.measure.words.ngrams import prepare
    from livingroom.measure.words.spam import GOOD, SPAM, Spam

    pairs = read_pairs(said["corrections"], ("right",), (SPAM, GOOD)) if said["corrections"] else []
    label = table.column(said["label_column"], ())
    right = _labels(table, label) if label else []
    embedder = None if said["words_only"] else open_embedder()
    judge = Spam([Correction("spam", text, value) for text, value in pairs], embedder)
    found: list[Guess] = []
    for start in range(0, len(table.texts), _BATCH):
        prepared = prepare(table.texts[start : start + _BATCH], judge.rarity)
        found += judge.guesses(prepared, embedder.vectors(prepared.clean) if embedder else None)
    counted = Counter(guess.value for guess in found)
    summary: dict[str, Any] = {"verdicts": {verdict: counted[verdict] for verdict in (HIDE, QUEUE, SHOW)}}
    known = [(is_spam, guess) for is_spam, guess in zip(right, found, strict=False) if is_spam is not None]
    if known:
        summary |= _rightness([is_spam for is_spam, _ in known], [guess for _, guess in known])
    if embedder is None:
        summary["note"] = "Judged by words alone." if said["words_only"] else why_none()
    rows = [{"score": round(one.score, 4), "verdict": one.value, "reason": one.reason} for one in found]
    return Guessed(COLUMNS, rows, summary)


def _labels(table: TextTable, column: str) -> list[bool | None]:
    known: dict[str, bool | None] = {**_IS_SPAM, **_IS_GOOD, "": None}
    values = [value.lower() for value in table.values(column)]
    strange = sorted(set(values) - known.keys())
    if strange:
        raise InputError(
            [f"{column} is 1 or spam, 0 or good; there is also {', '.join(map(repr, strange[:5]))}."]
        )
    return [known[value] for value in values]


def _rightness(right: list[bool], found: list[Guess]) -> dict[str, Any]:
    n_right = sum((guess.value != SHOW) == is_spam for guess, is_spam in zip(found, right, strict=True))
    hidden = Counter(is_spam for guess, is_spam in zip(found, right, strict=True) if guess.value == HIDE)
    n_spam = sum(right)
    return {
        "accuracy": round(n_right / len(right), 4),
        "n_labelled": len(right),
        "good_hidden": f"{hidden[False]} of {len(right) - n_spam}",
        "good_hidden_share": round(hidden[False] / max(len(right) - n_spam, 1), 5),
        "spam_hidden_share": round(hidden[True] / max(n_spam, 1), 4),
    }
