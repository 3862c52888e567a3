"""A mail that was read becomes a mention, so that it is understood like all the rest; its files are kept, or only named."""

import hashlib
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from livingroom.inbox.live.telling import tell
from livingroom.inbox.mail.models import Attachment, Mailbox, PassedMail
from livingroom.inbox.mail.reading import File, Letter
from livingroom.inbox.models import Message, Step
from livingroom.listening.models import Mention
from livingroom.listening.taking import Heard, take_in

MOST_FILES = 20
MOST_BYTES = 10 * 1024 * 1024
# Kept and given back as downloads only, never shown in the page: what else came is named.
KEPT = {
    "image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf", "text/plain", "text/csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def take_letter(mailbox: Mailbox, letter: Letter, now: datetime) -> str:
    """Keep a mail; returns what became of it: taken, bounce, automatic, own. Twice is once."""
    why = _why_passed(letter)
    with transaction.atomic():
        if why:
            _pass(mailbox, letter, why, now)
            return why
        take_in([_heard(mailbox, letter)], now=now)
        mention = Mention.objects.filter(network="mail", key=letter.message_id[:300]).first()
        if mention is not None and letter.files and not mention.attachments.exists():
            for file in letter.files[:MOST_FILES]:
                _keep_file(mention, file)
    return "taken"


def _why_passed(letter: Letter) -> str:
    ours = set(Mailbox.objects.values_list("address", flat=True)) | {
        parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    }
    if letter.automatic:
        return letter.automatic
    # Two mailboxes that answer each other would never stop.
    return PassedMail.Why.OWN.value if letter.address in {one.lower() for one in ours} else ""


def _heard(mailbox: Mailbox, letter: Letter) -> Heard:
    return Heard(
        network="mail",
        key=letter.message_id,
        source="mail",
        kind=Mention.Kind.MESSAGE,
        at=letter.at,
        author_id=letter.address,
        author_handle=letter.address,
        author_name=letter.name,
        is_public=False,
        title=letter.subject,
        text=letter.text or letter.subject,
        subject_id=letter.answers,
        under_id=letter.root,
        branch_id=mailbox.branch_id,
    )


def _pass(mailbox: Mailbox, letter: Letter, why: str, now: datetime) -> None:
    _, is_new = PassedMail.objects.get_or_create(
        mailbox=mailbox,
        message_id=letter.message_id[:300],
        defaults={
            "why": why,
            "about": letter.about[:300],
            "sender": letter.address,
            "subject": letter.subject[:200],
            "at": letter.at,
        },
    )
    if is_new and why == PassedMail.Why.BOUNCE and letter.about:
        _note_bounce(letter, now)


def _note_bounce(letter: Letter, now: datetime) -> None:
    """Say on the answer that it came back: nobody read it."""
    sent = Message.objects.filter(remote_id=letter.about[:300], direction=Message.Direction.OUT).first()
    if sent is None:
        return
    Message.objects.filter(pk=sent.pk).update(problem=f"It came back: {letter.subject}"[:300])
    Step.objects.create(
        conversation_id=sent.conversation_id,
        at=now,
        by_rule="mail",
        verb="the answer came back",
        change={"message": sent.pk, "said": letter.subject[:200]},
    )
    tell([sent.conversation_id], now)


def _keep_file(mention: Mention, file: File) -> None:
    why_not = ""
    if file.kind not in KEPT:
        why_not = f"not kept: {file.kind}"[:100]
    elif len(file.content) > MOST_BYTES:
        why_not = "not kept: larger than 10 MB"
    digest = "" if why_not else hashlib.sha256(file.content).hexdigest()
    if digest and not default_storage.exists(path_of(digest)):
        default_storage.save(path_of(digest), ContentFile(file.content))
    Attachment.objects.create(
        mention=mention,
        name=file.name,
        kind=file.kind[:100],
        size=len(file.content),
        digest=digest,
        why_not=why_not,
    )


def path_of(digest: str) -> str:
    """Where a file lies in the storage: under its digest, without a name or an ending of the sender's choice."""
    return f"mail/{digest[:2]}/{digest}"
