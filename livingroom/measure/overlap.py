"""Which other channels touched the same orders, and what a channel earned alone. docs/methods/evidence.md explains."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from livingroom.measure.engine import Engine, Workspace
from livingroom.measure.progress import Progress, silent
from livingroom.measure.sources import Source
from livingroom.measure.summary import CEILING

Company = Literal["social", "both", "other", "nothing"]
STEPS = ("order_channels", "overlap_pairs", "overlap_company")


@dataclass(frozen=True)
class Part:
    """A number of orders and their net revenue in minor units."""

    n_orders: int = 0
    revenue_minor: int = 0

    def __add__(self, other: "Part") -> "Part":
        return Part(self.n_orders + other.n_orders, self.revenue_minor + other.revenue_minor)

    def __sub__(self, other: "Part") -> "Part":
        return Part(self.n_orders - other.n_orders, self.revenue_minor - other.revenue_minor)


@dataclass(frozen=True)
class Presence:
    """One channel among orders: where it was the only touch, where others were there too, and where only others were."""

    channel: str
    alone: Part
    with_others: Part
    others_only: Part

    @property
    def touched(self) -> Part:
        return self.alone + self.with_others


@dataclass(frozen=True)
class Overlap:
    """Orders by the channels that touched them inside the window, for every currency and grade.

    Parameters
    ----------
    pairs : dict of (currency, grade, channel, other, is_alone) to Part
        Orders that both channels touched; a channel beside itself is all that it touched.
    company : dict of (currency, grade, company) to Part
        Orders by company: social (only social channels), both, other (no social channel), nothing (no touch known).
    """

    pairs: dict[tuple[str, str, str, str, bool], Part] = field(default_factory=dict)
    company: dict[tuple[str, str, str], Part] = field(default_factory=dict)

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted({key[0] for key in self.company}))

    def channels(self, currency: str, grades: Iterable[str] = CEILING) -> tuple[str, ...]:
        """Return the channels that touched orders of these grades, the one with most revenue first."""
        sizes = {
            name: self.both(name, name, currency, grades) for name in sorted({key[2] for key in self.pairs})
        }
        there = [name for name, part in sizes.items() if part.n_orders]
        return tuple(sorted(there, key=lambda name: (-sizes[name].revenue_minor, name)))

    def both(self, channel: str, other: str, currency: str, grades: Iterable[str] = CEILING) -> Part:
        """Return the orders that both channels touched: one cell of the matrix."""
        keys = ((currency, grade, channel, other, alone) for grade in set(grades) for alone in (True, False))
        return _sum(self.pairs.get(key) for key in keys)

    def matrix(self, currency: str, grades: Iterable[str] = CEILING) -> dict[str, dict[str, Part]]:
        """Return channel by channel the orders that both touched."""
        grades = tuple(grades)
        names = self.channels(currency, grades)
        return {name: {other: self.both(name, other, currency, grades) for other in names} for name in names}

    def in_company(self, company: Company, currency: str, grades: Iterable[str] = CEILING) -> Part:
        """Return the orders that social channels touched alone, with others, not at all, or that nothing touched."""
        return _sum(self.company.get((currency, grade, company)) for grade in set(grades))

    def presence(self, channel: str, currency: str, grades: Iterable[str] = CEILING) -> Presence:
        """Answer "this channel alone?" among orders of these grades.

        Parameters
        ----------
        channel : str
            The channel, such as "x".
        currency : str
            The currency.
        grades : iterable of str
            All social evidence by default; `summary.FLOOR` for what can be shown at the least.
        """
        grades = tuple(set(grades))
        alone = _sum(self.pairs.get((currency, grade, channel, channel, True)) for grade in grades)
        touched = self.both(channel, channel, currency, grades)
        every = _sum(
            self.company.get((currency, grade, company))
            for grade in grades
            for company in ("social", "both", "other")
        )
        return Presence(channel, alone, touched - alone, every - touched)


def overlap(
    connection: Engine,
    *,
    touches: Source,
    orders: Source,
    window_days: float = 30,
    currency: str | None = None,
    social_channels: tuple[str, ...] = (),
    strict: bool = False,
    progress: Progress = silent,
) -> Overlap:
    """Count which channels touched the same orders. Parameters and errors as `evidence.grade`, which counts them too."""
    from livingroom.measure import evidence

    graded = evidence.grade(
        connection, touches=touches, orders=orders, window_days=window_days, currency=currency,
        social_channels=social_channels, strict=strict, with_rows=False, progress=progress,
    )  # fmt: skip
    return graded.overlap


def add_shard(so_far: Overlap, workspace: Workspace) -> Overlap:
    """Count the shard that is graded now, and add it."""
    workspace.results(STEPS)
    pairs, company = dict(so_far.pairs), dict(so_far.company)
    for currency, grade, channel, other, is_alone, n_orders, revenue in workspace.rows(
        "SELECT p.* FROM overlap_pairs AS p"
    ):
        key = (str(currency), str(grade), str(channel), str(other), bool(is_alone))
        pairs[key] = pairs.get(key, Part()) + Part(int(str(n_orders)), int(str(revenue)))
    for currency, grade, name, n_orders, revenue in workspace.rows("SELECT c.* FROM overlap_company AS c"):
        place = (str(currency), str(grade), str(name))
        company[place] = company.get(place, Part()) + Part(int(str(n_orders)), int(str(revenue)))
    return Overlap(pairs, company)


def _sum(parts: Iterable[Part | None]) -> Part:
    total = Part()
    for part in parts:
        total += part or Part()
    return total
