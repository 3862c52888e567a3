"""Speak the sandbox's small API. Plain Python, no Django: only the transport below it knows where the server is."""

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

Body = dict[str, Any]
SERVER = "http://sandbox.livingroom"


class CursorLost(Invalid):
    """The network does not know any more where we stood."""


def explain(answer: Answer) -> NetworkError | None:
    """The sandbox names the field, the right or the reason in `error`."""
    if answer.status not in (400, 403, 422):
        return None
    body = answer.json()
    name, text = str(body.get("error", "")), str(body.get("message", ""))
    if name == "cursor_unknown":
        return CursorLost(text, name)
    return Forbidden(text, name) if answer.status == 403 else Invalid(text, name)


def open_account(transport: Transport, handle: str, name: str) -> Body:
    transport.explain = explain
    return transport.write("POST", f"{SERVER}/accounts", json={"handle": handle, "name": name}).json()


class SandboxClient:
    def __init__(self, transport: Transport, credentials: CredentialStore) -> None:
        transport.explain = explain
        self._transport = transport
        self._credentials = credentials

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Body:
        return self._signed(
            lambda headers: self._transport.read(
                "GET", SERVER + path, params=dict(params or {}), headers=headers
            )
        ).json()

    def write(self, method: str, path: str, body: Body | None = None) -> Body:
        answer = self._signed(
            lambda headers: self._transport.write(method, SERVER + path, json=body or {}, headers=headers)
        )
        try:
            return answer.json()
        except SpecDrift as error:
            raise OutcomeUnknown(error.text) from None

    def _signed(self, send: Callable[[dict[str, str]], Answer]) -> Answer:
        try:
            return send(self._headers())
        except AuthExpired as error:
            self._credentials.refused(error.text)
            raise

    def _headers(self) -> dict[str, str]:
        token = self._credentials.load().get("token", "")
        if not token:
            raise AuthExpired("The connection has no token; connect the account again.")
        self._transport.redactor.hide(token)
        return {"Authorization": f"Bearer {token}"}
