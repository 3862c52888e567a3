"""Files of ideas and of their votes, ranked."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.lines import Faults, read_records
from livingroom.measure.moments import Clock
from livingroom.measure.problems import InputError, Problem
from livingroom.measure.ranking.exposure import PerExposure, per_exposure
from livingroom.measure.ranking.now import RECENT_DAYS, by_score, now_score
from livingroom.measure.ranking.popular import DAY, HALF_LIFE, popular_keys, score_of_key

Floats = NDArray[np.float64]
HOUR = DAY // 24
ORDERS = ("now", "popular", "exposure", "new")


@dataclass(frozen=True)
class Idea:
    """One row: an idea, when it was published (microseconds UTC), its votes, those of the last 30 days, and its exposures."""

    name: str
    published_at: int
    votes: int
    recent: int
    exposures: int


@dataclass(frozen=True)
class Ranked:
    """Ideas in one order, with every figure that orders them.

    Parameters
    ----------
    order : (n,) int
        Places of `ideas` from the first to the last.
    ideas : tuple of Idea
    now_score, popular : (n,) float
        Popular is the decayed sum; NaN where no votes were given.
    per_exposure : PerExposure
    rejected : tuple of Problem
    """

    order: NDArray[np.int64]
    ideas: tuple[Idea, ...]
    now_score: Floats
    popular: Floats
    per_exposure: PerExposure
    rejected: tuple[Problem, ...]


@dataclass(frozen=True)
class Cast:
    """Votes of a file: the idea's name, when, and 1 or −1."""

    names: tuple[str, ...]
    at: NDArray[np.int64]
    sign: NDArray[np.int64]


def rank_files(
    source: Path,
    votes: Path | None,
    zone: ZoneInfo,
    now: int | None,
    half_life: int = HALF_LIFE,
    by: str = "now",
) -> Ranked:
    """Rank a file of ideas.

    Parameters
    ----------
    source : Path
        CSV with idea, published_at, votes, exposures and, if there is no file of votes, recent_votes.
    votes : Path, optional
        CSV with idea, at and, where there are votes against, sign: then counts are taken from it.
    zone : ZoneInfo
        Of times that name none.
    now : int, optional
        Microseconds UTC; by default the newest time of both files.
    half_life : int
        Microseconds.
    by : str
        One of `ORDERS`.

    Raises
    ------
    InputError
        A file is not there, lacks a column, or no row can be used.
    """
    faults = Faults("ideas")
    ideas = _ideas(source, zone, faults, has_votes=votes is not None)
    cast = _cast(votes, zone, faults) if votes else None
    newest = max([idea.published_at for idea in ideas] + (cast.at.tolist() if cast else []))
    as_of = newest if now is None else now
    popular = np.full(len(ideas), np.nan)
    if cast:
        ideas, popular = _counted(ideas, cast, as_of, half_life)
    published = np.array([idea.published_at for idea in ideas])
    score = now_score([idea.recent for idea in ideas], (as_of - published) / HOUR)
    per = per_exposure([max(idea.votes, 0) for idea in ideas], [idea.exposures for idea in ideas])
    keys: Mapping[str, Floats] = {
        "now": score,
        "popular": np.nan_to_num(popular),
        "exposure": per.value,
        "new": published.astype(np.float64),
    }
    order = by_score(keys[by], published, -np.arange(len(ideas)))
    return Ranked(order, tuple(ideas), score, popular, per, faults.problems())


def rows_of(ranked: Ranked) -> list[dict[str, Any]]:
    """Return one row an idea, ready for CSV or JSON, the first first."""
    return [
        {
            "place": number,
            "idea": ranked.ideas[place].name,
            "now": round(float(ranked.now_score[place]), 6),
            "popular": None if np.isnan(ranked.popular[place]) else round(float(ranked.popular[place]), 6),
            "votes": ranked.ideas[place].votes,
            "exposures": ranked.ideas[place].exposures,
            "per_exposure": round(float(ranked.per_exposure.value[place]), 6),
            "low": round(float(ranked.per_exposure.low[place]), 6),
            "high": round(float(ranked.per_exposure.high[place]), 6),
        }
        for number, place in enumerate(ranked.order.tolist(), start=1)
    ]


def _ideas(source: Path, zone: ZoneInfo, faults: Faults, *, has_votes: bool) -> list[Idea]:
    counts = ("exposures",) if has_votes else ("exposures", "votes", "recent_votes")
    found: dict[str, Idea] = {}
    for line, cells in read_records(source, "ideas", ("idea", "published_at", *counts)):
        try:
            at = Clock(zone).read(cells["published_at"])
            votes, recent, exposures = (
                int(cells.get(name) or 0) for name in ("votes", "recent_votes", "exposures")
            )
        except (ValueError, OverflowError):
            faults.add("a time or a whole number cannot be read", f"line {line}")
            continue
        if exposures < 0 or not cells["idea"] or cells["idea"] in found:
            faults.add("the idea has no name, is there already, or was seen less than never", f"line {line}")
            continue
        found[cells["idea"]] = Idea(cells["idea"], at, votes, recent, exposures)
    if not found:
        raise InputError([f"ideas: no row of {source} can be used.", *map(str, faults.problems())])
    return list(found.values())


def _cast(source: Path, zone: ZoneInfo, faults: Faults) -> Cast:
    names, at, sign = [], [], []
    for line, cells in read_records(source, "votes", ("idea", "at")):
        try:
            read, one = Clock(zone).read(cells["at"]), int(cells.get("sign") or 1)
        except (ValueError, OverflowError):
            faults.add("a vote's time or sign cannot be read", f"line {line} of the votes")
            continue
        if one not in (1, -1):
            faults.add("a sign is neither 1 nor -1", f"line {line} of the votes")
            continue
        names.append(cells["idea"])
        at.append(read)
        sign.append(one)
    return Cast(tuple(names), np.array(at, dtype=np.int64), np.array(sign, dtype=np.int64))


def _counted(ideas: list[Idea], cast: Cast, now: int, half_life: int) -> tuple[list[Idea], Floats]:
    number = {idea.name: place for place, idea in enumerate(ideas)}
    place = np.array([number.get(name, -1) for name in cast.names], dtype=np.int64)
    counts = (place >= 0) & (cast.at <= now)
    place, at, sign = place[counts], cast.at[counts], cast.sign[counts]
    n = len(ideas)
    votes = np.bincount(place[sign > 0], minlength=n)
    is_recent = at > now - RECENT_DAYS * DAY
    recent = np.bincount(place[is_recent], weights=sign[is_recent].astype(np.float64), minlength=n)
    popular = np.zeros(n)
    voted, keys = popular_keys(place, sign, at, half_life, now)
    popular[voted] = score_of_key(keys, now, half_life, now)
    counted = [
        Idea(idea.name, idea.published_at, int(votes[one]), int(recent[one]), idea.exposures)
        for one, idea in enumerate(ideas)
    ]
    return counted, popular
