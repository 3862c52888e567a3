"""The verbs of phrases. Whatever a changed phrase says elsewhere is checked, and approved anew where a branch wants that."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from livingroom.branches.models import Branch
from livingroom.people.models import Staff
from livingroom.posts.approval.operations import follow_all
from livingroom.posts.models import Placement, Post
from livingroom.posts.operations import require_ready
from livingroom.posts.phrases.filling import unknown_names, what_stands_for
from livingroom.posts.phrases.models import Phrase
from livingroom.posts.phrases.places import covers, require_keep
from livingroom.posts.phrases.variables import MADE_LATER, VARIABLES
from livingroom.shared.events import record_event

State = Placement.State


class NotAPhrase(ValueError):
    """It says nothing, or holds a name that no variable has."""


def save_phrase(*, staff: Staff, phrase: Phrase, now: datetime) -> Phrase:
    """Write a new or changed phrase.

    Raises PermissionDenied, NotAPhrase, and NotReady when a promised placement that says it could not be sent any more.
    """
    _require_words(phrase)
    old = Phrase.objects.filter(pk=phrase.pk).first() if phrase.pk else None
    require_keep(staff, phrase.places)
    if old is not None:
        require_keep(staff, old.places)
    else:
        phrase.made_by, phrase.made_at = staff, now
    phrase.changed_at = now
    with transaction.atomic():
        phrase.save()
        _tell([phrase, *([old] if old else [])], staff, now)
        record_event(
            actor=staff,
            verb="changed phrase" if old else "wrote phrase",
            subject=phrase,
            now=now,
            name=phrase.name,
            texts=phrase.texts,
        )
    return phrase


def archive_phrase(*, staff: Staff, phrase: Phrase, now: datetime) -> None:
    """Offer a phrase no more; posts that name it still say it, and it signs nothing by itself. Raises PermissionDenied."""
    _set_archived(staff, phrase, now, verb="archived phrase", archived_at=now)


def restore_phrase(*, staff: Staff, phrase: Phrase, now: datetime) -> None:
    """Offer a phrase again. Raises PermissionDenied, NotReady."""
    _set_archived(staff, phrase, now, verb="restored phrase", archived_at=None)


def _require_words(phrase: Phrase) -> None:
    if not any(text.strip() for _, text in phrase.texts):
        raise NotAPhrase("Write it in at least one language.")
    for _, text in phrase.texts:
        if wrong := unknown_names(text):
            raise NotAPhrase(what_stands_for(wrong[0], [*MADE_LATER, *VARIABLES]))


def _set_archived(
    staff: Staff, phrase: Phrase, now: datetime, *, verb: str, archived_at: datetime | None
) -> None:
    require_keep(staff, phrase.places)
    phrase.archived_at = archived_at
    with transaction.atomic():
        phrase.save(update_fields=["archived_at"])
        _tell([phrase], staff, now)
        record_event(actor=staff, verb=verb, subject=phrase, now=now, name=phrase.name)


def saying(phrase: Phrase) -> QuerySet[Placement]:
    """The placements that name a phrase in their words; for a signature also those that are signed on its branches."""
    named = (
        Q(text_override__contains=phrase.mark)
        | Q(text_override="", post__text__contains=phrase.mark)
        | Q(post__first_comment__contains=phrase.mark)
    )
    if phrase.kind == Phrase.Kind.SIGNATURE:
        signing = Post.Signing
        kinds = (signing.USUAL, signing.SIGNED) if phrase.is_always else (signing.SIGNED,)
        named |= Q(post__signing__in=kinds, branch__in=_branches_of(phrase))
    return Placement.objects.filter(named)


def _branches_of(phrase: Phrase) -> list[int]:
    return [row.pk for row in Branch.objects.open() if covers(phrase.places, row)]


def _tell(phrases: Iterable[Phrase], staff: Staff, now: datetime) -> None:
    """What is promised and says it, or said it, must still be fit to be sent, and approved in its new words."""
    told: dict[int, Placement] = {}
    for phrase in phrases:
        if phrase.kind == Phrase.Kind.TEMPLATE:
            continue  # its words were copied when a post began
        rows = saying(phrase).filter(state__in=Placement.EDITABLE, n_parts_sent=0)
        known = rows.exclude(versions=None).distinct()
        told |= {row.pk: row for row in known.select_related("post__offer", "branch__connection", "link")}
    found = [told[pk] for pk in sorted(told)]
    require_ready([row for row in found if row.state in (State.SCHEDULED, State.WAITING)], {}, now)
    follow_all(found, staff=staff, now=now)
