"""A file of events, with what is wrong in it."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from livingroom.measure.lines import Faults, read_records
from livingroom.measure.moments import Clock
from livingroom.measure.problems import InputError, Problem
from livingroom.measure.service.events import AUTHOR_KINDS, KINDS, Event

NEEDED = ("conversation_id", "at", "author", "author_kind")
YES, NO = ("1", "true", "yes", "y"), ("0", "false", "no", "n")


class _BadCell(ValueError):
    """A cell cannot be read; its sentence says why."""


@dataclass(frozen=True)
class Read:
    """Events, and what was left out.

    Parameters
    ----------
    events : tuple of Event
        In the order of the file.
    n_rows : int
        Rows of the file.
    rejected : tuple of Problem
    """

    events: tuple[Event, ...]
    n_rows: int
    rejected: tuple[Problem, ...]


def read_events(source: Path, zone: ZoneInfo) -> Read:
    """Read a CSV file of events; its columns are those of `Event`, with conversation as conversation_id.

    Raises
    ------
    InputError
        The file is not there, lacks a column, or no row can be used.
    """
    records = read_records(source, "messages", NEEDED)
    faults = Faults("messages")
    events = []
    for line, cells in records:
        try:
            events.append(_event(cells, zone))
        except _BadCell as bad:
            faults.add(bad.args[0], f"line {line}: {bad.args[1]!r}")
    if not events:
        raise InputError([f"messages: no row of {source} can be used.", *map(str, faults.problems())])
    return Read(tuple(events), len(records), faults.problems())


def _event(cells: dict[str, str], zone: ZoneInfo) -> Event:
    kind = _one_of(cells.get("kind", "") or "message", KINDS, "kind")
    value = cells.get("value", "")
    if kind == "rating" and value not in ("1", "2", "3", "4", "5"):
        raise _BadCell("the value of a rating is not 1 to 5", value)
    return Event(
        conversation=_there(cells, "conversation_id"),
        at=_moment(cells["at"], zone),
        author=_there(cells, "author"),
        author_kind=_one_of(cells["author_kind"], AUTHOR_KINDS, "author_kind"),
        kind=kind,
        value=value,
        tone=_tone(cells.get("tone", "")),
        is_helpful=_yes(cells.get("is_helpful", ""), "is_helpful", True),
        is_promotion=_yes(cells.get("is_promotion", ""), "is_promotion", False),
        reply_to=cells.get("reply_to", ""),
    )


def _there(cells: dict[str, str], name: str) -> str:
    if not cells[name]:
        raise _BadCell(f"{name} is empty", "")
    return cells[name]


def _one_of(text: str, known: tuple[str, ...], name: str) -> str:
    if text.lower() not in known:
        raise _BadCell(f"{name} is none of {', '.join(known)}", text)
    return text.lower()


def _moment(text: str, zone: ZoneInfo) -> int:
    try:
        # Rows come in any order, so the row above says nothing of an hour that comes twice: it is the first.
        return Clock(zone).read(text)
    except (ValueError, OverflowError):
        raise _BadCell("at cannot be read. Write 2026-02-26 21:42:53", text) from None


def _tone(text: str) -> float | None:
    if not text:
        return None
    try:
        tone = float(text)
    except ValueError:
        raise _BadCell("tone is no number", text) from None
    if not -1 <= tone <= 1:
        raise _BadCell("tone is not between -1 and 1", text)
    return tone


def _yes(text: str, name: str, usual: bool) -> bool:
    if not text:
        return usual
    if text.lower() not in YES + NO:
        raise _BadCell(f"{name} is neither yes nor no", text)
    return text.lower() in YES
