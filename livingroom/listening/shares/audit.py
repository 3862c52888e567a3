"""The monthly audit: 200 random mentions that a person labels. Counting machines' guesses alone is off by ten points."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from random import Random

from django.db import transaction

from livingroom.listening.models import Audit, Mention
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

SIZE = 200
Label = Audit.Label
KEYS = {"1": Label.NEGATIVE, "2": Label.OTHER, "3": Label.UNCLEAR}


def first_of_month(on: date) -> date:
    return on.replace(day=1)


def following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def draw(month: date, *, size: int = SIZE) -> int:
    """Fill the month's sample up. Returns how many were added.

    Every mention has a number of its own for the month (a hash), and the sample are those with the smallest: so the sample is
    random, the same whoever draws it and whenever, and a mention that is heard late can still come into it, while what was
    labelled stays.
    """
    month = first_of_month(month)
    known = set(Audit.objects.filter(month=month).values_list("mention_id", flat=True))
    ranked = sorted((_rank(month, key), pk, share) for pk, key, share in _candidates(month))[:size]
    new = [(rank, pk, share) for rank, pk, share in ranked if pk not in known]
    # An unread one that others have pushed out goes; a read one stays, because it was as random when it was drawn.
    unread = Audit.objects.filter(month=month, label=Label.OPEN).exclude(
        mention_id__in=[pk for _, pk, _ in ranked]
    )
    with transaction.atomic():
        unread.delete()
        Audit.objects.bulk_create(
            [Audit(month=month, place=rank, mention_id=pk, negative_share=share) for rank, pk, share in new],
            ignore_conflicts=True,
        )
    return len(new)


def _candidates(month: date) -> Sequence[tuple[int, str, float]]:
    rows = Mention.objects.standing().filter(
        at__gte=datetime(month.year, month.month, 1, tzinfo=UTC),
        at__lt=datetime.combine(following(month), datetime.min.time(), UTC),
        understood_at__isnull=False,
        negative_share__isnull=False,
        is_public=True,
    )
    return [
        (pk, f"{network}:{key}", float(share or 0))
        for pk, network, key, share in rows.values_list("pk", "network", "key", "negative_share").iterator(
            chunk_size=5000
        )
    ]


def _rank(month: date, key: str) -> int:
    digest = hashlib.blake2b(f"{month:%Y-%m}/{key}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) >> 1


def label(*, staff: Staff, audit: Audit, value: str, now: datetime) -> None:
    """Write down what a person took it for; saying it again changes it. Raises ValueError, PermissionDenied."""
    require(staff, "write")
    if value not in Label.values:
        raise ValueError(f"{value!r} is none of {', '.join(filter(None, Label.values))}.")
    before = audit.label
    audit.label = value
    audit.labelled_by, audit.labelled_at = (staff, now) if value else (None, None)
    audit.save(update_fields=["label", "labelled_by", "labelled_at"])
    record_event(
        actor=staff, verb="audited", subject=f"mention {audit.mention_id}", now=now, was=before, label=value
    )


def next_unread(month: date, *, seed: int = 0, language: str = "") -> Audit | None:
    """The next to label. Two people with different seeds read from different places, so they seldom meet on one."""
    rows = Audit.objects.filter(month=first_of_month(month), label=Label.OPEN).select_related("mention")
    if language:
        rows = rows.filter(mention__language=language)
    waiting = list(rows.order_by("place")[:20])
    return Random(seed).choice(waiting) if waiting else None
