"""Read mailboxes by IMAP, with the standard library. Nothing is changed there: not even that it was seen."""

import imaplib
import logging
import re
import ssl
from collections.abc import Sequence
from datetime import datetime

import httpcore
from django.conf import settings
from django.db import DatabaseError

from livingroom.inbox.mail.models import Mailbox, UnreadMail
from livingroom.inbox.mail.reading import Unreadable, read_letter
from livingroom.inbox.mail.taking import take_letter
from livingroom.networks.errors import NetworkError
from livingroom.networks.guard import judge
from livingroom.networks.vault import CannotDecrypt, unseal

log = logging.getLogger("livingroom.inbox")
SECONDS = 20
AT_ONCE = 100
LARGEST = 30 * 1024 * 1024
NUMBERED_ANEW = (
    "The mailbox has numbered its mails anew, and this one was read under its new number: let it go."
)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class CannotRead(Exception):
    """The mailbox as a whole; the words say why."""


def fetch_mail(mailbox: Mailbox, now: datetime) -> int:
    """Read what is new; returns how many mails were read. What is wrong with the mailbox is written on it."""
    try:
        n = _fetch(mailbox, now)
        problem = ""
    except (
        CannotRead,
        CannotDecrypt,
        NetworkError,
        httpcore.ConnectError,
        OSError,
        imaplib.IMAP4.error,
    ) as error:
        n, problem = 0, _said(error)
    Mailbox.objects.filter(pk=mailbox.pk).update(read_at=now, problem=problem[:300])
    mailbox.read_at, mailbox.problem = now, problem[:300]
    return n


def open_mailbox(mailbox: Mailbox) -> imaplib.IMAP4:
    """Sign in. Raises CannotRead and what the library raises."""
    is_plain = mailbox.security == Mailbox.Security.NONE
    # An address that somebody typed leads to the public internet only; plain words stay on this machine.
    judge(mailbox.host, mailbox.port, allow_private=settings.ALLOW_PRIVATE_NETWORKS or is_plain)
    if is_plain and mailbox.host not in ("127.0.0.1", "localhost", "::1"):
        raise CannotRead("Without TLS a mailbox is read on this very machine only.")
    if mailbox.security == Mailbox.Security.TLS:
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, ssl_context=ssl.create_default_context(), timeout=SECONDS
        )
    else:
        server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=SECONDS)
        if mailbox.security == Mailbox.Security.STARTTLS:
            server.starttls(ssl.create_default_context())
    server.login(mailbox.user, unseal(mailbox.password_encrypted).get("password", ""))
    return server


def _fetch(mailbox: Mailbox, now: datetime) -> int:
    server = open_mailbox(mailbox)
    try:
        validity = _opened(server, mailbox)
        if validity != mailbox.uid_validity:
            # The server counts anew: what we know already is told apart by its Message-ID.
            mailbox.uid_validity, mailbox.last_uid = validity, 0
        uids = _new_uids(server, mailbox)
        for uid in uids[:AT_ONCE]:
            _take(server, mailbox, uid, now)
            mailbox.last_uid = uid
            mailbox.save(update_fields=["last_uid", "uid_validity"])
        return len(uids[:AT_ONCE])
    finally:
        _sign_out(server)


def _opened(server: imaplib.IMAP4, mailbox: Mailbox) -> int:
    """Open the folder; returns what its numbers hold for."""
    folder = '"' + mailbox.folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    status, _ = server.select(folder, readonly=True)
    if status != "OK":
        raise CannotRead(f"There is no folder {mailbox.folder}.")
    return int((server.response("UIDVALIDITY")[1] or [b"0"])[0] or 0)


def _new_uids(server: imaplib.IMAP4, mailbox: Mailbox) -> list[int]:
    status, found = server.uid("SEARCH", "UID", f"{mailbox.last_uid + 1}:*")
    if status != "OK":
        raise CannotRead("The server does not say what is new.")
    # `n:*` always has the last mail, even when it is an old one (RFC 3501, 6.4.8).
    return sorted(uid for uid in map(int, (found[0] or b"").split()) if uid > mailbox.last_uid)


def _take(server: imaplib.IMAP4, mailbox: Mailbox, uid: int, now: datetime) -> None:
    """One mail; what cannot be read is set apart with its reason, and the rest goes on."""
    try:
        take_letter(mailbox, read_letter(_content(server, uid), now=now), now)
    except (Unreadable, DatabaseError, ValueError, LookupError, TypeError, AttributeError) as error:
        log.warning("A mail in %s cannot be read: %s", mailbox, error)
        problem = _said(error)[:300]
        UnreadMail.objects.update_or_create(
            mailbox=mailbox,
            uid_validity=mailbox.uid_validity,
            uid=uid,
            defaults={"problem": problem},
            create_defaults={"at": now, "problem": problem},
        )
    else:
        UnreadMail.objects.filter(mailbox=mailbox, uid_validity=mailbox.uid_validity, uid=uid).delete()


def _content(server: imaplib.IMAP4, uid: int) -> bytes:
    _, sizes = server.uid("FETCH", str(uid), "(RFC822.SIZE)")
    told = _SIZE.search(sizes[0] if sizes and isinstance(sizes[0], bytes) else b"")
    if told and int(told[1]) > LARGEST:
        raise Unreadable("It is larger than 30 MB.")
    _, parts = server.uid("FETCH", str(uid), "(BODY.PEEK[])")
    for part in parts:
        if isinstance(part, tuple) and isinstance(part[1], bytes):
            return part[1]
    raise Unreadable("The server does not give it.")


def read_again(mailbox: Mailbox, mails: Sequence[UnreadMail], now: datetime) -> list[UnreadMail]:
    """Try mails of one mailbox that could not be read once more; returns those that still cannot, with their reasons.

    Raises CannotRead and what `open_mailbox` raises.
    """
    server = open_mailbox(mailbox)
    try:
        validity = _opened(server, mailbox)
        for mail in mails:
            if mail.uid_validity == validity:
                _take(server, mailbox, mail.uid, now)
            else:
                # Its number now means another mail. All were told anew, this one too.
                UnreadMail.objects.filter(pk=mail.pk).update(problem=NUMBERED_ANEW)
    finally:
        _sign_out(server)
    return list(UnreadMail.objects.filter(pk__in=[mail.pk for mail in mails]))


def _sign_out(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (OSError, imaplib.IMAP4.error):
        log.debug("The mail server did not say good-bye")


def _said(error: Exception) -> str:
    text = str(error).strip().removeprefix("b'").removesuffix("'")
    return text or type(error).__name__
