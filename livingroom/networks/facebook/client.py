"""Speak Meta's Graph API; Facebook and Instagram share it. Plain Python, no Django.

Every call is signed twice: with the token, and with a proof that we know the app's secret, so that a stolen token alone is
worth nothing. https://developers.facebook.com/docs/graph-api/guides/secure-requests
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from livingroom.networks.credentials import CredentialStore
from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Gone,
    Invalid,
    OutcomeUnknown,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.facebook.problems import Shaky, explain, read_error
from livingroom.networks.facebook.signin import GRAPH, extend_tokens
from livingroom.networks.transport import Answer, Transport

Body = dict[str, Any]
Got = TypeVar("Got")
LARGEST_BATCH = 50
RENEWALS = 3
# Meta answers null to what it had no time for.
UNANSWERED = {"error": {"code": 2, "message": "no time for this one"}}


class GraphClient:
    def __init__(self, transport: Transport, credentials: CredentialStore) -> None:
        transport.explain = explain
        self._transport = transport
        self._credentials = credentials

    def read(self, path: str, params: Mapping[str, Any] | None = None, *, scope: str) -> Body:
        """Read. `scope` is the right it needs."""
        query = {name: value for name, value in (params or {}).items() if value not in ("", None)}
        return self._signed(
            lambda proof, headers: self._transport.read(
                "GET", f"{GRAPH}/{path}", params={**query, **proof}, headers=headers
            ),
            scope,
        ).json()

    def write(
        self, method: str, path: str, form: Mapping[str, str] | None = None, *, scope: str, **more: Any
    ) -> Body:
        """Change something. Raises OutcomeUnknown when the answer is lost or cannot be read."""
        try:
            answer = self._signed(
                lambda proof, headers: self._transport.write(
                    method, f"{GRAPH}/{path}", params=proof, data=form or None, headers=headers, **more
                ),
                scope,
            )
            return answer.json()
        except (SpecDrift, Shaky) as error:
            raise OutcomeUnknown(error.text) from None

    def prepare(self, path: str, form: Mapping[str, str], *, scope: str, **more: Any) -> str:
        """Write what nobody sees yet (a picture, a container), so that a lost answer is harmless. Returns its id."""
        try:
            return written_id(self.write("POST", path, form, scope=scope, **more))
        except OutcomeUnknown as error:
            raise Unavailable(error.text) from None

    def read_many(self, addresses: Sequence[str], *, scope: str) -> list[Body | None]:
        """Several reads in one request; None where one found nothing. Raises what the first other refusal means."""
        found: list[Body | None] = []
        for start in range(0, len(addresses), LARGEST_BATCH):
            some = addresses[start : start + LARGEST_BATCH]
            batch = json.dumps([{"method": "GET", "relative_url": f"{_version()}/{each}"} for each in some])
            form = {"batch": batch, "include_headers": "false"}
            found += self._signed(partial(self._ask_batch, form, len(some)), scope)
        return found

    def _ask_batch(
        self, form: Body, wanted: int, proof: dict[str, str], headers: dict[str, str]
    ) -> list[Body | None]:
        url = f"{GRAPH.rsplit('/', 1)[0]}/"
        answer = self._transport.read("POST", url, params=proof, data=form, headers=headers)
        return _parts(answer, wanted, self._transport.now())

    def refresh(self) -> None:
        self._renew(self.load())

    def load(self) -> Mapping[str, str]:
        secrets = self._credentials.load()
        self._transport.redactor.hide(
            *(secrets.get(name, "") for name in ("app_secret", "user_token", "page_token"))
        )
        return secrets

    def scopes(self) -> frozenset[str]:
        """The rights that were given when connecting."""
        return frozenset(self.load().get("scopes", "").split())

    def _signed(self, send: Callable[[dict[str, str], dict[str, str]], Got], scope: str) -> Got:
        secrets = self.load()
        try:
            try:
                return send(*self._signature(secrets))
            except AuthExpired:
                # Refused at the door, so nothing was done: once more with a fresh token.
                return send(*self._signature(self._renew(secrets)))
        except AuthExpired as error:
            self._credentials.refused(error.text)
            raise
        except Forbidden as error:
            error.scope = error.scope or scope
            raise

    def _signature(self, secrets: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        token = secrets.get("page_token", "")
        if not token:
            raise AuthExpired("The connection has no token; connect the account again.")
        return proof_of(secrets["app_secret"], token), {"Authorization": f"Bearer {token}"}

    def _renew(self, stale: Mapping[str, str]) -> Mapping[str, str]:
        """Other things are kept beside the token and may change meanwhile: what counts is that the token is another."""
        fresh = stale
        for _ in range(RENEWALS):
            fresh = self._credentials.renew(stale, lambda secrets: extend_tokens(self._transport, secrets))
            if fresh.get("page_token") != stale.get("page_token") or dict(fresh) == dict(stale):
                break
            stale = fresh
        return fresh


def proof_of(app_secret: str, token: str) -> dict[str, str]:
    return {"appsecret_proof": hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()}


def written_id(body: Body) -> str:
    """The name of what was written. Raises OutcomeUnknown: an answer without one does not say that nothing was written."""
    if not isinstance(body.get("id"), str) or not body["id"]:
        raise OutcomeUnknown("Meta's answer names nothing.")
    return str(body["id"])


def rows_of(body: Mapping[str, Any]) -> list[Body]:
    """The rows of a list. Raises SpecDrift."""
    rows = body.get("data", [])
    if not isinstance(rows, list):
        raise SpecDrift("Meta's rows are not a list.")
    return rows


def next_page(body: Mapping[str, Any]) -> str:
    """The cursor of the page after this one; empty at the end, where Meta gives a cursor but no address."""
    paging = body.get("paging") or {}
    return str((paging.get("cursors") or {}).get("after") or "") if paging.get("next") else ""


def _parts(answer: Answer, wanted: int, now: datetime) -> list[Body | None]:
    try:
        bodies = [json.loads(part["body"]) if part else UNANSWERED for part in json.loads(answer.content)]
    except (ValueError, TypeError, KeyError):
        raise SpecDrift(f"Meta's answers are not a list: {answer.content[:80]!r}") from None
    if len(bodies) != wanted:
        raise SpecDrift(f"Meta gave {len(bodies)} answers to {wanted} questions.")
    return [_part(body, answer.headers, now) for body in bodies]


def _part(body: Body, headers: Mapping[str, str], now: datetime) -> Body | None:
    error = read_error(body["error"], headers, now) if isinstance(body.get("error"), dict) else None
    if error is None:
        return None if "error" in body else body
    if isinstance(error, Gone | Invalid):
        return None
    raise error


def _version() -> str:
    return GRAPH.rsplit("/", 1)[1]
