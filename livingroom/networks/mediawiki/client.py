"""Speak the action API of a MediaWiki with a bot password, and keep the session. Plain Python, no Django.

https://www.mediawiki.org/wiki/API:Main_page — errors come with the status 200 and stand in the body. A login is made at
connecting and again only when the wiki has forgotten the session; `assert=user` makes it say so instead of taking our
words for those of a stranger.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from livingroom.networks.credentials import CredentialStore
from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    OutcomeUnknown,
    RateLimited,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.mediawiki.answers import FORM, TokenStale, checked, inside
from livingroom.networks.rate import DEFAULT_REST
from livingroom.networks.transport import Answer, Transport

Body = dict[str, Any]
# Above so many seconds of delay between its databases a wiki asks robots to wait. https://www.mediawiki.org/wiki/Manual:Maxlag_parameter
MAXLAG = "5"
MOST_PAGES = 10


class MediaWikiClient:
    def __init__(self, transport: Transport, credentials: CredentialStore) -> None:
        self._transport = transport
        self._credentials = credentials
        self._token = ""

    @property
    def settings(self) -> Mapping[str, str]:
        """What was typed at connecting, beside the secrets: the page for posts, the site whose links we look for."""
        return self._credentials.load()

    def query(self, **params: object) -> Body:
        """Read."""
        return self._signed(lambda headers: self._read(headers, {"action": "query", **_texts(params)}))

    def pages(self, **params: object) -> Iterator[Body]:
        """Read on as long as the wiki says that there is more."""
        following: Body = {}
        for _ in range(MOST_PAGES):
            body = self.query(**{**params, **following})
            yield body
            following = body.get("continue") or {}
            if not following:
                return

    def write(self, action: str, **params: object) -> Body:
        """Write. Raises OutcomeUnknown when the answer is lost or cannot be read."""
        try:
            return self._written(action, params)
        except TokenStale:
            self._token = ""
            return self._written(action, params)

    def now(self) -> datetime:
        return self._transport.now()

    def refresh(self) -> None:
        self._renew(self._credentials.load())

    def _written(self, action: str, params: Mapping[str, object]) -> Body:
        def send(headers: dict[str, str]) -> Body:
            data = {"action": action, **_texts(params), "token": self._csrf(headers)}
            answer = self._transport.write(
                "POST",
                self._api(),
                data={**FORM, **data, "assert": "user", "maxlag": MAXLAG},
                headers=headers,
            )
            try:
                return checked(answer, self._transport)
            except SpecDrift as error:
                raise OutcomeUnknown(error.text) from None
            except Forbidden as error:
                # "permissiondenied" does not say which right: it is named as what was to be done.
                raise Forbidden(
                    error.text, action if error.scope == "permissiondenied" else error.scope
                ) from None

        return self._signed(send)

    def _csrf(self, headers: dict[str, str]) -> str:
        if not self._token:
            body = self._read(headers, {"action": "query", "meta": "tokens"})
            self._token = str(inside(body, "query", "tokens", "csrftoken"))
        return self._token

    def _read(self, headers: dict[str, str], params: Mapping[str, str]) -> Body:
        asked = {**FORM, **params, "assert": "user", "maxlag": MAXLAG}
        return checked(
            self._transport.read("GET", self._api(), params=asked, headers=headers), self._transport
        )

    def _signed(self, send: Callable[[dict[str, str]], Body]) -> Body:
        secrets = self._credentials.load()
        try:
            return send(self._headers(secrets))
        except AuthExpired:
            # Refused at the door, so nothing was done: once more with a fresh session.
            self._token = ""
        try:
            return send(self._headers(self._renew(secrets)))
        except AuthExpired as error:
            self._credentials.refused(error.text)
            raise

    def _headers(self, secrets: Mapping[str, str]) -> dict[str, str]:
        self._transport.redactor.hide(secrets.get("bot_password", ""), secrets.get("cookies", ""))
        if not secrets.get("bot_password"):
            raise AuthExpired("The connection has no bot password; connect the wiki again.")
        return {"Cookie": secrets.get("cookies", "")}

    def _renew(self, stale: Mapping[str, str]) -> Mapping[str, str]:
        return self._credentials.renew(
            stale, lambda secrets: {**secrets, "cookies": log_in(self._transport, secrets)}
        )

    def _api(self) -> str:
        return self._credentials.load().get("api", "")


def log_in(transport: Transport, secrets: Mapping[str, str]) -> str:
    """Sign in with a bot password; the answer is the session's cookies. Raises AuthExpired."""
    transport.redactor.hide(secrets["bot_password"])
    asked = transport.read(
        "GET", secrets["api"], params={**FORM, "action": "query", "meta": "tokens", "type": "login"}
    )
    cookies = _cookies(asked)
    token = str(inside(checked(asked, transport), "query", "tokens", "logintoken"))
    data = {
        "action": "login",
        "lgname": secrets["username"],
        "lgpassword": secrets["bot_password"],
        "lgtoken": token,
    }
    try:
        answer = transport.write(
            "POST", secrets["api"], data={**FORM, **data}, headers={"Cookie": _together(cookies)}
        )
    except OutcomeUnknown as error:
        # A session that we did not hear of harms nobody: asking again is safe.
        raise Unavailable(error.text) from None
    result = inside(checked(answer, transport), "login")
    if result.get("result") == "Throttled":
        wait = timedelta(seconds=int(result.get("wait") or DEFAULT_REST.total_seconds()))
        raise RateLimited("The wiki has seen too many sign-ins; it wants us to wait.", transport.now() + wait)
    if result.get("result") != "Success":
        raise AuthExpired(f"MediaWiki: {_reason(result)}")
    session = _together({**cookies, **_cookies(answer)})
    transport.redactor.hide(session)
    return session


def _reason(result: Mapping[str, Any]) -> str:
    reason = result.get("reason") or result.get("result") or "the sign-in failed"
    return str(reason.get("text") if isinstance(reason, dict) else reason)


def _texts(params: Mapping[str, object]) -> dict[str, str]:
    """An API's flags are there or not; None and False are not."""
    shown = {name: value for name, value in params.items() if value is not None and value is not False}
    return {name: "1" if value is True else str(value) for name, value in shown.items()}


def _cookies(answer: Answer) -> dict[str, str]:
    several = getattr(answer.headers, "get_list", None)
    listed: list[str] = several("set-cookie") if several else [answer.headers.get("set-cookie", "")]
    pairs = [line.split(";", 1)[0].partition("=") for line in listed]
    return {name.strip(): value for name, _, value in pairs}


def _together(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
