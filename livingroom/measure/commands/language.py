"""`livingroom measure language …`"""

from collections import Counter
from typing import Any

import click

from livingroom.measure.commands.word_options import Guessed, rightness, run, word_options
from livingroom.measure.problems import InputError
from livingroom.measure.words.files import TextTable
from livingroom.measure.words.guesses import Guess, Hints
from livingroom.measure.words.language import Languages

COLUMNS = ("language", "confidence", "unsure", "second", "second_confidence", "reason")


@click.command(
    help="""Which of your languages each text is in.

\b
livingroom measure language --in mentions.csv --languages en,es,pt,fr,de
livingroom measure language --in mentions.parquet --languages de,en --author-column author_language --out found.csv
livingroom measure language --in test.csv --languages en,es,pt,fr,de --label-column language --json

\b
language            the likeliest of the languages asked for, as its code; always there, also when unsure
confidence          its share, 0 to 1
unsure              true when a person should pick: confidence below 0.75, no words, or another language altogether
second              the next likeliest, and second_confidence its share
reason              why, in words

What the author (eight to one) and the branch (three to one) are known to use comes first, then the words; links, @people
and #tags are left out. A column of yours with the same name stays, and ours is called guessed_… Exit status 2: the file
cannot be used."""
)
@word_options
@click.option(
    "--languages",
    default="en,es,pt,fr,de",
    show_default=True,
    help="Codes between commas, the most usual first.",
)
@click.option("--author-column", help="Column with the code of the author's language, where it is known.")
@click.option("--branch-language", default="", help="Code of the language of the branch they were said to.")
def language(as_json: bool, **said: Any) -> None:
    run(said, as_json, lambda table: _guess(table, said))


def _guess(table: TextTable, said: dict[str, Any]) -> Guessed:
    try:
        languages = Languages(said["languages"].split(","))
    except ValueError as error:
        raise InputError([str(error)]) from error
    author = table.column(said["author_column"], ())
    known = table.values(author) if author else [""] * len(table.rows)
    found = languages.guesses(table.texts, [Hints(one, said["branch_language"]) for one in known])
    values = [guess.value for guess in found]
    summary: dict[str, Any] = {
        "languages": dict(Counter(values).most_common()),
        "n_unsure": sum(guess.unsure for guess in found),
    }
    label = table.column(said["label_column"], ())
    if label:
        summary |= rightness([value.lower() for value in table.values(label)], values)
    return Guessed(COLUMNS, [_row(guess) for guess in found], summary)


def _row(guess: Guess) -> dict[str, Any]:
    second = guess.candidates[1] if len(guess.candidates) > 1 else None
    return {
        "language": guess.value,
        "confidence": round(guess.confidence, 4),
        "unsure": guess.unsure,
        "second": second.value if second else "",
        "second_confidence": round(second.share, 4) if second else 0.0,
        "reason": guess.reason,
    }
