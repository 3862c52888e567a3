"""Scored and audited messages from files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from livingroom.measure.lines import Faults, read_records
from livingroom.measure.prevalence.share import Audit, Floats
from livingroom.measure.problems import InputError, Problem

Value = TypeVar("Value")

YES, NO = ("1", "true", "yes", "y"), ("0", "false", "no", "n")


@dataclass(frozen=True)
class Scored:
    """Scores by message.

    Parameters
    ----------
    ids : tuple of str
        Empty texts where the file names none.
    scores : (n,) float
    rejected : tuple of Problem
    """

    ids: tuple[str, ...]
    scores: Floats
    rejected: tuple[Problem, ...]


def read_scored(source: Path, column: str = "score") -> Scored:
    """Read a file with a probability for every message. Raises InputError if none can be used."""
    faults = Faults("scored")
    rows = [
        (cells.get("id", ""), score)
        for line, cells in read_records(source, "scored", (column.lower(),))
        if (
            score := _read(
                _score, cells[column.lower()], f"{column} is no probability from 0 to 1", line, faults
            )
        )
        is not None
    ]
    if not rows:
        raise InputError([f"scored: no row of {source} can be used.", *map(str, faults.problems())])
    return Scored(tuple(name for name, _ in rows), np.array([score for _, score in rows]), faults.problems())


def read_audit(
    source: Path, scored: Scored, positive: str = "", column: str = "score", is_random_part: bool = False
) -> tuple[Audit, tuple[Problem, ...]]:
    """Read the verdicts of people.

    Parameters
    ----------
    source : Path
        Columns label, and score or the id under which `scored` has one.
    scored : Scored
    positive : str
        The label of the class; by default yes, 1 or true.
    is_random_part : bool
        See `Audit`.

    Raises
    ------
    InputError
        If no row can be used.
    """
    records = read_records(source, "audit", ("label",))
    has_score = column.lower() in records[0][1]
    if not has_score and "id" not in records[0][1]:
        raise InputError([f"audit: {source} has neither a column {column} nor an id."])
    by_id = dict(zip(scored.ids, scored.scores, strict=True))
    faults = Faults("audit")
    scores, labels = [], []
    for line, cells in records:
        if has_score:
            score = _read(
                _score, cells[column.lower()], f"{column} is no probability from 0 to 1", line, faults
            )
        else:
            score = _read(by_id.__getitem__, cells["id"], "no scored message has this id", line, faults)
        label = _read(
            lambda text: _label(text, positive),
            cells["label"],
            "the label is neither yes nor no",
            line,
            faults,
        )
        if score is not None and label is not None:
            scores.append(score)
            labels.append(label)
    if not scores:
        raise InputError([f"audit: no row of {source} can be used.", *map(str, faults.problems())])
    return Audit(np.array(scores), np.array(labels, dtype=bool), is_random_part), faults.problems()


def _read(how: Callable[[str], Value], text: str, sentence: str, line: int, faults: Faults) -> Value | None:
    try:
        return how(text)
    except (ValueError, KeyError):
        faults.add(sentence, f"line {line}: {text!r}")
        return None


def _score(text: str) -> float:
    score = float(text)
    if not 0 <= score <= 1:
        raise ValueError(text)
    return score


def _label(text: str, positive: str) -> bool:
    if positive and text:
        return text.strip().lower() == positive.strip().lower()
    if text.lower() in YES + NO:
        return text.lower() in YES
    raise ValueError(text)
