"""Who may do what: data that people and the code read."""

from typing import Literal

from django.core.exceptions import PermissionDenied

from livingroom.people.models import Staff

Deed = Literal["look", "publish", "record_orders", "experiment", "override_experiment", "claim", "set_up"]

MAY: dict[Deed, set[str]] = {
    "look": {"admin", "manager", "community_manager", "analyst"},
    "publish": {"admin", "manager", "community_manager"},
    "record_orders": {"admin", "manager"},
    "experiment": {"admin", "manager"},
    "override_experiment": {"admin", "manager"},
    "claim": {"admin", "manager"},
    "set_up": {"admin"},
}
SAID: dict[Deed, str] = {
    "look": "look at pages",
    "publish": "write offers and posts and send them",
    "record_orders": "record orders, refunds and costs",
    "experiment": "plan, start, read and cancel experiments",
    "override_experiment": "let a post out that an experiment leaves out",
    "claim": "make and publish claims",
    "set_up": "change settings and connect accounts",
}


def may(staff: object, deed: Deed) -> bool:
    return isinstance(staff, Staff) and staff.is_active and staff.role in MAY[deed]


def require(staff: object, deed: Deed) -> Staff:
    """Return `staff` when they may do `deed`; else raise PermissionDenied, saying who may."""
    if not (isinstance(staff, Staff) and may(staff, deed)):
        who = ", ".join(sorted(MAY[deed])).replace("_", " ")
        raise PermissionDenied(f"Your role may not {SAID[deed]}. These roles may: {who}.")
    return staff
