"""Reads over branches, ready to print."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q

from livingroom.branches.models import Branch, Host, ReachDay
from livingroom.networks.models import Connection
from livingroom.networks.registry import find_network, has_connector
from livingroom.shared.places import countries, country_name, language_name

WORLD = "world"


@dataclass(frozen=True)
class Choices:
    """What a list of branches can be narrowed by: pairs of value and words."""

    countries: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    purposes: list[tuple[str, str]]
    divisions: list[tuple[str, str]]
    networks: list[tuple[str, str]]


def open_branches() -> list[Branch]:
    """Return every open branch with its hosts: two queries, however many there are."""
    return list(
        Branch.objects.open().prefetch_related(
            Prefetch("hosts", Host.objects.only("name", "initials", "face"))
        )
    )


def narrow(branches: Iterable[Branch], chosen: dict[str, str]) -> list[Branch]:
    """Keep the branches that agree with everything chosen; an empty choice agrees with all."""
    words = chosen.get("q", "").casefold().split()
    return [
        branch
        for branch in branches
        if _agrees(branch, chosen) and all(word in _said_of(branch) for word in words)
    ]


def choices_among(branches: Iterable[Branch]) -> Choices:
    rows = list(branches)
    places = {branch.country or WORLD for branch in rows}
    return Choices(
        countries=sorted(
            ((code, _place(code)) for code in places), key=lambda pair: (pair[0] != WORLD, pair[1])
        ),
        languages=sorted(
            {(branch.language, language_name(branch.language)) for branch in rows}, key=lambda p: p[1]
        ),
        purposes=[
            (value, label) for value, label in Branch.Purpose.choices if any(b.purpose == value for b in rows)
        ],
        divisions=sorted({(branch.division, branch.division) for branch in rows if branch.division}),
        networks=sorted({(branch.network, network_title(branch.network)) for branch in rows}),
    )


def staff_branches(chosen: dict[str, str]) -> list[Branch]:
    """Return the branches of the staff's list, closed ones last."""
    rows = Branch.objects.select_related("connection").prefetch_related("hosts")
    found = narrow(rows, chosen)
    return sorted(found, key=lambda branch: (branch.closed_on is not None, branch.name.casefold()))


def reach_history(branch: Branch, *, until: date, days: int = 365) -> list[ReachDay]:
    """Return the reach days of a year; of a longer history about that many, evenly thinned."""
    rows = list(branch.reach.order_by("on"))
    recent = [row for row in rows if row.on >= until - timedelta(days=days)]
    chosen = recent if len(recent) > 30 else rows
    step = max(1, len(chosen) // days)
    thinned = chosen[::step]
    return thinned if not chosen or thinned[-1] is chosen[-1] else [*thinned, chosen[-1]]


def connection_state(branch: Branch) -> tuple[str, str]:
    """Return a tone and words for the badge of a branch."""
    if branch.closed_on is not None:
        return "neutral", "Closed"
    if not has_connector(branch.network):
        return "neutral", "Not postable"
    if branch.connection is None:
        return "warn", "Not connected"
    if branch.connection.state == Connection.State.CONNECTED:
        return "good", "Connected"
    return "bad", branch.connection.get_state_display()


def network_title(name: str) -> str:
    return find_network(name).title if has_connector(name) else name.replace("_", " ").title()


def country_choices() -> list[tuple[str, str]]:
    return [("", "The whole world"), *countries().items()]


def _agrees(branch: Branch, chosen: dict[str, str]) -> bool:
    facts = {
        "country": branch.country or WORLD,
        "language": branch.language,
        "purpose": branch.purpose,
        "division": branch.division,
        "network": branch.network,
    }
    return all(not chosen.get(name) or chosen[name] == fact for name, fact in facts.items())


def _said_of(branch: Branch) -> str:
    facts = (branch.name, branch.handle, branch.network, branch.division, country_name(branch.country))
    return " ".join([*facts, *map(str, branch.interests)]).casefold()


def _place(code: str) -> str:
    return "The whole world" if code == WORLD else country_name(code)


def hosts_by_name() -> list[Host]:
    return list(Host.objects.filter(Q(branches__closed_on=None) | Q(branches=None)).distinct())
