"""Who may have a single-use code: one for each click and for each browser, and nobody empties the pool by a script."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from livingroom.links.destinations import with_query
from livingroom.links.models import Code, Link
from livingroom.links.redirector.click_id import ALPHABET, LENGTH, milliseconds_of
from livingroom.shared.visitors import visitor_address

CLICK_ID = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
CLICK_IS_FRESH = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(minutes=5)
CODES_AN_HOUR_EACH = 10  # a household or an office shares an address
CODES_A_MINUTE_ON_A_LINK = 300


def fresh_click(click_id: str, now: datetime) -> str:
    """Return the click id when it can be one of ours from the last day, else the empty string."""
    if not CLICK_ID.fullmatch(click_id):
        return ""
    try:
        at = datetime.fromtimestamp(milliseconds_of(click_id) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return click_id if now - CLICK_IS_FRESH <= at <= now + CLOCKS_DIFFER else ""


def may_take_another(request: HttpRequest, link: Link, now: datetime) -> bool:
    """Count this visitor's codes of the hour and the link's of the minute; say whether there is room for one more."""
    taken = Code.objects.filter(link=link, issued_at__gt=now - timedelta(minutes=1)).count()
    if taken >= CODES_A_MINUTE_ON_A_LINK:
        return False
    key = f"reveal:{_address_digest(request)}:{now:%Y%m%d%H}"
    cache.add(key, 0, timeout=3600)
    return cache.incr(key) <= CODES_AN_HOUR_EACH


def shop_url(link: Link, code: Code) -> str:
    """Return where the visitor goes on to: the shop, with the code and the click in the address."""
    fields = {"code": code.text, "lr": code.issued_click}
    there = {key: value for key, value in fields.items() if f"{{{key}}}" not in link.onward}
    url = with_query(link.onward, there)
    for key, value in fields.items():
        url = url.replace(f"{{{key}}}", value)
    return url


def shop_url_without_code(link: Link, click_id: str) -> str:
    """Return the way to the shop for those who get no code: with the click, so that their orders count as well."""
    fields = {"lr": click_id} if click_id else {}
    there = {key: value for key, value in fields.items() if f"{{{key}}}" not in link.onward}
    url = with_query(link.onward, there) if there else link.onward
    return url.replace("{lr}", click_id).replace("{code}", "")


def _address_digest(request: HttpRequest) -> str:
    # Kept for an hour in this process' memory and nowhere else.
    return hashlib.blake2b(
        visitor_address(request).encode(), key=settings.SECRET_KEY.encode()[:64]
    ).hexdigest()[:24]
