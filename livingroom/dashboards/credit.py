"""The Credit page's figures: rules and models side by side, where they agree, and which channels met on the same orders."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from livingroom.attribution.models import ChannelCredit, Overlap
from livingroom.branches.models import Branch
from livingroom.dashboards.period import Period

RULES, PATHS, GAMES = "Rules", "Chains of touches", "Sets of channels"
MODELS: dict[str, tuple[str, str]] = {
    "last": ("Last touch", RULES),
    "first": ("First touch", RULES),
    "linear": ("Linear", RULES),
    "time_decay": ("Time decay", RULES),
    "position": ("Position", RULES),
    "markov": ("Markov", PATHS),
    "markov_2": ("Markov, order 2", PATHS),
    "shapley": ("Shapley", GAMES),
    "shapley_rate": ("Shapley, rates", GAMES),
}
UNATTRIBUTED = "unattributed"
AGREE, NEAR = 0.1, 0.33  # the spread between models, as a share of their middle


@dataclass(frozen=True)
class CreditCell:
    amount: int
    low: int
    high: int
    share: float
    orders: float
    effect: float | None
    effect_low: float | None
    effect_high: float | None


@dataclass
class ChannelRow:
    """One channel under every rule and model."""

    channel: str
    name: str
    is_social: bool
    cells: dict[str, CreditCell] = field(default_factory=dict)

    @property
    def in_order(self) -> list[CreditCell | None]:
        return [self.cells.get(model) for model in MODELS]

    @property
    def least(self) -> int:
        return min((cell.amount for cell in self.cells.values()), default=0)

    @property
    def most(self) -> int:
        return max((cell.amount for cell in self.cells.values()), default=0)

    @property
    def spread(self) -> float | None:
        """The distance between the lowest and the highest, as a share of their middle."""
        middle = (self.least + self.most) / 2
        return (self.most - self.least) / middle if middle > 0 else None

    @property
    def verdict(self) -> tuple[str, str]:
        """In a word, with its tone."""
        if self.spread is None or self.spread <= AGREE:
            return ("Agree", "good")
        return ("Near", "neutral") if self.spread <= NEAR else ("Disagree", "warn")


@dataclass(frozen=True)
class Alone:
    """The honest answer to “this channel alone?”: of the orders that it touched, and of all that others touched."""

    channel: str
    name: str
    is_social: bool
    n_orders: int
    revenue: int
    n_alone: int
    alone: int
    others_only: int

    @property
    def shared(self) -> int:
        return self.revenue - self.alone

    @property
    def alone_share(self) -> float | None:
        return self.alone / self.revenue if self.revenue else None


@dataclass(frozen=True)
class OverlapRow:
    name: str
    cells: list[Overlap | None]


@dataclass(frozen=True)
class CreditPage:
    rows: list[ChannelRow]
    unattributed: ChannelRow | None
    models: list[tuple[str, str]]  # those that were measured: key and name
    level: float
    alone: list[Alone]
    overlap: list[OverlapRow]
    overlap_names: list[str]


def read_credit(period: Period) -> CreditPage:
    """Two queries, whose size is that of channels × models."""
    social = set(Branch.objects.order_by().values_list("network", flat=True).distinct())
    found = list(ChannelCredit.objects.filter(first=period.first, last=period.last))
    rows: dict[str, ChannelRow] = {}
    for one in found:
        row = rows.setdefault(
            one.channel, ChannelRow(one.channel, name_of(one.channel), one.channel in social)
        )
        row.cells[one.model] = _cell(one)
    unattributed = rows.pop(UNATTRIBUTED, None)
    measured = {one.model for one in found}
    overlaps = list(Overlap.objects.filter(first=period.first, last=period.last))
    touched = next((one.revenue_minor for one in overlaps if not one.channel), 0)
    names = _channels(overlaps)
    pairs = {(one.channel, one.other): one for one in overlaps}
    return CreditPage(
        rows=sorted(rows.values(), key=lambda row: (not row.is_social, -row.most)),
        unattributed=unattributed,
        models=[(model, name) for model, (name, _) in MODELS.items() if model in measured],
        level=found[0].level if found else 0.95,
        alone=[_alone(one, social, touched) for one in _own(overlaps)],
        overlap=[OverlapRow(name_of(one), [pairs.get((one, other)) for other in names]) for one in names],
        overlap_names=[name_of(one) for one in names],
    )


def name_of(channel: str) -> str:
    """As people write it."""
    return channel.replace("_", " ").capitalize()


def _cell(one: ChannelCredit) -> CreditCell:
    return CreditCell(
        one.amount_minor, one.low_minor, one.high_minor, one.share, one.orders,
        one.effect, one.effect_low, one.effect_high,
    )  # fmt: skip


def _own(overlaps: Iterable[Overlap]) -> list[Overlap]:
    own = (one for one in overlaps if one.channel and one.channel == one.other)
    return sorted(own, key=lambda one: -one.revenue_minor)


def _channels(overlaps: Iterable[Overlap]) -> list[str]:
    return [one.channel for one in _own(overlaps)]


def _alone(one: Overlap, social: set[str], touched: int) -> Alone:
    return Alone(
        channel=one.channel,
        name=name_of(one.channel),
        is_social=one.channel in social,
        n_orders=one.n_orders,
        revenue=one.revenue_minor,
        n_alone=one.n_alone,
        alone=one.alone_minor,
        others_only=max(0, touched - one.revenue_minor),
    )
