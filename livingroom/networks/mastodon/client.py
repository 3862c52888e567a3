"""Speak Mastodon's REST API as one account. Plain Python, no Django. https://docs.joinmastodon.org/api/"""

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
    Unavailable,
)
from livingroom.networks.transport import Answer, Transport

Body = dict[str, Any]
PROCESSING = 206  # a picture that the server still works on
N_LOOKS = 10


def explain(answer: Answer) -> NetworkError | None:
    """Read the reason out of an error; None leaves it to the status."""
    if answer.status != 422:
        return None
    try:
        said = str(answer.json().get("error") or "the server refuses this")
    except SpecDrift:
        return None
    return Invalid(f"Mastodon: {said}", "text" if "ext" in said else "")


class MastodonClient:
    def __init__(self, transport: Transport, credentials: CredentialStore, server_url: str) -> None:
        transport.explain = explain
        self._transport = transport
        self._credentials = credentials
        self._server_url = server_url

    def one(self, path: str, scope: str, **params: Any) -> Body:
        """Read an object."""
        return self._read(path, scope, params).json()

    def many(self, path: str, scope: str, **params: Any) -> list[Body]:
        """Read a list."""
        return self._read(path, scope, params).rows()

    def page(self, path: str, scope: str, **params: Any) -> tuple[list[Body], Mapping[str, str]]:
        """Read a list whose next page stands in the headers."""
        answer = self._read(path, scope, params)
        return answer.rows(), answer.headers

    def write(
        self,
        method: str,
        path: str,
        scope: str,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Body:
        """Change something. Raises OutcomeUnknown when the answer is lost or cannot be read."""
        url, extra = self._server_url + path, dict(headers or {})
        # A DELETE with a body is refused by some gateways.
        content: Body = {} if body is None else {"json": body}
        answer = self._signed(
            scope, lambda auth: self._transport.write(method, url, headers=auth | extra, **content)
        )
        try:
            return answer.json()
        except SpecDrift as error:
            raise OutcomeUnknown(error.text) from None

    def upload(self, content: bytes, media_type: str, alt: str) -> str:
        """Store a picture and wait until it is ready; what no post names is swept away, so a lost answer is harmless."""
        file = {"file": ("picture." + media_type.partition("/")[2], content, media_type)}
        form = {"description": alt} if alt else {}
        url = f"{self._server_url}/api/v2/media"
        try:
            answer = self._signed(
                "write:media",
                lambda auth: self._transport.write("POST", url, files=file, data=form, headers=auth),
            )
            number = str(answer.json()["id"])
        except OutcomeUnknown as error:
            raise Unavailable(error.text) from None
        except KeyError:
            raise SpecDrift("Mastodon stored the picture without saying where.") from None
        if answer.status == 202:
            self._wait_for(number)
        return number

    def _wait_for(self, number: str) -> None:
        for look in range(N_LOOKS):
            if self._read(f"/api/v1/media/{number}", "write:media", {}).status != PROCESSING:
                return
            self._transport.rest(0.5 * (look + 1))
        raise Unavailable("The server still works on the picture; nothing was posted.")

    def _read(self, path: str, scope: str, params: Mapping[str, Any]) -> Answer:
        url = self._server_url + path
        return self._signed(
            scope, lambda auth: self._transport.read("GET", url, params=dict(params), headers=auth)
        )

    def _signed(self, scope: str, send: Callable[[dict[str, str]], Answer]) -> Answer:
        try:
            return send(self._headers())
        except AuthExpired as error:
            # Mastodon's tokens do not end by themselves: this one was taken back, and only a person can give another.
            self._credentials.refused(error.text)
            raise
        except Forbidden as error:
            # "This action is outside the authorized scopes" does not say which one: what we wanted to do does.
            error.scope = error.scope or scope
            raise

    def _headers(self) -> dict[str, str]:
        secrets = self._credentials.load()
        self._transport.redactor.hide(*(value for name, value in secrets.items() if name != "scope"))
        token = secrets.get("access_token", "")
        if not token:
            raise AuthExpired("The connection has no token; connect the account again.")
        return {"Authorization": f"Bearer {token}"}
