"""Pages of ideas, in the order that was asked for: each is read along one index, from where the last page ended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet

from livingroom.ideas.counting import microseconds
from livingroom.ideas.models import Board, Category, Idea, Storm, UnderSeen
from livingroom.ideas.ranks import RANKS, Rank
from livingroom.measure.ranking import mix

N_PLACES = 20
ANY = "any"


@dataclass(frozen=True)
class Page:
    """One page. `after` asks for the next, and is empty when there is none; `under_seen` are here because few saw them."""

    rank: Rank
    ideas: list[Idea]
    after: str
    under_seen: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class _Wanted:
    board: Board
    category: Category | None
    state: str | None
    storm: Storm | None
    language: str | None

    @property
    def _states(self) -> set[str]:
        if self.state == ANY:
            return set(Idea.State.values)
        return {str(state) for state in Idea.VOTABLE} if self.state is None else {self.state}

    def ideas(self, rank: Rank, prefix: str = "") -> Q:
        """What may stand on the page; of ideas, or of rows that point at one."""
        found = Q(**{f"{prefix}board": self.board, f"{prefix}standing": Idea.Standing.PUBLIC})
        if self.state is not None or rank.open_only:
            left_out = set(Idea.State.values) - self._states
            # Said the other way round: databases would take the index by state, and sort all that it brings.
            found &= ~Q(**{f"{prefix}state__in": sorted(left_out)}) if left_out else Q()
        for name in ("category", "storm", "language"):
            if (value := getattr(self, name)) is not None:
                found &= Q(**{f"{prefix}{name}": value})
        return found


def page_of(
    board: Board,
    rank: str,
    *,
    category: Category | None = None,
    state: str | None = None,
    storm: Storm | None = None,
    language: str | None = None,
    after: str | None = None,
    rng: np.random.Generator | None = None,
    n: int = N_PLACES,
    now: datetime,
) -> Page:
    """One page of a board by a rank of `RANKS`; an unknown one is the first.

    `state` is one of them, "any", or None: then the rank says (most list what is open to votes). With `rng` the list *now*
    gives 15 % of its places to ideas that few have seen; make it from the visitor and the day, so that pages agree.
    `after` is the word of the page before; what cannot be read begins at the top.
    """
    chosen = RANKS.get(rank, next(iter(RANKS.values())))
    wanted = _Wanted(board, category, state, storm, language)
    cursor = _Cursor.read(after, chosen)
    if chosen.key == "under_seen":
        return _under_seen(chosen, wanted, cursor, n)
    ideas = _ranked(chosen, wanted, cursor, n + 1)
    if chosen.mixes and rng is not None:
        return _mixed(chosen, wanted, cursor, ideas, rng, n)
    has_more = len(ideas) > n
    return Page(chosen, ideas[:n], _Cursor.of(ideas[n - 1], chosen, 0).written if has_more else "")


@dataclass(frozen=True)
class _Cursor:
    """Where the last page ended: the key and number of its last ranked idea, and how many under-seen ones were shown."""

    key: Any = None
    idea: int = 0
    n_seen: int = 0

    @classmethod
    def of(cls, idea: Idea, rank: Rank, n_seen: int) -> "_Cursor":
        return cls(getattr(idea, rank.field), idea.pk, n_seen)

    @classmethod
    def read(cls, written: str | None, rank: Rank) -> "_Cursor":
        try:
            key, idea, n_seen = (written or "").split("_")
            found = cls(rank.read(key), int(idea), int(n_seen))
            # Larger numbers than these are in no table, and databases refuse them.
            is_near = rank.holds(found.key) and 0 < found.idea < 2**63 and 0 <= found.n_seen < 2**31
            return found if is_near else cls()
        except (ValueError, OverflowError):
            return cls()

    @property
    def written(self) -> str:
        key = microseconds(self.key) if isinstance(self.key, datetime) else repr(self.key)
        return f"{key}_{self.idea}_{self.n_seen}"

    def is_past(self, key: Any, idea: int) -> bool:
        """Whether the idea stood on an earlier page by its rank."""
        return self.key is not None and (key, idea) >= (self.key, self.idea)


def _ranked(rank: Rank, wanted: _Wanted, cursor: _Cursor, n: int, without: Sequence[int] = ()) -> list[Idea]:
    rows = Idea.objects.filter(wanted.ideas(rank))
    if rank.key == "answered":
        rows = rows.filter(answered_at__isnull=False)
    # The top, too, is said as a bound: by it SQLite takes the index of this order among those that begin with the board.
    rows = rows.filter(**{f"{rank.field}__lte": rank.top if cursor.key is None else cursor.key})
    if cursor.key is not None:
        rows = rows.exclude(**{rank.field: cursor.key, "pk__gte": cursor.idea})
    if without:
        rows = rows.exclude(pk__in=without)
    return list(_with_people(rows).order_by(f"-{rank.field}", "-pk")[:n])


def _mixed(
    rank: Rank, wanted: _Wanted, cursor: _Cursor, ideas: list[Idea], rng: np.random.Generator, n: int
) -> Page:
    drawn = _drawn(rank, wanted, cursor.n_seen + n)
    if cursor.n_seen:
        shown_before = sorted(idea for idea, _ in drawn[: cursor.n_seen])
        ideas = _ranked(rank, wanted, cursor, n + 1, shown_before)
    due = [idea for idea, key in drawn[cursor.n_seen :] if not cursor.is_past(key, idea)]
    ranked = [idea.pk for idea in ideas]
    shown = mix(ranked[:n], due, rng)
    n_ranked = next((place for place, idea in enumerate(ranked) if idea not in set(shown)), len(ranked))
    lifted = set(shown) - set(ranked[:n_ranked])
    places = {idea: place for place, (idea, _) in enumerate(drawn)}
    n_seen = max((places[idea] + 1 for idea in lifted), default=cursor.n_seen)
    last = _Cursor.of(ideas[n_ranked - 1], rank, n_seen) if n_ranked else replace(cursor, n_seen=n_seen)
    known = {idea.pk: idea for idea in ideas} | {idea.pk: idea for idea in _known(lifted - set(ranked))}
    page = [known[idea] for idea in shown if idea in known]
    return Page(rank, page, last.written if len(ideas) > n_ranked else "", frozenset(lifted))


def _under_seen(rank: Rank, wanted: _Wanted, cursor: _Cursor, n: int) -> Page:
    drawn = [idea for idea, _ in _drawn(rank, wanted, cursor.n_seen + n + 1)][cursor.n_seen :]
    known = {idea.pk: idea for idea in _known(drawn[:n])}
    ideas = [known[idea] for idea in drawn[:n] if idea in known]
    after = _Cursor(0, drawn[n - 1], cursor.n_seen + n).written if len(drawn) > n else ""
    return Page(rank, ideas, after, frozenset(known))


def _drawn(rank: Rank, wanted: _Wanted, n: int) -> list[tuple[int, Any]]:
    """The ideas that are due for a look, the highest draw first, with their key in this rank."""
    rows = UnderSeen.objects.filter(wanted.ideas(rank, "idea__"), board=wanted.board)
    return list(rows.order_by("place").values_list("idea", f"idea__{rank.field}")[:n])


def _known(numbers: Collection[int]) -> list[Idea]:
    if not numbers:
        return []
    return list(_with_people(Idea.objects.filter(pk__in=numbers)))


def _with_people(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    return ideas.select_related("category", "member", "owner").defer("vector")
