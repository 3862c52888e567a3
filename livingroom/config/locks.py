"""One at a time, across processes and machines that share a database."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock

from django.conf import settings
from django.db import connection


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Wait for the lock `name`, hold it, let it go."""
    if connection.vendor == "postgresql":
        with _advisory_lock(zlib.crc32(f"livingroom {name}".encode())):
            yield
    else:
        with open(settings.HOME / f"{name}.lock", "w") as file:
            flock(file, LOCK_EX)
            yield


@contextmanager
def _advisory_lock(number: int) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
