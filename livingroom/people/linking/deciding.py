"""What a person says about two customers who may be one."""

from datetime import datetime

from django.db import transaction

from livingroom.people.identities import CannotMerge, CustomerMerge, merge_customers
from livingroom.people.linking.models import LinkProposal
from livingroom.people.models import Staff
from livingroom.people.persons import root_of
from livingroom.people.policy import require
from livingroom.shared.events import record_event

State = LinkProposal.State


def accept_link(*, staff: Staff, proposal: LinkProposal, now: datetime) -> CustomerMerge:
    """They are one person. Raises CannotMerge, PermissionDenied."""
    require(staff, "see_people")
    with transaction.atomic():
        _take(proposal)
        kept, other = root_of(proposal.one), root_of(proposal.two)
        merge = merge_customers(staff=staff, kept=kept, other=other, evidence=proposal.evidence, now=now)
        LinkProposal.objects.filter(pk=proposal.pk).update(
            state=State.JOINED, decided_at=now, decided_by=staff, merge=merge
        )
    return merge


def refuse_link(*, staff: Staff, proposal: LinkProposal, now: datetime) -> None:
    """They are two: the same reason is not brought up again. Raises CannotMerge, PermissionDenied."""
    require(staff, "see_people")
    with transaction.atomic():
        _take(proposal)
        LinkProposal.objects.filter(pk=proposal.pk).update(
            state=State.REFUSED, decided_at=now, decided_by=staff
        )
        record_event(actor=staff, verb="kept apart", subject=proposal.one, now=now, other=proposal.two_id)


def _take(proposal: LinkProposal) -> None:
    """Of two who decide at once, one does."""
    if not LinkProposal.objects.select_for_update().filter(pk=proposal.pk, state=State.OPEN).exists():
        raise CannotMerge("Somebody decided about this already.")
