"""Merge, split, and one customer behind several names; each can be taken back."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from livingroom.inbox.changing import CannotChange
from livingroom.inbox.joining import identities
from livingroom.inbox.joining import operations as joining
from livingroom.inbox.joining.models import Joining
from livingroom.inbox.models import Author, Conversation
from livingroom.people.identities import CannotMerge, CustomerMerge, undo_merge
from livingroom.people.policy import require


@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Put this conversation into the one whose number was typed."""
    staff, source = require(request.user, "answer"), get_object_or_404(Conversation, pk=pk)
    number = request.POST.get("target", "").lstrip("# ")
    target = Conversation.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    if target is None:
        return _failed(request, "Write the number of the other conversation, such as #42.", pk)
    return _try(
        request,
        lambda: joining.merge(staff=staff, source=source, target=target, now=timezone.now()),
        f"#{pk} is now part of #{target.pk}.",
        target.pk,
        pk,
    )


@require_POST
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the ticked messages out."""
    staff, source = require(request.user, "answer"), get_object_or_404(Conversation, pk=pk)
    ids = [int(one) for one in request.POST.getlist("message") if one.isdecimal()]
    return _try(
        request,
        lambda: joining.split(staff=staff, source=source, message_ids=ids, now=timezone.now()),
        "Split off; both are kept, and this can be taken back.",
        pk,
        pk,
    )


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge or a split back."""
    staff, row = require(request.user, "answer"), get_object_or_404(Joining, pk=pk)
    return _try(
        request,
        lambda: joining.undo(staff=staff, joining=row, now=timezone.now()),
        "Taken back.",
        row.source_id,
        row.target_id,
    )


@require_POST
def same_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the author of this conversation is also somebody else we know."""
    staff = require(request.user, "answer")
    row = get_object_or_404(Conversation.objects.select_related("author"), pk=pk)
    number = request.POST.get("other", "").lstrip("# ")
    found = Conversation.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    other: Author | None = found.author if found else None
    if other is None:
        return _failed(request, "Write the number of a conversation with the other name, such as #42.", pk)
    evidence = request.POST.get("evidence", "")
    return _try(
        request,
        lambda: identities.same_person(
            staff=staff, author=row.author, other=other, evidence=evidence, now=timezone.now()
        ),
        f"{row.author} and {other} are one customer from now on.",
        pk,
        pk,
    )


@require_POST
def not_same_person(request: HttpRequest, pk: int, merge_id: int) -> HttpResponse:
    """Take it back; every name goes where it came from."""
    staff, row = require(request.user, "answer"), get_object_or_404(CustomerMerge, pk=merge_id)
    return _try(
        request, lambda: undo_merge(staff=staff, merge=row, now=timezone.now()), "They are two again.", pk, pk
    )


def _try(request: HttpRequest, deed: Callable[[], object], said: str, there: int, here: int) -> HttpResponse:
    try:
        deed()
    except (CannotChange, CannotMerge, ValidationError) as error:
        return _failed(request, str(error), here)
    messages.success(request, said)
    return redirect("conversation", there)


def _failed(request: HttpRequest, why: str, pk: int) -> HttpResponse:
    messages.error(request, why)
    return redirect("conversation", pk)
