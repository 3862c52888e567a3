"""What another model said: always modelled, never tested."""

import csv
from dataclasses import dataclass
from pathlib import Path

from livingroom.measure.estimate import Estimate
from livingroom.measure.problems import InputError

BADGE = "modelled, not tested"


@dataclass(frozen=True)
class Modelled:
    """One channel's contribution by another model; `is_tested` cannot be set, for no model is a test."""

    channel: str
    contribution: Estimate
    market: str = ""
    on: str = ""

    @property
    def is_tested(self) -> bool:
        return False

    @property
    def badge(self) -> str:
        return BADGE


def rows_of(path: str | Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a CSV file by column; InputError if it is not there, has no row or lacks a column."""
    place = Path(path)
    if not place.is_file():
        raise InputError([f"There is no file {path}."])
    with place.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        raise InputError([f"{path} has no row."])
    missing = [name for name in needed if name not in rows[0]]
    if missing:
        raise InputError(
            [f"{path}: there is no column {', '.join(missing)}. The columns are {', '.join(rows[0])}."]
        )
    return rows
