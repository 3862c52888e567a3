"""Sign in to Meta with the owner's own app, for pages and for the Instagram accounts behind them. No Django.

A person's token is exchanged for one of sixty days, and that one gives each page's token, which lasts until somebody takes
the right away. https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived. A person with a role on
the app may do all this without Meta's review.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from livingroom.networks.connecting import (
    AppRefused,
    Choices,
    Connected,
    ConnectField,
    Redirect,
    Scope,
    new_state,
)
from livingroom.networks.errors import AuthExpired, Forbidden, Invalid, SpecDrift
from livingroom.networks.facebook.problems import explain
from livingroom.networks.transport import Transport

Body = dict[str, Any]
GRAPH = "https://graph.facebook.com/v25.0"
DIALOG = "https://www.facebook.com/v25.0/dialog/oauth"
# Extending a token more often than once a day gives nothing.
EXTEND_AFTER = timedelta(days=1)
APP_FIELDS = (
    ConnectField("app_id", "App ID", "Of your Meta app: under App settings, Basic."),
    ConnectField("app_secret", "App secret", "Beside it, behind Show.", secret=True),
)
USER_TOKEN = ConnectField(
    "user_token",
    "User token",
    "Only where Meta cannot send you back here (it wants https:// or localhost): make one with the Graph API Explorer.",
    secret=True,
    required=False,
)


def begin_signing_in(form: Mapping[str, str], scopes: tuple[Scope, ...]) -> Redirect:
    """The way to Meta's own page. Raises Invalid."""
    state, app = new_state(), _app(form)
    query = {
        "client_id": app["app_id"],
        "redirect_uri": form.get("redirect_uri", ""),
        "state": state,
        "response_type": "code",
        "scope": ",".join(scope.name for scope in scopes),
    }
    kept = {**app, "redirect_uri": form.get("redirect_uri", "")}
    return Redirect(f"{DIALOG}?{urlencode(query)}", state, kept)


def trade_code(params: Mapping[str, str], transport: Transport) -> dict[str, str]:
    """App and user token for the code that came back. Raises Invalid, AppRefused."""
    if params.get("error") or not params.get("code"):
        said = params.get("error_description") or params.get("error") or "no code came back"
        raise Invalid(f"Meta was not allowed to connect: {said}.")
    app = _app(params)
    query = {"redirect_uri": params.get("redirect_uri", ""), "code": params["code"]}
    return _for_long(transport, app, _ask_for_token(transport, app, query))


def take_token(form: Mapping[str, str], transport: Transport) -> dict[str, str]:
    """App and user token for a token that the person pasted. Raises Invalid, AppRefused."""
    try:
        return _for_long(transport, _app(form), form["user_token"].strip())
    except AuthExpired as error:
        raise Invalid(f"This token is not good (any more). {error.text}", "user_token") from None


def rights_of(transport: Transport, secrets: Mapping[str, str], scopes: tuple[Scope, ...]) -> str:
    """The rights we were given, with spaces between. Raises Forbidden with the one that is missing."""
    rows = _ask(transport, secrets, "me/permissions", {}).get("data", [])
    held = {str(row.get("permission")) for row in rows if row.get("status") == "granted"}
    for scope in scopes:
        if scope.required and scope.name not in held:
            raise Forbidden(f"Meta did not give the right {scope.name}, for {scope.why}.", scope.name)
    return " ".join(sorted(held))


def pages_of(transport: Transport, secrets: Mapping[str, str], fields: str) -> list[Body]:
    """The pages this person looks after, each with its token."""
    rows, after = [], ""
    for _ in range(10):
        query = {"fields": f"id,access_token,{fields}", "limit": "100"} | ({"after": after} if after else {})
        body = _ask(transport, secrets, "me/accounts", query)
        rows += [row for row in body.get("data", []) if row.get("access_token")]
        paging = body.get("paging") or {}
        after = str((paging.get("cursors") or {}).get("after") or "") if paging.get("next") else ""
        if not after:
            break
    return rows


def one_or_many(accounts: list[Connected], nothing: str) -> Connected | Choices:
    if not accounts:
        raise Invalid(nothing)
    return accounts[0] if len(accounts) == 1 else Choices(tuple(accounts))


def the_one_meant(accounts: list[Connected], typed: str, field: str) -> Connected:
    """The account that the person named, or the only one. Raises Invalid with the names there are."""
    wanted = typed.strip().lower()
    found = [
        each
        for each in accounts
        if not wanted
        or wanted in (each.account.account_id, each.account.handle.lower(), each.account.name.lower())
    ]
    if len(found) == 1:
        return found[0]
    names = ", ".join(each.account.name for each in accounts) or "none"
    raise Invalid(f"Type which one you mean; this token opens: {names}.", field)


def extend_tokens(transport: Transport, secrets: Mapping[str, str]) -> dict[str, str]:
    """A fresh user token and the page's token that it gives. Raises AuthExpired.

    The page's token outlives the user's, so a dead user token is no reason to throw a living page token away; whether it
    lives, the next call shows.
    """
    transport.redactor.hide(secrets["user_token"], secrets["page_token"])
    fresh = dict(secrets)
    if _is_old(secrets, transport.now()):
        try:
            fresh |= _for_long(transport, secrets, secrets["user_token"])
        except AuthExpired:
            return fresh
    page = _ask(transport, fresh, secrets["page_id"], {"fields": "access_token"})
    if not isinstance(page.get("access_token"), str):
        raise AuthExpired("Meta gives no token for this page any more: is the person still its admin?")
    transport.redactor.hide(page["access_token"])
    return {**fresh, "page_token": page["access_token"], **good_until(transport, fresh, page["access_token"])}


def with_page(transport: Transport, secrets: Mapping[str, str], page: Body) -> dict[str, str]:
    """The secrets of one page."""
    token = str(page["access_token"])
    transport.redactor.hide(token)
    return {
        **secrets,
        "page_id": str(page["id"]),
        "page_token": token,
        **good_until(transport, secrets, token),
    }


def good_until(transport: Transport, app: Mapping[str, str], token: str) -> dict[str, str]:
    """Until when a token works without a person, as `expires_at`; nothing where Meta sets no end.

    A page's token has no end of its own, but after ninety days without the person Meta gives it no data any more.
    """
    asked = {"input_token": token, "access_token": f"{app['app_id']}|{app['app_secret']}"}
    told = transport.read("GET", f"{GRAPH}/debug_token", params=asked).json().get("data") or {}
    ends = [int(told[name]) for name in ("expires_at", "data_access_expires_at") if told.get(name)]
    return {"expires_at": datetime.fromtimestamp(min(ends), UTC).isoformat()} if ends else {}


def expiry_of(secrets: Mapping[str, str]) -> datetime | None:
    return datetime.fromisoformat(secrets["expires_at"]) if secrets.get("expires_at") else None


def _is_old(secrets: Mapping[str, str], now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(secrets.get("extended_at", "")) > EXTEND_AFTER
    except ValueError:
        return True


def _for_long(transport: Transport, app: Mapping[str, str], token: str) -> dict[str, str]:
    query = {"grant_type": "fb_exchange_token", "fb_exchange_token": token}
    return {
        "app_id": app["app_id"],
        "app_secret": app["app_secret"],
        "user_token": _ask_for_token(transport, app, query),
        "extended_at": transport.now().isoformat(timespec="seconds"),
    }


def _ask_for_token(transport: Transport, app: Mapping[str, str], query: Mapping[str, str]) -> str:
    transport.explain = explain
    transport.redactor.hide(
        app["app_secret"], *(query[name] for name in ("code", "fb_exchange_token") if name in query)
    )
    asked = {"client_id": app["app_id"], "client_secret": app["app_secret"], **query}
    try:
        body = transport.read("GET", f"{GRAPH}/oauth/access_token", params=asked).json()
    except Invalid as error:
        if "client secret" in error.text or "application" in error.text.lower():
            raise AppRefused(f"Meta does not accept this app. {error.text}", "app_secret") from None
        raise
    token = body.get("access_token")
    if not isinstance(token, str):
        raise SpecDrift("Meta's answer holds no token.")
    transport.redactor.hide(token)
    return token


def _ask(transport: Transport, secrets: Mapping[str, str], path: str, query: Mapping[str, str]) -> Body:
    """Ask as the person."""
    token = secrets["user_token"]
    proof = hmac.new(secrets["app_secret"].encode(), token.encode(), hashlib.sha256).hexdigest()
    params, headers = {**query, "appsecret_proof": proof}, {"Authorization": f"Bearer {token}"}
    return transport.read("GET", f"{GRAPH}/{path}", params=params, headers=headers).json()


def _app(form: Mapping[str, str]) -> dict[str, str]:
    app = {name: form.get(name, "").strip() for name in ("app_id", "app_secret")}
    if not app["app_id"].isdigit():
        raise Invalid("The app ID is a long number.", "app_id")
    if not app["app_secret"]:
        raise Invalid("The app secret is missing.", "app_secret")
    return app
