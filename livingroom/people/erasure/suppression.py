"""Who was erased is not taken in again: known by keyed hashes of handles and order numbers, which name nobody."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from livingroom.people.erasure.models import Suppression

Pair = tuple[str, str]  # the kind of a handle, or "order", and its value
AT_ONCE = 500


def suppress(pairs: Iterable[Pair], until: datetime | None) -> int:
    """Take in nothing of these that happened up to `until`; with None, nothing ever. Returns how many are new."""
    n = 0
    for pair in sorted(set(pairs)):
        row, is_new = Suppression.objects.get_or_create(key=key_of(pair), defaults={"until": until})
        n += is_new
        if not is_new and row.until is not None and (until is None or until > row.until):
            row.until = until
            row.save(update_fields=["until"])
    return n


def suppressed(pairs: Iterable[Pair]) -> dict[Pair, datetime | None]:
    """Those of the pairs that belong to somebody who was erased, and until when they are left out."""
    by_key = {key_of(pair): pair for pair in pairs}
    keys, found = list(by_key), {}
    for start in range(0, len(keys), AT_ONCE):
        rows = Suppression.objects.filter(key__in=keys[start : start + AT_ONCE])
        found.update({by_key[key]: until for key, until in rows.values_list("key", "until")})
    return found


def is_left_out(found: Mapping[Pair, datetime | None], pair: Pair, at: datetime) -> bool:
    """Whether something of this pair that happened `at` is not to be taken in."""
    if pair not in found:
        return False
    until = found[pair]
    return until is None or at <= until


def any_erased() -> bool:
    """Most houses erased nobody yet: then nobody need be hashed."""
    return Suppression.objects.exists()


def key_of(pair: Pair) -> str:
    return hmac.new(_key(), f"{pair[0]} {pair[1]}".casefold().encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=1)
def _key() -> bytes:
    return hashlib.sha256(b"livingroom people who were erased " + settings.SECRET_KEY.encode()).digest()
