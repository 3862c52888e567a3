"""A job that only one process may do at a time."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from livingroom.shared.models import Lease


@contextmanager
def leased(name: str, *, now: datetime, length: timedelta) -> Iterator[bool]:
    """Say whether the job is ours until `now` + `length`; give it back at the end. A holder that died loses it by time."""
    holder = f"{socket.gethostname()}:{os.getpid()}"[:80]
    is_ours = _take(name, holder, now, length)
    try:
        yield is_ours
    finally:
        if is_ours:
            Lease.objects.filter(name=name, holder=holder).update(until=F("until") - length)


def _take(name: str, holder: str, now: datetime, length: timedelta) -> bool:
    until = now + length
    if Lease.objects.filter(name=name, until__lte=now).update(holder=holder, until=until):
        return True
    try:
        with transaction.atomic():
            Lease.objects.create(name=name, holder=holder, until=until)
    except IntegrityError:
        return False
    return True
