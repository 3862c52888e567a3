"""Who does a thing at the till: somebody of the staff, a shop or key that proved itself, or the house's own work."""

from typing import Final

from livingroom.orders.models import ApiKey, Shop
from livingroom.people import policy
from livingroom.people.models import Staff


class House:
    """The house itself: its ticker, its worker, or whoever may run commands on the machine."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name


HOUSE: Final = House("the house")
COMMAND_LINE: Final = House("the command line")
Actor = Staff | Shop | ApiKey | House


def may_record(actor: Actor) -> None:
    """Raise PermissionDenied unless the actor may record orders and costs. Shops and keys proved themselves before."""
    if isinstance(actor, Staff):
        policy.require(actor, "record_orders")


def may_set_up(actor: Actor) -> None:
    """Raise PermissionDenied unless the actor may make shops and keys."""
    if not isinstance(actor, House):
        policy.require(actor, "set_up")
