"""What a claim is made from, and what it is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livingroom.measure.estimate import Estimate, answer_as_json, estimate_of_json
from livingroom.measure.sources import Source

if TYPE_CHECKING:
    from livingroom.measure.claims.panels import PanelFile

DEFAULT_MODELS = ("last", "first", "linear", "time_decay", "position")
SEED = 20091231


@dataclass(frozen=True)
class ClaimInputs:
    """The tables of a claim.

    Parameters
    ----------
    touches, orders : path, pyarrow.Table or duckdb.DuckDBPyRelation
        The tables of `columns.py`. Orders may also have `discount_minor` (or `discount`), `goods_minor` (or `goods`) and
        `is_first_order`; all orders are in one currency, or the table has `reporting_minor`.
    costs : path or pyarrow.Table, optional
        One row a cost: `on`, `kind`, `amount` (or `amount_minor`), optional `currency`, `branch`, `minutes`.
    refunds : path or pyarrow.Table, optional
        One row a refund: `order_id`, `at`, `amount` (or `amount_minor`). Orders are net of them already; they say how
        late refunds come.
    lifts : tuple of mapping
        Readings as JSON, the one that decides first; `lifts.py` says which keys are read.
    panels : tuple of PanelFile
        Panels of experiments to be analysed with the claim; they come before the readings.
    """

    touches: Source
    orders: Source
    costs: Path | Any | None = None
    refunds: Path | Any | None = None
    lifts: tuple[dict[str, Any], ...] = ()
    panels: "tuple[PanelFile, ...]" = ()


@dataclass(frozen=True)
class Terms:
    """What is claimed, and by which rules.

    Parameters
    ----------
    title : str
        What the claim is called.
    currency : str
        ISO 4217.
    first_on, last_on : date
        The period, both days included, in UTC.
    who : str
        Of whom it speaks: Social, or the name of a branch.
    branches : tuple of str
        Only orders whose evidence names one of these branches; empty for all.
    window_days : float
        How long before an order a touch may lie.
    models : tuple of str
        The rules of credit shown beside each other.
    margin : Estimate or float, optional
        Share of net revenue left after the cost of goods; without it, worked out from the goods on the orders.
    staff_uncertainty : float
        How far booked hours may be off either way (0.1 is 10 %), in 95 of 100 cases.
    refunds_known_until : datetime, optional
        Until when refunds are known; the end of the period if nothing is said.
    social_channels : tuple of str
        Further names by which a buyer may call a social channel.
    seed : int
        For the Monte Carlo.
    notes : tuple of str
        Sentences to be read with the claim: rates used, what was left out.
    branch_names : mapping of str to str
        What each branch_id is called.
    """

    title: str
    currency: str
    first_on: date
    last_on: date
    who: str = "Social"
    branches: tuple[str, ...] = ()
    window_days: float = 30
    models: tuple[str, ...] = DEFAULT_MODELS
    margin: Estimate | float | None = None
    staff_uncertainty: float = 0.1
    refunds_known_until: datetime | None = None
    social_channels: tuple[str, ...] = ()
    seed: int = SEED
    notes: tuple[str, ...] = ()
    branch_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def start_us(self) -> int:
        return microseconds(datetime.combine(self.first_on, time(), UTC))

    @property
    def end_us(self) -> int:
        """The first moment after the period."""
        return microseconds(datetime.combine(self.last_on + timedelta(days=1), time(), UTC))

    @property
    def window_us(self) -> int:
        return round(self.window_days * 86_400_000_000)

    @property
    def known_until_us(self) -> int:
        return microseconds(self.refunds_known_until) if self.refunds_known_until else self.end_us

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "currency": self.currency,
            "from": self.first_on.isoformat(),
            "to": self.last_on.isoformat(),
            "who": self.who,
            "branches": list(self.branches),
            "window_days": self.window_days,
            "models": list(self.models),
            "margin": answer_as_json(self.margin) if isinstance(self.margin, Estimate) else self.margin,
            "staff_uncertainty": self.staff_uncertainty,
            "refunds_known_until": self.refunds_known_until.isoformat() if self.refunds_known_until else None,
            "social_channels": sorted(self.social_channels),
            "seed": self.seed,
            "notes": list(self.notes),
            "branch_names": dict(self.branch_names),
        }

    @classmethod
    def from_json(cls, terms: dict[str, Any]) -> "Terms":
        margin, until = terms["margin"], terms["refunds_known_until"]
        return cls(
            title=terms["title"],
            currency=terms["currency"],
            first_on=date.fromisoformat(terms["from"]),
            last_on=date.fromisoformat(terms["to"]),
            who=terms["who"],
            branches=tuple(terms["branches"]),
            window_days=terms["window_days"],
            models=tuple(terms["models"]),
            margin=estimate_of_json(margin) if isinstance(margin, dict) else margin,
            staff_uncertainty=terms["staff_uncertainty"],
            refunds_known_until=datetime.fromisoformat(until) if until else None,
            social_channels=tuple(terms["social_channels"]),
            seed=terms["seed"],
            notes=tuple(terms["notes"]),
            branch_names=dict(terms["branch_names"]),
        )


def microseconds(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
