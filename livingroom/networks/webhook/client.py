"""Hand posts to a place: over its own address, or laid out at home for the place to fetch. Plain Python, no Django.

Both ways end at the counter, the part of Livingroom that keeps what a place was handed and what it told us; only the transport
below knows where that is.

A place with an address answers four questions, each signed with its secret:

    POST  {"type": "post.published", "data": {…}}    200 {"id", "url"}; the same key again is the same post
    POST  {"type": "post.deleted", "data": {"id"}}   200, or 404 when it is gone already
    GET   ?key=…                                     200 {"id", "url", "in_reply_to"}, or 404 when there is no such post
    GET                                              200 {"name"}
"""

import json
import secrets as random_words
from collections.abc import Callable, Mapping
from typing import Any

from livingroom.networks.credentials import CredentialStore
from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Invalid,
    NetworkError,
    OutcomeUnknown,
    SpecDrift,
)
from livingroom.networks.transport import Answer, Transport
from livingroom.networks.webhook.signing import headers_for

Body = dict[str, Any]
COUNTER = "http://counter.livingroom"


def explain(answer: Answer) -> NetworkError | None:
    """A place names its reason in `message`, and the field or right in `field`; None leaves it to the status."""
    if answer.status not in (400, 403, 422):
        return None
    try:
        body = answer.json()
    except SpecDrift:
        body = {}
    text, field = (
        str(body.get("message") or f"The place answered {answer.status}."),
        str(body.get("field") or ""),
    )
    return Forbidden(text, field or "publish") if answer.status == 403 else Invalid(text, field or "text")


class PlaceClient:
    def __init__(
        self, transport: Transport, credentials: CredentialStore, address: str, account_id: str
    ) -> None:
        transport.explain = explain
        self._transport = transport
        self._credentials = credentials
        self._address = address
        self._counter = f"{COUNTER}/{account_id}"

    # The place itself

    def ask(self, params: Mapping[str, str]) -> Body:
        headers = self._headers(b"")
        return self._noticed(
            lambda: self._transport.read("GET", self._address, params=dict(params), headers=headers)
        ).json()

    def tell(self, kind: str, data: Body, delivery_id: str) -> Body:
        """Deliver something, once. Raises OutcomeUnknown when the answer is lost or cannot be read."""
        content = json.dumps({"type": kind, "data": data}, ensure_ascii=False).encode()
        headers = {**self._headers(content, delivery_id), "Content-Type": "application/json"}
        answer = self._noticed(
            lambda: self._transport.write("POST", self._address, content=content, headers=headers)
        )
        try:
            return answer.json()
        except SpecDrift as error:
            raise OutcomeUnknown(error.text) from None

    def _headers(self, content: bytes, delivery_id: str = "") -> dict[str, str]:
        secrets = self.secrets()
        return headers_for(secrets, delivery_id or random_words.token_hex(16), content, self._transport.now())

    def secrets(self) -> list[str]:
        """The present secret, and for a while the former one."""
        kept = self._credentials.load()
        found = [kept.get("secret", "")]
        if kept.get("previous_secret") and kept.get("previous_until", "") > self._transport.now().isoformat():
            found.append(kept["previous_secret"])
        self._transport.redactor.hide(*found)
        return found

    def _noticed(self, send: Callable[[], Answer]) -> Answer:
        try:
            return send()
        except AuthExpired as error:
            self._credentials.refused(error.text)
            raise

    # The counter at home

    def look(self, path: str, params: Mapping[str, str] | None = None) -> Body:
        return self._transport.read("GET", self._counter + path, params=dict(params or {})).json()

    def put(self, path: str, body: Body) -> Body:
        return self._transport.write("POST", self._counter + path, json=body).json()
