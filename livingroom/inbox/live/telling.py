"""Whoever changes a conversation says so here, in the same transaction; screens hear it."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from livingroom.inbox.live.models import Change

KEPT_FOR = timedelta(hours=1)


def tell(numbers: Iterable[int], now: datetime, *, new: Collection[int] = ()) -> None:
    """Tell the screens that these conversations changed."""
    Change.objects.bulk_create(
        Change(conversation_id=number, at=now, is_new=number in new) for number in sorted(set(numbers))
    )


def forget_old(now: datetime) -> None:
    Change.objects.filter(at__lt=now - KEPT_FOR).delete()
