"""Files of votes, looked through for those that were cast together."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from livingroom.measure.ballots.finding import Found, find_groups
from livingroom.measure.ballots.votes import DAY, Integers, Views, Votes
from livingroom.measure.lines import Faults, read_records
from livingroom.measure.moments import Clock
from livingroom.measure.problems import InputError, Problem

NEEDED = ("idea", "member", "at", "member_joined_at")


@dataclass(frozen=True)
class Looked:
    """A file of votes with what was found in it.

    Parameters
    ----------
    ideas, members : tuple of str
        Names as the file writes them, by number.
    votes : Votes
    found : Found
    rejected : tuple of Problem
    """

    ideas: tuple[str, ...]
    members: tuple[str, ...]
    votes: Votes
    found: Found
    rejected: tuple[Problem, ...]


class _Names:
    """Numbers for names, in the order met."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        return self.numbers.setdefault(name, len(self.numbers))


def look_through(source: Path, views: Path | None, zone: ZoneInfo, since: int | None = None) -> Looked:
    """Read a CSV file of votes and find those that look as if they were cast together.

    Parameters
    ----------
    source : Path
        With idea, member, at, member_joined_at and, where known, network and agent: any text, equal for what is the same.
    views : Path, optional
        CSV with idea, day and n: how many people saw an idea on a day.
    zone : ZoneInfo
        Of times that name none.
    since : int, optional
        From when on votes are known, microseconds UTC. Without it the file is taken for the whole history.

    Raises
    ------
    InputError
        A file is not there, lacks a column, or no row can be used.
    """
    ideas, members, faults = _Names(), _Names(), Faults("votes")
    rows, seen = [], set()
    for line, cells in read_records(source, "votes", NEEDED):
        row = _row(line, cells, zone, ideas, members, faults)
        if row is not None and row[:2] in seen:
            faults.add("the member has voted for this idea already", f"line {line}")
        elif row is not None:
            seen.add(row[:2])
            rows.append(row)
    if not rows:
        raise InputError([f"votes: no row of {source} can be used.", *map(str, faults.problems())])
    votes = Votes(*(_column(column) for column in zip(*rows, strict=True)))
    # A whole history knows every vote of every account, however old.
    known_since = int(votes.joined_at.min()) if since is None else since
    found = find_groups(votes, views=_views(views, zone, ideas, faults) if views else None, since=known_since)
    return Looked(tuple(ideas.numbers), tuple(members.numbers), votes, found, faults.problems())


def rows_of(looked: Looked) -> list[dict[str, Any]]:
    """Return one row for each vote in a group: whose, on what, in which group, and whether it is held."""
    return [
        {
            "group": number,
            "idea": looked.ideas[int(looked.votes.idea[row])],
            "member": looked.members[int(looked.votes.member[row])],
            "is_held": group.is_held,
        }
        for number, group in enumerate(looked.found.groups, start=1)
        for row in group.rows.tolist()
    ]


def groups_of(looked: Looked) -> list[dict[str, Any]]:
    """Return what a person reads of each group."""
    return [
        {
            "group": number,
            "idea": looked.ideas[group.idea],
            "n_votes": len(group.rows),
            "n_members": len(group.members),
            "score": round(group.score, 2),
            "is_held": group.is_held,
            "reasons": group.reasons,
        }
        for number, group in enumerate(looked.found.groups, start=1)
    ]


def _row(
    line: int, cells: dict[str, str], zone: ZoneInfo, ideas: _Names, members: _Names, faults: Faults
) -> tuple[int, ...] | None:
    if not cells["idea"] or not cells["member"]:
        faults.add("the idea or the member is missing", f"line {line}")
        return None
    try:
        at, joined_at = Clock(zone).read(cells["at"]), Clock(zone).read(cells["member_joined_at"])
    except (ValueError, OverflowError):
        faults.add("a time cannot be read. Write 2026-02-26 21:42:53", f"line {line}")
        return None
    network, agent = (hash_of(cells.get(name, "")) for name in ("network", "agent"))
    return ideas.number(cells["idea"]), members.number(cells["member"]), at, joined_at, network, agent


def hash_of(text: str) -> int:
    """Return a number for a text that is the same in every run; 0 for none."""
    return int.from_bytes(blake2b(text.encode(), digest_size=7).digest()) + 1 if text else 0


def _views(source: Path, zone: ZoneInfo, ideas: _Names, faults: Faults) -> Views:
    rows = []
    for line, cells in read_records(source, "views", ("idea", "day", "n")):
        try:
            rows.append((ideas.number(cells["idea"]), Clock(zone).read(cells["day"]) // DAY, int(cells["n"])))
        except (ValueError, OverflowError):
            faults.add("a day or a number cannot be read", f"line {line} of the views")
    idea, day, n = (_column(column) for column in zip(*rows, strict=True)) if rows else (_column([]),) * 3
    return Views(idea, day, n)


def _column(values: Sequence[int]) -> Integers:
    return np.array(values, dtype=np.int64)
