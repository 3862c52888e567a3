"""From branches to units: who can be left out apart from whom, and whose orders would show it.

An order knows its country and its division, but no branch. So a branch's outcome is that of its market, and branches
that share a market are left out together: else the one would sell what the other was left out of.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from livingroom.branches.models import Branch
from livingroom.experiments.models import Experiment
from livingroom.shared.places import country_name, language_name, region_name

UnitBy = Experiment.UnitBy
PLACES = (UnitBy.COUNTRY, UnitBy.REGION)
MarketKey = tuple[str, str]
NAMES_SHOWN = 3


@dataclass(frozen=True)
class Candidate:
    """A unit that could take part, with the branches that speak to its markets."""

    name: str
    branches: tuple[Branch, ...]
    markets: tuple[MarketKey, ...]

    @property
    def joined(self) -> str:
        """Why its branches are left out together, where they are several."""
        if len(self.branches) < 2:
            return ""
        return f"{len(self.branches)} branches share this market, so they are left out together."

    @property
    def market(self) -> str:
        return ", ".join(market_name(key) for key in self.markets)


def market_name(key: MarketKey) -> str:
    country, division = key
    return f"{country_name(country)}, {division}" if division else country_name(country)


def may_take_part(branches: Iterable[Branch], only: Mapping[str, str]) -> list[Branch]:
    """Keep the branches of the segment that `only` describes."""
    return [branch for branch in branches if all(_agrees(branch, name, only[name]) for name in only)]


def speaks_to_the_world(branches: Iterable[Branch]) -> list[Branch]:
    """Branches without a country reach every market, so none of them can be left out in one place alone."""
    return [branch for branch in branches if not branch.country]


def candidates(branches: Iterable[Branch], unit_by: str, sold: frozenset[MarketKey]) -> list[Candidate]:
    """Group branches into units that share no market.

    `sold` are the countries and divisions of which there are orders: a division that no order names is no market.
    """
    rows = [branch for branch in branches if branch.country]
    groups = _joined(rows, [_keys(branch, unit_by) | {_cell(branch, unit_by, sold)} for branch in rows])
    found = [_candidate(group, unit_by, sold) for group in groups]
    return sorted(_with_own_names(found), key=lambda unit: unit.name)


def _agrees(branch: Branch, name: str, wanted: str) -> bool:
    if name == "interest":
        return wanted in branch.interests
    return bool(getattr(branch, name) == wanted)


def _keys(branch: Branch, unit_by: str) -> set[tuple[str, str]]:
    """What makes two branches one unit, besides a shared market."""
    if unit_by == UnitBy.BRANCH:
        return set()  # two branches of one name are two, unless they share a market
    return {("label", label) for label in _labels(branch, unit_by)}


def _labels(branch: Branch, unit_by: str) -> list[str]:
    match unit_by:
        case UnitBy.COUNTRY:
            return [country_name(branch.country)]
        case UnitBy.REGION:
            return [region_name(branch.country)]
        case UnitBy.DIVISION:
            return [branch.division or "No division"]
        case UnitBy.LANGUAGE:
            return [language_name(branch.language)]
        case UnitBy.PURPOSE:
            return [branch.get_purpose_display()]
        case UnitBy.INTEREST:
            return [str(interest) for interest in branch.interests] or ["No interest"]
        case _:
            return [branch.name]


def _cell(branch: Branch, unit_by: str, sold: frozenset[MarketKey]) -> tuple[str, str]:
    """The market of one branch, as a key: two branches of one cell are one unit."""
    country, division = market_of(branch, sold)
    # A branch of all divisions shares the market of each branch of its country; so does a unit that is a country.
    return ("country", country) if not division or unit_by in PLACES else (country, division)


def market_of(branch: Branch, sold: frozenset[MarketKey]) -> MarketKey:
    """The country, or the one division that the branch sells there."""
    key = (branch.country, branch.division)
    return key if branch.division and key in sold else (branch.country, "")


def _joined(rows: Sequence[Branch], keys: Sequence[set[tuple[str, str]]]) -> list[list[Branch]]:
    """Put together what shares a key, directly or through others."""
    groups: list[tuple[set[tuple[str, str]], list[Branch]]] = []
    whole = {key[1] for found in keys for key in found if key[0] == "country"}
    for branch, own in zip(rows, keys, strict=True):
        reach = own | ({("country", branch.country)} if branch.country in whole else set())
        together = [group for group in groups if group[0] & reach]
        merged = reach.union(*(group[0] for group in together))
        members = [member for group in together for member in group[1]]
        groups = [group for group in groups if group not in together]
        groups.append((merged, [*members, branch]))
    return [members for _, members in groups]


def _candidate(group: list[Branch], unit_by: str, sold: frozenset[MarketKey]) -> Candidate:
    labels = sorted({label for branch in group for label in _labels(branch, unit_by)})
    markets = {market_of(branch, sold) for branch in group}
    whole = {country for country, division in markets if not division}
    kept = sorted(key for key in markets if not key[1] or key[0] not in whole)
    if unit_by in PLACES:
        kept = _whole_where_several(kept)
    members = tuple(sorted(group, key=lambda branch: branch.name))
    return Candidate(_together(labels), members, tuple(kept))


def _whole_where_several(keys: Sequence[MarketKey]) -> list[MarketKey]:
    """Of a country with several divisions the whole is the market."""
    n_divisions = Counter(country for country, _ in keys)
    return sorted({key if n_divisions[key[0]] == 1 else (key[0], "") for key in keys})


def _together(labels: Sequence[str]) -> str:
    shown = " + ".join(labels[:NAMES_SHOWN])
    more = len(labels) - NAMES_SHOWN
    return (f"{shown} + {more} more" if more > 0 else shown)[:110]


def _with_own_names(units: Sequence[Candidate]) -> list[Candidate]:
    """No two units of one name: two branches may be called alike."""
    taken: dict[str, int] = {}
    named = []
    for unit in units:
        taken[unit.name] = n = taken.get(unit.name, 0) + 1
        named.append(unit if n == 1 else Candidate(f"{unit.name} ({n})", unit.branches, unit.markets))
    return named
