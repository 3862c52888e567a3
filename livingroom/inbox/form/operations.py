"""A message by the web form: a mention like any other, under a number that the visitor can name."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.inbox.form.models import Knock
from livingroom.listening.models import Mention
from livingroom.listening.taking import Heard, take_in
from livingroom.shared.visitors import visitor_of_day

AN_HOUR, A_DAY = 5, 20


class TooMany(Exception):
    """This visitor has written enough for now."""


def write_to_us(
    *,
    name: str,
    mail: str,
    subject: str,
    text: str,
    branch: Branch | None,
    language: str,
    address: str,
    now: datetime,
) -> str:
    """Keep what a visitor wrote; returns its reference. Raises TooMany."""
    visitor = visitor_of_day(address, now, purpose="form")
    with transaction.atomic():
        _require_room(visitor, now)
        Knock.objects.create(visitor=visitor, at=now)
        reference = _new_reference(now)
        heard = Heard(
            network="form",
            key=reference,
            source="form",
            kind=Mention.Kind.MESSAGE,
            at=now,
            author_id=mail.strip().lower(),
            author_handle=mail.strip().lower(),
            author_name=name.strip(),
            is_public=False,
            title=subject.strip(),
            text=text.strip(),
            language=language,
            country=branch.country if branch else "",
            branch_id=branch.pk if branch else None,
        )
        taken = take_in([heard], now=now)
        if not taken.n_new and not taken.n_left_out:
            raise ValueError(f"What was written could not be kept: {taken.refused}")
    return reference


def _require_room(visitor: str, now: datetime) -> None:
    rows = Knock.objects.filter(visitor=visitor)
    if (
        rows.filter(at__gt=now - timedelta(hours=1)).count() >= AN_HOUR
        or rows.filter(at__gt=now - timedelta(days=1)).count() >= A_DAY
    ):
        raise TooMany


def _new_reference(now: datetime) -> str:
    """Short enough for the phone, without letters that look like figures: W-261122-K7QM4."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return f"W-{now:%y%m%d}-" + "".join(secrets.choice(letters) for _ in range(5))
