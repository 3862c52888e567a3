"""Speak X's API, version 2. Plain Python, no Django."""

from collections.abc import Callable, Mapping
from typing import Any

from livingroom.networks.credentials import CredentialStore
from livingroom.networks.errors import AuthExpired, Forbidden, OutcomeUnknown, SpecDrift, Unavailable
from livingroom.networks.interface import Image
from livingroom.networks.transport import Answer, Transport
from livingroom.networks.x.problems import explain
from livingroom.networks.x.signin import renew_tokens

Body = dict[str, Any]
SERVER = "https://api.x.com"


class XClient:
    def __init__(self, transport: Transport, credentials: CredentialStore) -> None:
        transport.explain = explain
        self._transport = transport
        self._credentials = credentials

    def read(self, path: str, params: Mapping[str, Any] | None = None, *, scope: str = "tweet.read") -> Body:
        query = {name: value for name, value in (params or {}).items() if value not in ("", None)}
        return self._signed(
            lambda headers: self._transport.read("GET", SERVER + path, params=query, headers=headers), scope
        ).json()

    def write(self, method: str, path: str, body: Body | None = None, *, scope: str) -> Body:
        """Change something. `scope` is the right it needs. Raises OutcomeUnknown when the answer cannot be read."""
        answer = self._signed(
            lambda headers: self._transport.write(method, SERVER + path, json=body, headers=headers), scope
        )
        try:
            return answer.json()
        except SpecDrift as error:
            raise OutcomeUnknown(error.text) from None

    def upload(self, image: Image) -> str:
        """Store a picture with its description; what no post names expires, so a lost answer is harmless."""
        try:
            answer = self._signed(
                lambda headers: self._transport.write(
                    "POST",
                    f"{SERVER}/2/media/upload",
                    files={"media": ("picture", image.content, image.media_type)},
                    data={
                        "media_category": "tweet_gif" if image.media_type == "image/gif" else "tweet_image"
                    },
                    headers=headers,
                ),
                "media.write",
            )
            media_id = _media_id(answer.json())
            if image.alt:
                described = {"id": media_id, "metadata": {"alt_text": {"text": image.alt}}}
                self.write("POST", "/2/media/metadata", described, scope="media.write")
        except OutcomeUnknown as error:
            raise Unavailable(error.text) from None
        return media_id

    def refresh(self) -> None:
        self._renew(self._load())

    def scopes(self) -> frozenset[str] | None:
        """The rights we were given; None where X did not say."""
        return frozenset(self._load().get("scope", "").split()) or None

    def _signed(self, send: Callable[[dict[str, str]], Answer], scope: str) -> Answer:
        secrets = self._load()
        try:
            try:
                return send(_headers(secrets))
            except AuthExpired:
                # Refused at the door, so nothing was done: once more with a fresh token.
                return send(_headers(self._renew(secrets)))
        except AuthExpired as error:
            self._credentials.refused(error.text)
            raise
        except Forbidden as error:
            error.scope = error.scope or scope
            raise

    def _renew(self, stale: Mapping[str, str]) -> Mapping[str, str]:
        return self._credentials.renew(stale, lambda secrets: renew_tokens(self._transport, secrets))

    def _load(self) -> Mapping[str, str]:
        secrets = self._credentials.load()
        self._transport.redactor.hide(
            *(secrets.get(name, "") for name in ("access_token", "refresh_token", "client_secret"))
        )
        return secrets


def _headers(secrets: Mapping[str, str]) -> dict[str, str]:
    if not secrets.get("access_token"):
        raise AuthExpired("The connection has no token; connect the account again.")
    return {"Authorization": f"Bearer {secrets['access_token']}"}


def _media_id(body: Body) -> str:
    data = body.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        raise SpecDrift("X stored the picture without saying where.")
    return str(data["id"])
