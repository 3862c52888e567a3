"""Who follows an account, in the server's pages. https://docs.joinmastodon.org/methods/accounts/#followers"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from livingroom.networks.errors import Invalid, SpecDrift
from livingroom.networks.interface import Followers
from livingroom.networks.mastodon.client import MastodonClient

PAGE_SIZE = 80
_NEXT = re.compile(r'<([^>]+)>\s*;[^,]*\brel="?next"?')


def read_followers(client: MastodonClient, account_id: str, cursor: str) -> Followers:
    """One page. The place of the next stands in the Link header alone: it is a number of the list, not of a person."""
    if cursor and not re.fullmatch(r"[\w-]{1,64}", cursor):
        raise Invalid("This place in the list of followers is not known.", "cursor")
    path = f"/api/v1/accounts/{account_id}/followers"
    params = {"limit": PAGE_SIZE} | ({"max_id": cursor} if cursor else {})
    rows, headers = client.page(path, "read:accounts", **params)
    return Followers(tuple(_name(row) for row in rows), _following(headers) if rows else "")


def _name(row: Mapping[str, Any]) -> str:
    """A person's number differs from server to server; the address of the profile is the same everywhere."""
    address = str(row.get("url") or row.get("uri") or "")
    if not address:
        raise SpecDrift("A follower on Mastodon has no address.")
    return address.lower()


def _following(headers: Mapping[str, str]) -> str:
    """The number alone is taken: where to ask is not the server's choice."""
    found = _NEXT.search(headers.get("link", ""))
    return parse_qs(urlsplit(found[1]).query).get("max_id", [""])[0] if found else ""
