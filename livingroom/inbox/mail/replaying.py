"""Mails that could not be read: tried again, one or all of a mailbox over one line, or let go."""

import imaplib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import httpcore

from livingroom.inbox.mail.fetching import CannotRead, read_again
from livingroom.inbox.mail.models import Mailbox, UnreadMail
from livingroom.networks.errors import NetworkError
from livingroom.networks.vault import CannotDecrypt
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


@dataclass
class Replayed:
    """How many are read now, and for those that are not why, each reason once."""

    n_read: int = 0
    n_stuck: int = 0
    reasons: list[str] = field(default_factory=list)

    def add(self, reason: str, n: int = 1) -> None:
        """Count so many; no reason is no trouble."""
        if not reason:
            self.n_read += n
            return
        self.n_stuck += n
        if reason not in self.reasons:
            self.reasons.append(reason)


def read_mails_again(*, staff: Staff, mails: Iterable[UnreadMail], now: datetime) -> Replayed:
    """Try mails once more. What still cannot be read keeps its place, with its newest reason. Raises PermissionDenied."""
    require(staff, "answer")
    found, by_box = Replayed(), dict[Mailbox, list[UnreadMail]]()
    for mail in mails:
        by_box.setdefault(mail.mailbox, []).append(mail)
    for mailbox, rows in by_box.items():
        _read_box(mailbox, rows, found, now)
        record_event(
            actor=staff,
            verb="tried mails again",
            subject=mailbox,
            now=now,
            mails=len(rows),
            read=found.n_read,
        )
    return found


def _read_box(mailbox: Mailbox, rows: list[UnreadMail], found: Replayed, now: datetime) -> None:
    try:
        stuck = read_again(mailbox, rows, now)
    except (
        CannotRead, CannotDecrypt, NetworkError, httpcore.ConnectError, OSError, imaplib.IMAP4.error,
    ) as error:  # fmt: skip
        found.add(f"{mailbox} could not be opened: {error}", len(rows))
        return
    found.add("", len(rows) - len(stuck))
    for mail in stuck:
        found.add(mail.problem)


def let_mail_go(*, staff: Staff, mail: UnreadMail, now: datetime) -> None:
    """Look at it no more; it still lies in its mailbox. Raises PermissionDenied."""
    require(staff, "answer")
    record_event(
        actor=staff, verb="let a mail go", subject=mail.mailbox, now=now, uid=mail.uid, why=mail.problem
    )
    mail.delete()
