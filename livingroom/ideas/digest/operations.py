"""The verbs of the digest: made once for each period, mailed once to each reader."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from livingroom.ideas.digest.content import content_of
from livingroom.ideas.digest.pdf import file_name, to_pdf
from livingroom.ideas.digest.periods import last_period
from livingroom.ideas.digest.saying import view
from livingroom.ideas.duty.lateness import is_quiet
from livingroom.ideas.models import Board, Digest, DigestMail, DigestReader
from livingroom.people.models import Staff
from livingroom.people.policy import may, require
from livingroom.shared.events import record_event

# What could not be mailed for so long is no news; it stays on its page.
TOO_OLD = timedelta(days=7)


class NotOver(ValueError):
    """The period has not ended, or ends before it begins."""


def make_digest(board: Board, begins_on: date, ends_on: date, now: datetime) -> Digest:
    """Freeze what is to be told of a period; the one that is there already when it was made before. Raises NotOver."""
    if not begins_on < ends_on <= now.date():
        raise NotOver("A digest tells of days that are over: choose a last day before today.")
    found = Digest.objects.filter(board=board, begins_on=begins_on, ends_on=ends_on).first()
    if found is not None:
        return found
    content = content_of(board, begins_on, ends_on, now)
    try:
        with transaction.atomic():
            digest = Digest.objects.create(
                board=board, begins_on=begins_on, ends_on=ends_on, made_at=now, content=content
            )
            record_event(actor="the digest", verb="made digest", subject=digest, now=now, board=board.slug)
    except IntegrityError:  # another worker was quicker
        return Digest.objects.get(board=board, begins_on=begins_on, ends_on=ends_on)
    return digest


def make_due(now: datetime) -> list[Digest]:
    """Make the digest of the last period of every board that wants one; a board nobody uses for a year gets none."""
    made = []
    for board in Board.objects.filter(closed_at=None).exclude(digest_every=""):
        begins_on, ends_on = last_period(board.digest_every, now)
        is_new = board.made_at.date() >= ends_on
        if is_new or is_quiet(board, now) or board.digests.filter(ends_on__gte=ends_on).exists():
            continue
        made.append(make_digest(board, begins_on, ends_on, now))
    return made


def mail_what_waits(now: datetime) -> int:
    """Mail digests that were not sent yet, each once to each of its readers. Returns how many mails went out."""
    waiting = Digest.objects.filter(sent_at=None, made_at__gt=now - TOO_OLD)
    return sum(mail_digest(digest, now) for digest in waiting.select_related("board"))


def mail_digest(digest: Digest, now: datetime) -> int:
    """Mail one to all readers who have not got it. Who crashes in between mails once too few, not twice."""
    readers = DigestReader.objects.filter(board=digest.board, staff__is_active=True).select_related("staff")
    pdf, n = b"", 0
    for reader in readers:
        mail, is_new = DigestMail.objects.get_or_create(
            digest=digest, staff=reader.staff, defaults={"begun_at": now}
        )
        if not is_new:
            continue
        pdf = pdf or to_pdf(digest)
        try:
            letter(digest, reader.staff, pdf).send()
        except OSError:  # smtplib's are of this kind, too: no server took it, another time
            mail.delete()
            return n
        DigestMail.objects.filter(pk=mail.pk).update(sent_at=now)
        n += 1
    Digest.objects.filter(pk=digest.pk, sent_at=None).update(sent_at=now)
    return n


def set_readers(*, staff: Staff, board: Board, readers: list[Staff], now: datetime) -> None:
    """Say who gets the digest from now on. Raises PermissionDenied."""
    require(staff, "arrange_ideas")
    chosen = {reader.pk: reader for reader in readers if may(reader, "look")}
    before = set(DigestReader.objects.filter(board=board).values_list("staff", flat=True))
    with transaction.atomic():
        DigestReader.objects.filter(board=board).exclude(staff__in=chosen).delete()
        DigestReader.objects.bulk_create(
            [DigestReader(board=board, staff=chosen[number]) for number in set(chosen) - before],
            ignore_conflicts=True,
        )
        record_event(
            actor=staff, verb="set readers of digest", subject=board, now=now,
            before=sorted(before), after=sorted(chosen),
        )  # fmt: skip


def letter(digest: Digest, staff: Staff, pdf: bytes) -> EmailMessage:
    """The digest as text, and the same as PDF."""
    said = view(digest)
    url = settings.PUBLIC_URL + reverse("desk_digest", args=[digest.pk])
    body = render_to_string("ideas/digest/letter.txt", {**said, "person": staff, "url": url})
    mail = EmailMessage(
        subject=said["title"][:150], body=body, to=[staff.email], headers={"Auto-Submitted": "auto-generated"}
    )
    mail.attach(file_name(digest), pdf, "application/pdf")
    return mail
