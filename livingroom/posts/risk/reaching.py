"""Do the pages that links lead to answer? Asked in the background, never while somebody writes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.db.models import Q

from livingroom.networks.errors import Invalid
from livingroom.networks.guard import shared_guard
from livingroom.posts.models import Placement
from livingroom.posts.risk.models import LinkCheck

AGAIN_AFTER = timedelta(hours=6)
AHEAD = timedelta(days=1)
AT_ONCE = 20
PATIENCE = 10.0
HOPS = 5


def problem_of(url: str, now: datetime) -> str:
    """What was found when a page was last looked at, in words; empty when it was well or nobody looked yet."""
    row = LinkCheck.objects.filter(url=url[:1500]).exclude(problem="").first()
    if row is None or row.checked_at is None:
        return ""
    hours = int((now - row.checked_at).total_seconds() // 3600)
    ago = "just now" if not hours else f"{hours} h ago"
    return f"The page it leads to does not answer well ({row.problem}, {ago})."


def urls_to_check(now: datetime) -> list[str]:
    """The pages of what goes out within a day, and whether it is long since somebody looked."""
    rows = Placement.objects.filter(
        state__in=(Placement.State.SCHEDULED, Placement.State.WAITING),
        due_at__gt=now,
        due_at__lte=now + AHEAD,
    )
    pairs = rows.values_list("post__destination", "post__offer__destination").distinct()[:1000]
    urls = {(own or offers or "")[:1500] for own, offers in pairs} - {""}
    fresh = LinkCheck.objects.filter(Q(checked_at__gt=now - AGAIN_AFTER), url__in=urls)
    return sorted(urls - set(fresh.values_list("url", flat=True)))[:AT_ONCE]


def check_urls(urls: Iterable[str], now: datetime) -> list[LinkCheck]:
    """Look at pages and keep what was found. The guard lets nothing into a private network."""
    transport = shared_guard(allow_private=settings.ALLOW_PRIVATE_NETWORKS)
    client = httpx.Client(transport=transport, timeout=PATIENCE, follow_redirects=True, max_redirects=HOPS)
    rows = []
    for url in urls:
        defaults = {"checked_at": now, "problem": _look(client, url)[:300]}
        rows.append(LinkCheck.objects.update_or_create(url=url[:1500], defaults=defaults)[0])
    return rows


def _look(client: httpx.Client, url: str) -> str:
    plain = url.replace("{lr}", "").replace("{code}", "")
    try:
        # A page that is shown, not its whole content: the body is not read.
        with client.stream("GET", plain, headers={"User-Agent": "Livingroom link check"}) as answer:
            return "" if answer.status_code < 400 else f"it says {answer.status_code}"
    except Invalid as error:
        return str(error)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"{type(error).__name__}: {error}"
