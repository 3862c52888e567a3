"""What Meta sends by itself, checked and read. Pure; Facebook and Instagram share the signature.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started. Deliveries may come twice, late and out of order, and
several pages of one app share them: each connection takes its own.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

from livingroom.networks.errors import Forbidden, Invalid, SpecDrift
from livingroom.networks.facebook import posts
from livingroom.networks.interface import Event

Body = dict[str, Any]
HEADER = "x-hub-signature-256"


def answer_challenge(params: Mapping[str, str], verify_token: str) -> str:
    """What to answer when Meta asks whether this address is ours. Raises Forbidden when somebody else asks."""
    given = params.get("hub.verify_token", "")
    if not verify_token or params.get("hub.mode") != "subscribe":
        raise Forbidden("This is not Meta asking whether the address is ours.", "webhook")
    if not hmac.compare_digest(given.encode(), verify_token.encode()):
        raise Forbidden("The verify token is not the one that we gave to Meta.", "webhook")
    return params.get("hub.challenge", "")


def verify_token_of(app_secret: str) -> str:
    """The word to type into Meta's form, made from the app's secret so that nothing more need be kept."""
    return hmac.new(app_secret.encode(), b"livingroom webhook", hashlib.sha256).hexdigest()[:32]


def signed_body(headers: Mapping[str, str], body: bytes, app_secret: str) -> Body:
    """The delivery, after its signature was found right. Raises Forbidden, Invalid."""
    given = {name.lower(): value for name, value in headers.items()}.get(HEADER, "")
    wanted = "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    if not app_secret or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Forbidden("The signature is not Meta's.", "webhook")
    try:
        told = json.loads(body)
    except ValueError:
        raise Invalid("The delivery is not JSON.") from None
    if not isinstance(told, dict):
        raise SpecDrift("The delivery is not an object.")
    return told


def changes_for(told: Mapping[str, Any], account_id: str) -> Iterator[tuple[str, Body]]:
    """Field and value of each change on this account."""
    for entry in told.get("entry") or []:
        if str(entry.get("id")) != account_id:
            continue
        for change in entry.get("changes") or []:
            if isinstance(change.get("value"), dict):
                yield str(change.get("field", "")), change["value"]


def page_events(told: Mapping[str, Any], page_id: str) -> list[Event]:
    """Comments on our posts and mentions of the page, by others. What was taken back brings nothing."""
    found = []
    for field, value in changes_for(told, page_id):
        author = str((value.get("from") or {}).get("id", ""))
        if author == page_id or value.get("verb") not in ("add", "edit", "edited"):
            continue
        if field == "feed" and value.get("item") == "comment":
            found.append(_comment(value))
        elif field == "mention" and value.get("item") in ("post", "status", "photo"):
            found.append(posts.mention_event({**value, "id": value.get("post_id")}))
    return found


def _comment(value: Body) -> Event:
    """The parent of a first answer is the post itself, which polling leaves out."""
    post_id, parent = str(value.get("post_id", "")), str(value.get("parent_id", ""))
    is_first = parent in ("", post_id)
    row = {**value, "id": value.get("comment_id"), "parent": None if is_first else {"id": parent}}
    return posts.comment_event(row, post_id)
