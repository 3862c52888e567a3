"""Speak XRPC with a personal data server, and keep the session. Plain Python, no Django.

Sessions: createSession is limited to 30 in 5 minutes, so one is made at connecting and then only refreshed; the app
password is the way back when the refresh token has died. https://docs.bsky.app/docs/advanced-guides/rate-limits
"""

from collections.abc import Callable, Mapping
from typing import Any

from livingroom.networks.credentials import CredentialStore
from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Gone,
    Invalid,
    NetworkError,
    OutcomeUnknown,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.transport import Answer, Transport

Body = dict[str, Any]

# XRPC puts its reason into `error`, most of them with the status 400. (reason -> what it means to us)
EXPIRED = {
    "ExpiredToken",
    "AuthMissing",
    "AuthenticationRequired",
    "AccountTakedown",
    "AccountDeactivated",
    "InvalidToken",
}
MISSING = {"RecordNotFound", "NotFound", "RepoNotFound", "AccountNotFound"}
TAKEN = "InvalidSwap"
REFUSED_SCOPE = {"ScopeMissingError", "InsufficientScope", "AuthFactorTokenRequired"}


class Occupied(Invalid):
    """There is a record under this key already: we were here before."""


def explain(answer: Answer) -> NetworkError | None:
    """Read the reason out of an XRPC error; None leaves it to the status."""
    if answer.status >= 500 or answer.status == 429:
        return None
    try:
        body = answer.json()
    except SpecDrift:
        return None
    reason, text = str(body.get("error", "")), str(body.get("message") or body.get("error") or "")
    if reason in REFUSED_SCOPE or (reason == "InvalidToken" and "scope" in text):
        return Forbidden(f"Bluesky: {text}", reason)
    if reason in EXPIRED:
        return AuthExpired(f"Bluesky: {text}")
    if reason == TAKEN:
        return Occupied(f"Bluesky: {text}")
    if reason in MISSING:
        return Gone(f"Bluesky: {text}")
    return None


def create_session(
    transport: Transport, server_url: str, identifier: str, app_password: str
) -> dict[str, str]:
    """Sign in with an app password; the answer is what the credential store keeps. Raises AuthExpired."""
    transport.redactor.hide(app_password)
    body = _session_call(
        lambda: transport.write(
            "POST",
            f"{server_url}/xrpc/com.atproto.server.createSession",
            json={"identifier": identifier, "password": app_password},
        )
    )
    return {**_session(body), "identifier": identifier, "app_password": app_password}


def refresh_session(transport: Transport, server_url: str, secrets: Mapping[str, str]) -> dict[str, str]:
    """Trade the refresh token for new ones; with a dead one, sign in again. Raises AuthExpired."""
    transport.redactor.hide(*secrets.values())
    try:
        body = _session_call(
            lambda: transport.write(
                "POST",
                f"{server_url}/xrpc/com.atproto.server.refreshSession",
                headers={"Authorization": f"Bearer {secrets['refresh_jwt']}"},
            )
        )
    except (AuthExpired, Forbidden):
        return create_session(transport, server_url, secrets["identifier"], secrets["app_password"])
    return {**secrets, **_session(body)}


def _session_call(call: Callable[[], Answer]) -> Body:
    try:
        return call().json()
    except OutcomeUnknown as error:
        # A session that we did not hear of harms nobody: asking again is safe.
        raise Unavailable(error.text) from None


def _session(body: Body) -> dict[str, str]:
    try:
        return {
            "access_jwt": str(body["accessJwt"]),
            "refresh_jwt": str(body["refreshJwt"]),
            "did": str(body["did"]),
        }
    except KeyError as error:
        raise SpecDrift(f"Bluesky's session has no {error}.") from None


class BlueskyClient:
    def __init__(self, transport: Transport, credentials: CredentialStore, server_url: str) -> None:
        transport.explain = explain
        self._transport = transport
        self._credentials = credentials
        self._server_url = server_url

    def query(self, method: str, params: Mapping[str, Any]) -> Body:
        """Read."""
        url = self._url(method)
        return self._signed(
            lambda headers: self._transport.read("GET", url, params=dict(params), headers=headers)
        ).json()

    def procedure(self, method: str, body: Body) -> Body:
        """Write. Raises OutcomeUnknown when the answer is lost or cannot be read."""
        url = self._url(method)
        answer = self._signed(lambda headers: self._transport.write("POST", url, json=body, headers=headers))
        try:
            return answer.json()
        except SpecDrift as error:
            raise OutcomeUnknown(error.text) from None

    def upload(self, content: bytes, media_type: str) -> Body:
        """Store a picture; what no record names is swept away by the server, so a lost answer is harmless."""
        url = self._url("com.atproto.repo.uploadBlob")
        try:
            answer = self._signed(
                lambda headers: self._transport.write(
                    "POST", url, content=content, headers={**headers, "Content-Type": media_type}
                )
            )
        except OutcomeUnknown as error:
            raise Unavailable(error.text) from None
        blob = answer.json().get("blob")
        if not isinstance(blob, dict):
            raise SpecDrift("Bluesky stored the picture without saying where.")
        return blob

    def refresh(self) -> None:
        self._renew(self._credentials.load())

    def _signed(self, send: Callable[[dict[str, str]], Answer]) -> Answer:
        secrets = self._credentials.load()
        self._transport.redactor.hide(*secrets.values())
        try:
            return send(_headers(secrets))
        except AuthExpired:
            # Refused at the door, so nothing was done: once more with a fresh session.
            return self._again(send, secrets)

    def _again(self, send: Callable[[dict[str, str]], Answer], stale: Mapping[str, str]) -> Answer:
        try:
            return send(_headers(self._renew(stale)))
        except AuthExpired as error:
            self._credentials.refused(error.text)
            raise

    def _renew(self, stale: Mapping[str, str]) -> Mapping[str, str]:
        return self._credentials.renew(
            stale, lambda secrets: refresh_session(self._transport, self._server_url, secrets)
        )

    def _url(self, method: str) -> str:
        return f"{self._server_url}/xrpc/{method}"


def _headers(secrets: Mapping[str, str]) -> dict[str, str]:
    try:
        return {"Authorization": f"Bearer {secrets['access_jwt']}"}
    except KeyError:
        raise Invalid("The connection has no session; connect the account again.", "app_password") from None
