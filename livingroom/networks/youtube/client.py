"""Speak YouTube's Data API, version 3. Plain Python, no Django. https://developers.google.com/youtube/v3/docs"""

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
    RateLimited,
    SpecDrift,
)
from livingroom.networks.rate import DEFAULT_REST
from livingroom.networks.transport import Answer, Transport
from livingroom.networks.youtube.budget import BUDGET, Budget, used_up
from livingroom.networks.youtube.signin import RIGHT, renew_token

Body = dict[str, Any]
SERVER = "https://youtube.googleapis.com/youtube/v3"
_MISSING = {"commentNotFound", "videoNotFound", "commentThreadNotFound", "channelNotFound", "notFound"}
_SPENT = {"quotaExceeded", "dailyLimitExceeded"}
_TOO_FAST = {"rateLimitExceeded", "userRateLimitExceeded"}


class YouTubeClient:
    def __init__(self, transport: Transport, credentials: CredentialStore, budget: Budget = BUDGET) -> None:
        transport.explain = self._explain
        self._transport = transport
        self._credentials = credentials
        self._budget = budget

    def read(self, path: str, params: Mapping[str, Any], *, deed: str = "read") -> Body:
        query = {name: value for name, value in params.items() if value not in ("", None)}
        return self._signed(
            lambda headers: self._transport.read("GET", f"{SERVER}/{path}", params=query, headers=headers),
            deed,
        ).json()

    def write(self, method: str, path: str, params: Mapping[str, Any], body: Body | None = None) -> Body:
        answer = self._signed(
            lambda headers: self._transport.write(
                method, f"{SERVER}/{path}", params=dict(params), json=body, headers=headers
            ),
            "write",
        )
        try:
            return answer.json()
        except SpecDrift as error:
            raise OutcomeUnknown(error.text) from None

    def refresh(self) -> None:
        self._renew(self._load())

    def scopes(self) -> frozenset[str] | None:
        """The rights we were given, by their short names; None where Google did not say."""
        return frozenset(name.rpartition("/")[2] for name in self._load().get("scope", "").split()) or None

    def _signed(self, send: Callable[[dict[str, str]], Answer], deed: str) -> Answer:
        secrets = self._load()
        self._budget.spend(secrets.get("client_id", ""), deed, self._transport.now())
        try:
            try:
                return send(_headers(secrets))
            except AuthExpired:
                # Refused at the door, so nothing was done: once more with a fresh token.
                return send(_headers(self._renew(secrets)))
        except AuthExpired as error:
            self._credentials.refused(error.text)
            raise

    def _renew(self, stale: Mapping[str, str]) -> Mapping[str, str]:
        return self._credentials.renew(stale, lambda secrets: renew_token(self._transport, secrets))

    def _load(self) -> Mapping[str, str]:
        secrets = self._credentials.load()
        self._transport.redactor.hide(
            *(secrets.get(name, "") for name in ("access_token", "refresh_token", "client_secret"))
        )
        return secrets

    def _explain(self, answer: Answer) -> NetworkError | None:
        """Google's reasons stand in `error.errors[0].reason`; None leaves it to the status."""
        reason, text = reason_of(answer)
        if reason in _SPENT:
            now = self._transport.now()
            self._budget.note_used_up(self._load().get("client_id", ""), now)
            return used_up(now)
        if reason in _TOO_FAST:
            return RateLimited(text, self._transport.now() + DEFAULT_REST)
        if reason in _MISSING:
            return Gone(text)
        if reason in ("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"):
            return Forbidden(text, RIGHT)
        if answer.status == 403:
            return Forbidden(text, reason or "comments")
        if answer.status == 400:
            return Invalid(text, "pageToken" if reason == "invalidPageToken" else "text")
        return None


def reason_of(answer: Answer) -> tuple[str, str]:
    try:
        error = answer.json().get("error")
    except SpecDrift:
        return "", ""
    if not isinstance(error, dict):
        return "", f"YouTube: {error}"
    first: Body = next(iter(error.get("errors") or []), {})
    return str(
        first.get("reason", "")
    ), f"YouTube: {error.get('message') or first.get('reason') or 'no reason told'}"


def _headers(secrets: Mapping[str, str]) -> dict[str, str]:
    if not secrets.get("access_token"):
        raise AuthExpired("The connection has no token; connect the account again.")
    return {"Authorization": f"Bearer {secrets['access_token']}"}
