"""Who may do what, and where: data that people and the code read.

A role holds everywhere, unless the person has scopes: then it holds on the branches these name, and elsewhere they
may only look. What concerns the whole house needs a role without scopes.
"""

from collections.abc import Iterable
from typing import Literal, Protocol, TypeVar

from django.core.exceptions import PermissionDenied

from livingroom.people.models import Staff, StaffScope

Deed = Literal[
    "look",
    "write",
    "publish",
    "approve",
    "pause",
    "answer",
    "moderate",
    "arrange",
    "answer_ideas",
    "arrange_ideas",
    "host",
    "record_orders",
    "experiment",
    "override_experiment",
    "claim",
    "see_people",
    "erase_people",
    "set_up",
]

MAY: dict[Deed, set[str]] = {
    "look": {"admin", "manager", "community_manager", "agent", "analyst"},
    "write": {"admin", "manager", "community_manager", "agent"},
    "publish": {"admin", "manager", "community_manager"},
    "approve": {"admin", "manager", "community_manager", "guest"},
    "pause": {"admin", "manager", "community_manager", "agent"},
    "answer": {"admin", "manager", "community_manager", "agent"},
    "moderate": {"admin", "manager", "community_manager", "agent"},
    "arrange": {"admin", "manager"},
    "answer_ideas": {"admin", "manager", "community_manager", "agent"},
    "arrange_ideas": {"admin", "manager"},
    "host": {"admin", "manager", "community_manager"},
    "record_orders": {"admin", "manager"},
    "experiment": {"admin", "manager"},
    "override_experiment": {"admin", "manager"},
    "claim": {"admin", "manager"},
    "see_people": {"admin", "manager"},
    "erase_people": {"admin"},
    "set_up": {"admin"},
}
SAID: dict[Deed, str] = {
    "look": "look at pages",
    "write": "write drafts and ask for approval",
    "publish": "write offers and posts and send them",
    "approve": "approve what others wrote",
    "pause": "stop what would go out",
    "answer": "answer conversations and decide who does",
    "moderate": "hide what others said, and let it stand",
    "arrange": "say what a branch needs: approvals, balance, names of links",
    "answer_ideas": "answer ideas and say who does",
    "arrange_ideas": "arrange boards and groups, and decide about votes",
    "host": "plan events and storm sessions, and announce them",
    "record_orders": "record orders, refunds and costs",
    "experiment": "plan, start, read and cancel experiments",
    "override_experiment": "let a post out that an experiment leaves out",
    "claim": "make and publish claims",
    "see_people": "see customers one by one",
    "erase_people": "erase a person everywhere",
    "set_up": "change settings and connect accounts",
}
# These are done to a branch; the others to the house.
ON_A_BRANCH: frozenset[Deed] = frozenset(
    {
        "look",
        "write",
        "publish",
        "approve",
        "pause",
        "answer",
        "moderate",
        "arrange",
        "host",
        "override_experiment",
    }
)
# Views a guest with an account may open: what waits for their word, and the door.
GUESTS_MAY_OPEN = {"approvals", "approval", "approval_decide", "media_file", "set_language"}


class Place(Protocol):
    """A branch, as far as a scope knows one."""

    @property
    def slug(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def division(self) -> str: ...


AnyPlace = TypeVar("AnyPlace", bound=Place)


def may(staff: object, deed: Deed, place: Place | None = None) -> bool:
    """Say whether `staff` may do `deed` on `place`; without a place, somewhere at all (or, for the house's, at all)."""
    if not (isinstance(staff, Staff) and staff.is_active and staff.role in MAY[deed]):
        return False
    if deed == "look":
        return True
    scopes = staff.known_scopes
    if not scopes:
        return True
    if deed not in ON_A_BRANCH:
        return False
    return place is None or any(_covers(scope, place) for scope in scopes)


def require(staff: object, deed: Deed, place: Place | None = None) -> Staff:
    """Return `staff` when they may do `deed` there; else raise PermissionDenied, saying who may."""
    if not (isinstance(staff, Staff) and may(staff, deed, place)):
        raise PermissionDenied(_refusal(staff, deed, place))
    return staff


def require_everywhere(staff: object, deed: Deed) -> Staff:
    """Return `staff` when they may do `deed` in the whole house, on every branch there is or will be."""
    found = require(staff, deed)
    if found.known_scopes:
        raise PermissionDenied(
            f"Your role holds on some branches only; to {SAID[deed]} here it must hold on all."
        )
    return found


def places_for(staff: object, deed: Deed, places: Iterable[AnyPlace]) -> list[AnyPlace]:
    """Keep the places where `staff` may do `deed`."""
    return [place for place in places if may(staff, deed, place)]


def _covers(scope: StaffScope, place: Place) -> bool:
    kinds = StaffScope.Kind
    have = {kinds.BRANCH: place.slug, kinds.COUNTRY: place.country, kinds.DIVISION: place.division}
    return have[kinds(scope.kind)] == scope.value


def _refusal(staff: object, deed: Deed, place: Place | None) -> str:
    if isinstance(staff, Staff) and staff.is_active and staff.role in MAY[deed]:
        where = f"on {place}" if place is not None else "for the whole house"
        return f"You may not {SAID[deed]} {where}: your role holds on {staff.scope_text} only."
    who = ", ".join(sorted(MAY[deed])).replace("_", " ")
    return f"Your role may not {SAID[deed]}. These roles may: {who}."
