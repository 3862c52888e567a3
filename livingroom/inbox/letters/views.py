"""Dead letters: why, and once more."""

import imaplib
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from livingroom.inbox.answering.operations import drop_answer, send_again
from livingroom.inbox.letters.queries import dead_letters
from livingroom.inbox.mail.fetching import CannotRead, read_again
from livingroom.inbox.mail.models import UnreadMail
from livingroom.inbox.models import Message
from livingroom.listening.models import Mention, Poison
from livingroom.listening.poison import let_go, replay, understand_again
from livingroom.networks.errors import NetworkError
from livingroom.people.policy import may, require


@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    staff = require(request.user, "look")
    context = {
        "letters": dead_letters(),
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
        reason = _read_again(mail, now)
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
    else:
        raise Http404(f"A {kind} cannot be let go here.")
    return redirect("letters")


def _read_again(mail: UnreadMail, now: datetime) -> str:
    """Why it still cannot be read: the mail, or its mailbox."""
    try:
        return "" if read_again(mail, now) else "It still cannot be read."
    except (CannotRead, NetworkError, OSError, imaplib.IMAP4.error) as error:
        return f"{mail.mailbox} could not be opened: {error}"
