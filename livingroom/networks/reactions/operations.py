"""What staff and the public can ask of reactions: read them now, leave one out, leave somebody out."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from livingroom.networks.errors import Invalid
from livingroom.networks.reactions.gathering import take_early_turns
from livingroom.networks.reactions.keeping import names_of
from livingroom.networks.reactions.models import OptOut, Reaction
from livingroom.networks.reactions.tasks import gather_stream
from livingroom.networks.registry import has_connector
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import raise_alarm, record_event

A_VISITOR = "a visitor"


def ask_now(*, staff: Staff, now: datetime) -> int:
    """Have every account read at once that does not rest. Returns how many streams are on their way. Raises PermissionDenied."""
    require(staff, "publish")
    places = take_early_turns(now)
    for place in places:
        gather_stream.enqueue(place.pk)
    return len(places)


def opt_out(*, staff: Staff, who: str, network: str = "", now: datetime) -> int:
    """Keep nothing of somebody any more, and forget what is kept. Returns how many were forgotten.

    Raises Invalid, PermissionDenied.
    """
    require(staff, "publish")
    name = who.strip().casefold().removeprefix("https://").removeprefix("http://").lstrip("@").rstrip("/")
    if not name or "/" in name:
        raise Invalid("Write a handle, the id of an account, or the host of a site.", "who")
    if network and not has_connector(network):
        raise Invalid(f"There is no network {network}.", "network")
    with transaction.atomic():
        OptOut.objects.get_or_create(
            network=network, who=name, defaults={"asked_at": now, "entered_by": staff.name}
        )
        rows = Reaction.objects.filter(connection__network=network) if network else Reaction.objects.all()
        likely = Q(actor_id__iexact=name) | Q(actor_handle__iexact=name) | Q(actor_handle__iexact=f"@{name}")
        likely |= Q(ref_url__icontains=f"//{name}") | Q(ref_url__icontains=f".{name}")
        theirs = [
            row.pk
            for row in rows.filter(likely).only("actor_id", "actor_handle", "ref_url").iterator()
            if name in names_of(row.actor_id, row.actor_handle, row.ref_url)
        ]
        Reaction.objects.filter(pk__in=theirs).delete()
        record_event(actor=staff, verb="left out", subject=f"reactions of {name}", now=now, n=len(theirs))
    return len(theirs)


def let_back_in(*, staff: Staff, out: OptOut, now: datetime) -> None:
    """They may be kept again; what was forgotten comes back only if a network still tells it. Raises PermissionDenied."""
    require(staff, "publish")
    record_event(actor=staff, verb="let back in", subject=f"reactions of {out.who}", now=now)
    out.delete()


def hide_reaction(*, staff: Staff, reaction: Reaction, now: datetime) -> None:
    """Show it nowhere any more. Raises PermissionDenied."""
    require(staff, "publish")
    _hide(reaction, staff.name, now)
    record_event(actor=staff, verb="hid", subject=reaction, now=now)


def show_reaction(*, staff: Staff, reaction: Reaction, now: datetime) -> None:
    """Show it again, here and where it was brought. Raises PermissionDenied."""
    require(staff, "publish")
    before, reaction.hidden_at, reaction.hidden_by = reaction.hidden_by, None, ""
    reaction.save(update_fields=["hidden_at", "hidden_by"])
    record_event(actor=staff, verb="showed again", subject=reaction, now=now, hidden_by=before)


def ask_to_leave_out(*, reaction: Reaction, now: datetime) -> None:
    """Anybody may ask: it goes from public pages at once, and staff decide about the rest."""
    if reaction.hidden_at is not None:
        return
    _hide(reaction, A_VISITOR, now)
    record_event(actor=A_VISITOR, verb="asked to leave out", subject=reaction, now=now)
    text = f"Somebody asks that the {reaction.get_kind_display().lower()} of {reaction.who} is left out. It is hidden."
    raise_alarm(kind="left_out", subject=reaction, text=text, now=now, url="/reactions/?show=hidden")


def _hide(reaction: Reaction, who: str, now: datetime) -> None:
    if reaction.hidden_at is None:
        reaction.hidden_at, reaction.hidden_by = now, who
        reaction.save(update_fields=["hidden_at", "hidden_by"])
