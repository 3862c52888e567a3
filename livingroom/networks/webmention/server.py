"""The way to our own mentions: an httpx transport whose one end is in this process, as in the sandbox; what is asked of any
other host goes out through the guard.

    GET  /mentions?site=&kinds=&after=&limit=    those that changed behind a number, in that order
    GET  /counts?targets=                        how many of each kind stand under our pages (one target a line)
    POST /mentions/<id>/hide
"""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.db.models import Q

from livingroom.networks.guard import shared_guard
from livingroom.networks.webmention.models import ReceivedMention
from livingroom.networks.webmention.operations import put_out_of_sight

HOST = "mentions.livingroom"
Row = dict[str, Any]


class MentionsTransport(httpx.BaseTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host != HOST:
            return shared_guard(allow_private=settings.ALLOW_PRIVATE_NETWORKS).handle_request(request)
        return _answer(request, datetime.now(UTC))


def _answer(request: httpx.Request, now: datetime) -> httpx.Response:
    path, query = request.url.path, dict(request.url.params)
    hidden = re.fullmatch(r"/mentions/(\d+)/hide", path)
    if request.method == "POST" and hidden:
        return _hide(int(hidden.group(1)), now)
    if path == "/mentions":
        return httpx.Response(200, json=_list(query))
    if path == "/counts":
        return httpx.Response(200, json={"counts": _counts(json.loads(request.read() or b"[]"))})
    return httpx.Response(404, json={"message": f"There is no {path} here."})


def _list(query: dict[str, str]) -> Row:
    """Mentions of the site that stand, or stood once and stand no more."""
    limit, kinds = int(query.get("limit", "50")), query.get("kinds", "").split(",")
    changed = ReceivedMention.objects.filter(change__gt=int(query.get("after") or 0), kind__in=kinds)
    rows = list(changed.filter(_under(query.get("site", ""))).order_by("change", "pk")[: limit + 1])
    return {"mentions": [_shown(row) for row in rows[:limit]], "more": len(rows) > limit}


def _under(site: str) -> Q:
    """Targets on the site, whichever way their address goes on behind its own."""
    parts = urlsplit(site)
    found = Q(pk=None)
    for scheme in ("https", "http"):
        base = f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        found |= Q(target__iexact=base)
        for sign in "/?#":
            found |= Q(target__istartswith=f"{base}{sign}")
    return found


def _shown(row: ReceivedMention) -> Row:
    stands = row.state == ReceivedMention.State.VERIFIED and row.hidden_at is None
    return {
        "id": row.pk,
        "change": row.change,
        "kind": row.kind if stands else "gone",
        "source": row.source,
        "target": row.target,
        "protocol": row.protocol,
        "author": {
            "name": row.author_name or row.source_host,
            "url": row.author_url,
            "host": row.source_host,
        },
        "text": (row.text or row.title) if stands else "",
        "at": (row.said_at or row.received_at).isoformat(),
    }


def _counts(targets: list[str]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {target: Counter() for target in targets}
    for target, kind in (
        ReceivedMention.objects.standing().filter(target__in=targets).values_list("target", "kind")
    ):
        found[target][kind] += 1
    return {target: dict(counted) for target, counted in found.items()}


def _hide(number: int, now: datetime) -> httpx.Response:
    mention = ReceivedMention.objects.filter(pk=number).first()
    if mention is None:
        return httpx.Response(404, json={"message": "There is no such mention (any more)."})
    put_out_of_sight(mention, now)
    return httpx.Response(200, json={})
