"""The verbs of moderation: report, rule, ban, appeal. Whatever is decided has a reason and can be looked at again."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from livingroom.inbox.live.telling import tell
from livingroom.inbox.models import Author, Message
from livingroom.inbox.moderation.models import Ban, Report, Ruling
from livingroom.inbox.threads import author_of
from livingroom.listening.models import Correction, Mention
from livingroom.listening.understanding.corrections import correct
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import raise_alarm, record_event, resolve_alarm

Verdict, Reason, Appeal = Ruling.Verdict, Ruling.Reason, Ruling.Appeal
ALARM = "appeal"


class CannotRule(ValueError):
    """The text says why."""


@dataclass(frozen=True)
class Decision:
    """What somebody decided, and why. `note` is read by the author who appeals."""

    verdict: str
    reason: str
    note: str = ""


def report(*, staff: Staff, message: Message, why: str, now: datetime) -> Report:
    """Ask that somebody looks at a message. Raises CannotRule, PermissionDenied."""
    require(staff, "answer", message.conversation.branch)
    if message.direction != Message.Direction.IN or message.mention_id is None:
        raise CannotRule("Only what came from outside can be reported.")
    if not why.strip():
        raise CannotRule("Say what is wrong with it.")
    with transaction.atomic():
        row, _ = Report.objects.get_or_create(
            message=message, settled_at=None, defaults={"why": why.strip()[:300], "at": now, "staff": staff}
        )
        record_event(actor=staff, verb="reported", subject=message, now=now, why=row.why)
    return row


def decide(*, staff: Staff, mention: Mention, decision: Decision, now: datetime) -> Ruling:
    """Let it stand, hide it, or hide it and ban its author. Raises CannotRule, PermissionDenied."""
    require(staff, "moderate", mention.branch)
    _require_reason(decision)
    with transaction.atomic():
        author = _author(mention)
        ruling = Ruling.objects.create(
            mention=mention,
            author=author,
            network=mention.network,
            verdict=decision.verdict,
            reason=decision.reason,
            note=decision.note.strip()[:300],
            at=now,
            staff=staff,
        )
        if decision.verdict == Verdict.FINE:
            _let_stand(staff, mention, now)
        else:
            _hide(staff, mention, ruling, now)
        if decision.verdict == Verdict.BAN:
            ban(staff=staff, author=author, reason=ruling.get_reason_display(), now=now)
        Report.objects.filter(message__mention=mention, settled_at=None).update(settled_at=now)
        record_event(
            actor=staff, verb=f"ruled: {ruling.verdict}", subject=mention, now=now, reason=ruling.reason
        )
        tell(Message.objects.filter(mention=mention).values_list("conversation_id", flat=True), now)
    return ruling


def ban(*, staff: Staff, author: Author | None, reason: str, now: datetime) -> Ban:
    """Neither hear nor answer an author. Raises CannotRule, PermissionDenied."""
    require(staff, "moderate")
    if author is None:
        raise CannotRule("We do not know who said it, so nobody can be banned.")
    facts = {"reason": reason[:300], "begun_at": now, "begun_by": staff}
    row, is_new = Ban.objects.get_or_create(author=author, ended_at=None, defaults=facts)
    if is_new:
        record_event(actor=staff, verb="banned", subject=author, now=now, reason=reason)
    return row


def end_ban(*, staff: Staff, row: Ban, now: datetime) -> None:
    """They may speak again. Raises PermissionDenied."""
    require(staff, "moderate")
    if Ban.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now):
        record_event(actor=staff, verb="took back the ban of", subject=row.author, now=now)


def appeal(*, ruling: Ruling, text: str, now: datetime) -> bool:
    """The author asks for another look, once. Raises CannotRule."""
    if not text.strip():
        raise CannotRule("Write why we should look again.")
    with transaction.atomic():
        fresh = Ruling.objects.filter(pk=ruling.pk, appeal=Appeal.NONE).exclude(verdict=Verdict.FINE)
        if not fresh.update(appeal=Appeal.ASKED, appealed_at=now, appeal_text=text.strip()[:4000]):
            return False
        record_event(actor="its author", verb="appealed against", subject=ruling, now=now)
        url = reverse("moderation") + "#appeals"
        said = "Somebody asks for another look at a decision."
        raise_alarm(kind=ALARM, subject=ruling, text=said, url=url, now=now)
    return True


def settle_appeal(*, staff: Staff, ruling: Ruling, is_turned: bool, now: datetime) -> None:
    """Look again, with other eyes than those that ruled. Raises CannotRule, PermissionDenied."""
    require(staff, "moderate", ruling.mention.branch if ruling.mention else None)
    if ruling.staff_id == staff.pk:
        raise CannotRule("You decided this yourself: somebody else looks again.")
    with transaction.atomic():
        asked = Ruling.objects.filter(pk=ruling.pk, appeal=Appeal.ASKED)
        outcome = Appeal.TURNED if is_turned else Appeal.KEPT
        if not asked.update(appeal=outcome, appeal_by=staff, appeal_settled_at=now):
            raise CannotRule("This was settled already.")
        if is_turned:
            for row in Ban.objects.standing().filter(author=ruling.author):
                end_ban(staff=staff, row=row, now=now)
            if ruling.mention is not None:
                _let_stand(staff, ruling.mention, now)
        resolve_alarm(kind=ALARM, subject=ruling, now=now)
        record_event(actor=staff, verb=f"appeal: {outcome.label.lower()}"[:60], subject=ruling, now=now)


def appeal_link(ruling: Ruling) -> str:
    """The address for the author; its long key opens this one decision."""
    return settings.PUBLIC_URL + reverse("appeal", args=[ruling.key])


def _let_stand(staff: Staff, mention: Mention, now: datetime) -> None:
    """It is good, is learnt from, and becomes the conversation that it would have been."""
    correct(staff=staff, mentions=[mention], kind=Correction.Kind.SPAM, value="good", now=now)


def _hide(staff: Staff, mention: Mention, ruling: Ruling, now: datetime) -> None:
    if ruling.reason == Reason.SPAM:
        correct(staff=staff, mentions=[mention], kind=Correction.Kind.SPAM, value="spam", now=now)
    else:  # what is no spam teaches the spam filter nothing
        Mention.objects.filter(pk=mention.pk).update(verdict=Mention.Verdict.HIDDEN)
    from livingroom.inbox.moderation.tasks import hide_there

    hide_there.enqueue(ruling.pk)


def _require_reason(decision: Decision) -> None:
    if decision.verdict not in Verdict.values or decision.reason not in Reason.values:
        raise CannotRule("Say what is to happen, and why.")
    if (decision.verdict == Verdict.FINE) != (decision.reason == Reason.FINE):
        raise CannotRule("What stays needs no fault, and what goes needs one.")


def _author(mention: Mention) -> Author | None:
    network, author_id = author_of(mention)
    if not author_id:
        return None
    facts = {"handle": mention.author_handle, "name": mention.author_name, "first_seen_at": mention.at}
    return Author.objects.get_or_create(network=network, author_id=author_id, defaults=facts)[0]
