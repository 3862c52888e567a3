"""How often a stranger may ask for what costs us something. Counted in each web process, under a name that holds for a day."""

from datetime import datetime

from django.core.cache import cache
from django.http import HttpRequest

from livingroom.shared.visitors import visitor_address, visitor_of_day


def is_too_often(request: HttpRequest, what: str, *, most: int, seconds: int, now: datetime) -> bool:
    """Count this time, and say whether it is one too many within a window of so many seconds."""
    visitor = visitor_of_day(visitor_address(request), now, purpose=f"ideas {what}")
    key = f"ideas:{visitor}:{int(now.timestamp()) // seconds}"
    cache.add(key, 0, timeout=2 * seconds)
    try:
        return cache.incr(key) > most
    except ValueError:  # thrown out by others meanwhile
        return False
