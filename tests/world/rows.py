"""What the records hold, said without numbers that only count rows, so that two ways of writing them can be compared."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import models

from livingroom.links.models import BranchClickCount, ClickCount, Code, Link
from livingroom.networks.sandbox.models import SandboxPost
from livingroom.orders.models import LedgerEntry, Order
from livingroom.people.models import Customer, Handle
from livingroom.posts.models import DeliveryAttempt, Offer, Placement, Post
from livingroom.shared.models import Event

# Numbers of rows, and what is drawn at random or stamped by the wall clock.
LEFT_OUT = {
    Link: {"id", "updated_at"},
    Code: {"id"},
    Placement: {"id", "delivery_key", "claimed_by"},
    SandboxPost: {"id", "key"},
}


class Reader:
    """Knows every row by a name of its own: a link by its slug, a placement by its link's."""

    def __init__(self) -> None:
        self.link = dict(Link.objects.values_list("pk", "slug"))
        self.offer = {offer.pk: f"{offer.name} {offer.starts_at}" for offer in Offer.objects.all()}
        self.post = {
            post.pk: f"{post.text} {post.created_at} {post.offer_id is None}" for post in Post.objects.all()
        }
        self.placement = dict(Placement.objects.values_list("pk", "link__slug"))
        self.remote = dict(Placement.objects.values_list("remote_id", "link__slug"))
        self.order = dict(Order.objects.values_list("pk", "external_id"))
        self.customer = dict(Handle.objects.values_list("customer_id", "value"))
        self.single = {
            code.text: f"single {self.link[code.link_id]} {code.issued_click}"
            for code in Code.objects.filter(kind=Code.Kind.SINGLE)
        }

    def rows(self, model: type[models.Model]) -> list[tuple[tuple[str, str], ...]]:
        """Return every row as sorted (column, text) pairs, in a sorted list."""
        left_out = LEFT_OUT.get(model, {"id"})
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in left_out]
        found = model._default_manager.values(*names)
        return sorted(tuple(sorted((name, self.say(name, row[name])) for name in names)) for row in found)

    def say(self, name: str, value: Any) -> str:
        known = getattr(self, name.removesuffix("_id"), None)
        if name.endswith("_id") and isinstance(known, dict) and name != "remote_id":
            return str(known.get(value, value))
        if name == "remote_id":
            return str(self.remote[value])
        if name == "codes":
            return str([self.single.get(text, text) for text in value])
        if isinstance(value, str):
            return self.say_text(name, value)
        if name == "change" and "url" in value:
            return self.say_text("url", value["url"])
        return str(value)

    def say_text(self, name: str, value: str) -> str:
        if name == "subject" and (found := re.fullmatch(r"(offer|post|placement) (\d+)", value)):
            return f"{found[1]} {getattr(self, found[1])[int(found[2])]}"
        if "#post-" in value:
            address, _, number = value.partition("#post-")
            return f"{address} {self.remote[number]}"
        return self.single.get(value, value)


def desk_rows() -> dict[str, list[Any]]:
    return read((Offer, Post, Link, Code, Placement, SandboxPost, DeliveryAttempt)) | {"events": diary()}


def till_rows() -> dict[str, list[Any]]:
    return read((Customer, Handle, Order, LedgerEntry))


def count_rows() -> dict[str, list[Any]]:
    return read((ClickCount, BranchClickCount))


def read(tables: Iterable[type[models.Model]]) -> dict[str, list[Any]]:
    reader = Reader()
    return {model.__name__: reader.rows(model) for model in tables}


def diary() -> list[Any]:
    """What the event log tells of offers, posts and placements."""
    reader = Reader()
    told = Event.objects.filter(subject__regex=r"^(offer|post|placement) ")
    return sorted(
        (
            str(event.at),
            event.actor,
            event.verb,
            reader.say("subject", event.subject),
            reader.say("change", event.change),
        )
        for event in told
    )
