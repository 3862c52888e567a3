"""Speak Discourse's API. Plain Python, no Django. https://docs.discourse.org

Two kinds of keys: an admin makes an API key for one user (headers Api-Key, Api-Username); or the user allows one by
themselves (User-Api-Key). A key that is not known is answered with 403, not 401.
"""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from livingroom.networks.credentials import CredentialStore
from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Invalid,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.interface import Image
from livingroom.networks.transport import Answer, Transport

Body = dict[str, Any]
_TOPIC = re.compile(r"/t/(?:[^/]+/)?(\d+)(?:[/?.]|$)")


class ElsewhereTopic(SpecDrift):
    """A redirect to a topic, which is how Discourse answers a search by our own key."""

    def __init__(self, topic_id: int) -> None:
        super().__init__("Discourse sent us on to a topic where none was expected.")
        self.topic_id = topic_id


class DiscourseClient:
    def __init__(self, transport: Transport, credentials: CredentialStore, server_url: str) -> None:
        transport.explain = self._explain
        self._transport = transport
        self._credentials = credentials
        self._server_url = server_url

    def read(self, path: str, params: Mapping[str, Any] | None = None) -> Body:
        return self._signed(
            lambda headers: self._transport.read(
                "GET", self._server_url + path, params=dict(params or {}), headers=headers
            )
        ).json()

    def write(self, method: str, path: str, body: Body | None, *, scope: str) -> Body:
        """Change something; `scope` is the right of the key that it needs. Raises OutcomeUnknown."""
        answer = self._signed(
            lambda headers: self._transport.write(
                method, self._server_url + path, json=body, headers=headers
            ),
            scope,
        )
        try:
            return answer.json()
        except SpecDrift as error:
            raise OutcomeUnknown(error.text) from None

    def upload(self, image: Image) -> str:
        """Store a picture, and return its Markdown; what no post names is swept away, so a lost answer is harmless."""
        name = f"picture.{image.media_type.rpartition('/')[2].replace('jpeg', 'jpg')}"
        try:
            answer = self._signed(
                lambda headers: self._transport.write(
                    "POST",
                    f"{self._server_url}/uploads.json",
                    data={"type": "composer", "synchronous": "true"},
                    files={"file": (name, image.content, image.media_type)},
                    headers=headers,
                ),
                "uploads:create",
            )
        except OutcomeUnknown as error:
            raise Unavailable(error.text) from None
        stored = answer.json()
        address = stored.get("short_url") or stored.get("url")
        if not address:
            raise SpecDrift("Discourse stored the picture without saying where.")
        words = re.sub(r"[\[\]|\n]", " ", image.alt).strip()
        size = (
            f"|{stored['width']}x{stored['height']}" if stored.get("width") and stored.get("height") else ""
        )
        return f"![{words}{size}]({address})"

    def _signed(self, send: Callable[[dict[str, str]], Answer], scope: str = "") -> Answer:
        try:
            return send(self._headers())
        except AuthExpired as error:
            self._credentials.refused(error.text)
            raise
        except Forbidden as error:
            error.scope = error.scope or scope or "read"
            raise

    def _headers(self) -> dict[str, str]:
        secrets = self._credentials.load()
        self._transport.redactor.hide(
            *(secrets.get(name, "") for name in ("api_key", "user_api_key", "webhook_secret"))
        )
        if secrets.get("user_api_key"):
            return {
                "User-Api-Key": secrets["user_api_key"],
                "User-Api-Client-Id": secrets.get("client_id", ""),
            }
        if secrets.get("api_key"):
            return {"Api-Key": secrets["api_key"], "Api-Username": secrets["username"]}
        raise AuthExpired("The connection has no key; connect the account again.")

    def _explain(self, answer: Answer) -> NetworkError | None:
        """Read the reason out of Discourse's errors; None leaves it to the status."""
        if 300 <= answer.status < 400:
            found = _TOPIC.search(answer.headers.get("location", ""))
            return ElsewhereTopic(int(found[1])) if found else None
        if answer.status not in (403, 422, 429):
            return None
        try:
            body = answer.json()
        except SpecDrift:
            return None
        text = "Discourse: " + " ".join(str(each) for each in body.get("errors") or ["no reason told"])
        if answer.status == 403:
            # The same type for both; only the words tell a key that is not known from a right that is missing.
            is_unknown_key = "api" in text.lower() and "key" in text.lower()
            return AuthExpired(text) if is_unknown_key else Forbidden(text)
        if answer.status == 422:
            return Invalid(text, _field_of(text))
        seconds = (body.get("extras") or {}).get("wait_seconds")
        if isinstance(seconds, int | float) and "retry-after" not in answer.headers:
            return RateLimited(text, self._transport.now() + timedelta(seconds=seconds))
        return None


def _field_of(text: str) -> str:
    lowered = text.lower()
    if "external" in lowered:
        return "external_id"
    return "title" if "title" in lowered else "text"
