"""A job that only one process may do at a time. A holder that died loses it by time."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from livingroom.shared.models import Lease


def take_lease(name: str, holder: str, *, now: datetime, length: timedelta) -> bool:
    """Take the job, or keep it, until `now` + `length`; False while another holds it."""
    until = now + length
    # One statement decides, so that of two who come at once one finds the other's row.
    if Lease.objects.filter(Q(holder=holder) | Q(until__lte=now), name=name).update(
        holder=holder, until=until
    ):
        return True
    try:
        with transaction.atomic():
            Lease.objects.create(name=name, holder=holder, until=until)
    except IntegrityError:
        return False
    return True


def give_back(name: str, holder: str) -> None:
    """End it, if it is still ours."""
    Lease.objects.filter(name=name, holder=holder).delete()


@contextmanager
def leased(name: str, *, now: datetime, length: timedelta) -> Iterator[bool]:
    """Say whether the job is ours until `now` + `length`; give it back at the end.

    Each use is a holder of its own: a second thread of the same process is another.
    """
    holder = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
    is_ours = take_lease(name, holder, now=now, length=length)
    try:
        yield is_ours
    finally:
        if is_ours:
            give_back(name, holder)
