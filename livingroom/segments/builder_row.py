"""One condition as it stands in the builder: what is asked, how, and what may be answered."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from livingroom.segments.facts import ASKED, OPERATORS, Fact, Kind, UnknownFact, find_fact
from livingroom.segments.parsing import RuleProblem, read_value
from livingroom.segments.sentences import name_of
from livingroom.shared.money import TooManyDecimals, to_minor


@dataclass
class Row:
    """One condition as it was typed."""

    fact: str
    operator: str = ""
    values: list[str] = field(default_factory=list)
    problem: str = ""
    key: str = ""

    @property
    def known(self) -> Fact | None:
        try:
            return find_fact(self.fact)
        except UnknownFact:
            return None

    @property
    def operators(self) -> list[tuple[str, str]]:
        return [(name, ASKED[name]) for name in OPERATORS[self.known.kind]] if self.known else []

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def control(self) -> str:
        """How its value is asked for: several words, a day, money, a number."""
        if self.known is None:
            return "text"
        if self.known.kind in (Kind.CHOICE, Kind.TAGS, Kind.BAND):
            return "words"
        if self.known.kind == Kind.DAY and self.operator in ("since", "before"):
            return "day"
        return "money" if self.known.kind == Kind.MONEY else "number"

    @property
    def unit(self) -> str:
        return "days" if self.known and self.known.kind == Kind.DAY else ""

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Every word to choose from and whether it is chosen; a chosen one that nobody offers any more stays."""
        if self.known is None:
            return []
        if self.known.kind == Kind.BAND:
            offered = [(str(band), _band_name(self.known, band)) for band in range(1, 6)]
        else:
            offered = list(self.known.choices())
        names = {value for value, _ in offered}
        offered += [
            (value, name_of(self.known, value)) for value in self.values if value and value not in names
        ]
        return [(value, name, value in self.values) for value, name in offered]

    def told(self, currency: str) -> dict[str, Any]:
        """The condition as JSON. Raises RuleProblem."""
        if self.known is None:
            raise RuleProblem("Choose what to ask for.")
        value: object = self.values if self.control == "words" else self.value
        if self.control == "money":
            value = _minor(self.value, currency, self.known)
        read = read_value(self.known, self.operator, value)
        return {
            "fact": self.fact,
            "operator": self.operator,
            "value": list(read) if isinstance(read, tuple) else read,
        }


def _band_name(fact: Fact, band: int) -> str:
    name = name_of(fact, band)
    return f"{band}: {name}" if name != str(band) else name


def _minor(text: str, currency: str, fact: Fact) -> int:
    try:
        return to_minor(Decimal(text.replace(",", "")), currency)
    except (InvalidOperation, TooManyDecimals):
        raise RuleProblem(f"{fact.label} needs an amount in {currency}, such as 500.") from None
