"""Who hears of a conversation: its owner, who wrote in it, who was named, who asked to. One click ends it."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse

from livingroom.inbox.company.models import Follow
from livingroom.inbox.models import Conversation
from livingroom.people.models import Staff

SALT = "livingroom.inbox.stop-telling"


class NotOurs(ValueError):
    """This link was not made by us."""


def follow(*, staff: Staff, conversation: Conversation, now: datetime, by_choice: bool = False) -> Follow:
    """Let somebody hear of it. Who muted it stays in peace, unless they choose so themselves."""
    row, _ = Follow.objects.get_or_create(conversation=conversation, staff=staff, defaults={"since": now})
    if by_choice and row.is_muted:
        row.is_muted = False
        row.save(update_fields=["is_muted"])
    return row


def stop_following(*, staff: Staff, conversation: Conversation, now: datetime) -> None:
    """Nothing of it any more, whoever names them."""
    Follow.objects.update_or_create(
        conversation=conversation,
        staff=staff,
        defaults={"is_muted": True},
        create_defaults={"is_muted": True, "since": now},
    )


def follows(staff: Staff, conversation: Conversation) -> bool:
    return Follow.objects.filter(staff=staff, conversation=conversation, is_muted=False).exists()


def followers(conversation: Conversation) -> QuerySet[Staff]:
    """Those who hear of it: who follows and its owner, without those who muted it."""
    muted = Follow.objects.filter(conversation=conversation, is_muted=True).values("staff")
    theirs = Follow.objects.filter(conversation=conversation, is_muted=False).values("staff")
    people = Staff.objects.filter(is_active=True, pk__in=theirs)
    if conversation.owner_id is not None:
        people = people | Staff.objects.filter(is_active=True, pk=conversation.owner_id)
    return people.exclude(pk__in=muted)


def stop_link(staff: Staff, conversation: Conversation) -> str:
    """An address that stops the mails of one conversation for one person, without signing in."""
    token = signing.dumps([staff.pk, conversation.pk], salt=SALT)
    return settings.PUBLIC_URL + reverse("stop_telling", args=[token])


def stop_by_link(token: str, now: datetime, *, read_only: bool = False) -> tuple[Staff, Conversation]:
    """Do what the link says. Raises NotOurs."""
    try:
        staff_id, conversation_id = signing.loads(token, salt=SALT)
        staff = Staff.objects.get(pk=staff_id)
        conversation = Conversation.objects.get(pk=conversation_id)
    except (signing.BadSignature, ValueError, TypeError, Staff.DoesNotExist, Conversation.DoesNotExist):
        raise NotOurs("This link is not one of ours, or a piece of it is missing.") from None
    if not read_only:
        stop_following(staff=staff, conversation=conversation, now=now)
    return staff, conversation
