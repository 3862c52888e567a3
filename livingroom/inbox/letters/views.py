"""Dead letters: why, and once more."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from livingroom.inbox.answering.operations import drop_answer, send_again
from livingroom.inbox.letters.queries import DeadLetter, dead_letters
from livingroom.inbox.mail.models import UnreadMail
from livingroom.inbox.mail.replaying import Replayed, let_mail_go, read_mails_again
from livingroom.inbox.models import Message
from livingroom.listening.models import Mention, Poison
from livingroom.listening.poison import let_go, replay, understand_again
from livingroom.people.models import Staff
from livingroom.people.policy import may, require

AT_ONCE = 200
MOST_REASONS = 3


@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    staff = require(request.user, "look")
    found = dead_letters()
    context = {
        "letters": found,
        "kinds": [(kind, words, n) for kind, words in ALL_OF.items() if (n := _count(found, kind)) > 1],
        "may_publish": may(staff, "publish"),
        "may_answer": may(staff, "answer"),
    }
    return render(request, "inbox/letters/list.html", context)


@require_POST
def letter_replay(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Try it once more; the reason is shown where it breaks again."""
    staff, now, reason = require(request.user, "answer"), timezone.now(), ""
    if kind == "answer":
        send_again(staff=staff, message=get_object_or_404(Message, pk=pk), now=now)
    elif kind == "mention":
        understand_again(staff=staff, mention=get_object_or_404(Mention, pk=pk), now=now)
    elif kind == "poison":
        reason = replay(staff=staff, poison=get_object_or_404(Poison, pk=pk), now=now)
    elif kind == "mail":
        mail = get_object_or_404(UnreadMail.objects.select_related("mailbox"), pk=pk)
        reason = " ".join(read_mails_again(staff=staff, mails=[mail], now=now).reasons)
    else:
        raise Http404(f"There is no {kind} to try again.")
    if reason:
        messages.error(request, reason)
    else:
        messages.success(request, "It is tried again.")
    return redirect("letters")


@require_POST
def letter_drop(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Look at it no more."""
    staff, now = require(request.user, "answer"), timezone.now()
    if kind == "answer":
        drop_answer(staff=staff, message=get_object_or_404(Message, pk=pk), now=now)
    elif kind == "poison":
        let_go(staff=staff, poison=get_object_or_404(Poison, pk=pk), now=now)
    elif kind == "mail":
        let_mail_go(staff=staff, mail=get_object_or_404(UnreadMail, pk=pk), now=now)
    else:
        raise Http404(f"A {kind} cannot be let go here.")
    return redirect("letters")


@require_POST
def letters_replay(request: HttpRequest, kind: str) -> HttpResponse:
    """Try all of one kind once more: after a repair of ours, or of the mailbox."""
    staff, now = require(request.user, "answer"), timezone.now()
    if kind not in REPLAYS:
        raise Http404(f"There is no {kind} to try again.")
    found = REPLAYS[kind](staff, now)
    for reason in found.reasons[:MOST_REASONS]:
        messages.error(request, reason)
    messages.success(
        request, f"{found.n_read:,} tried again without trouble, {found.n_stuck:,} are still stuck."
    )
    return redirect("letters")


def _mails_again(staff: Staff, now: datetime) -> Replayed:
    mails = list(UnreadMail.objects.select_related("mailbox").order_by("at")[:AT_ONCE])
    return read_mails_again(staff=staff, mails=mails, now=now)


def _poison_again(staff: Staff, now: datetime) -> Replayed:
    found = Replayed()
    for row in Poison.objects.open().order_by("at")[:AT_ONCE]:
        found.add(replay(staff=staff, poison=row, now=now))
    return found


def _mentions_again(staff: Staff, now: datetime) -> Replayed:
    found = Replayed()
    for row in Mention.objects.exclude(poison="").order_by("heard_at")[:AT_ONCE]:
        understand_again(staff=staff, mention=row, now=now)
        found.add("")
    return found


# Answers are not among them: each is sent again by somebody who looked at it.
ALL_OF = {"mail": "mails", "poison": "that were not kept", "mention": "that were not understood"}
REPLAYS: dict[str, Callable[[Staff, datetime], Replayed]] = {
    "mail": _mails_again,
    "poison": _poison_again,
    "mention": _mentions_again,
}


def _count(letters: list[DeadLetter], kind: str) -> int:
    return sum(letter.kind == kind for letter in letters)
