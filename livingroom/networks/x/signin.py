"""Sign in to X: OAuth 2 with PKCE and the owner's own app, and refresh tokens that change with every use. No Django.

https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code. A refresh token works once: whoever uses it must
keep the new one, so only the credential store's one worker does.
"""

import base64
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from livingroom.networks.connecting import AppRefused, Redirect, Scope, new_state, pkce
from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Invalid,
    OutcomeUnknown,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.transport import Transport
from livingroom.networks.x.problems import explain

AUTHORIZE = "https://x.com/i/oauth2/authorize"
TOKEN = "https://api.x.com/2/oauth2/token"  # noqa: S105  # an address
SCOPES = (
    Scope("tweet.read", "reading posts and figures"),
    Scope("tweet.write", "posting and deleting"),
    Scope("users.read", "knowing which account this is"),
    Scope("offline.access", "staying connected for longer than two hours"),
    Scope("media.write", "posting pictures", required=False),
    Scope("like.read", "seeing who liked our posts", required=False),
    Scope("like.write", "liking what people say", required=False),
    Scope("tweet.moderate.write", "hiding answers under our posts", required=False),
)


def begin_signing_in(form: Mapping[str, str], kept: Mapping[str, str]) -> Redirect:
    """The way to X's own page. Raises Invalid."""
    client_id = form.get("client_id", "").strip()
    if not client_id:
        raise Invalid("The client ID of your X app is missing.", "client_id")
    state, (verifier, challenge) = new_state(), pkce()
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": form.get("redirect_uri", ""),
        "scope": " ".join(scope.name for scope in SCOPES),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    keep = {
        **kept,
        "client_id": client_id,
        "client_secret": form.get("client_secret", "").strip(),
        "redirect_uri": form.get("redirect_uri", ""),
        "verifier": verifier,
    }
    return Redirect(f"{AUTHORIZE}?{urlencode(query)}", state, keep)


def trade_code(params: Mapping[str, str], transport: Transport) -> dict[str, str]:
    """The secrets for the code that came back. Raises Invalid, AppRefused, Forbidden with the right that is missing."""
    if params.get("error") or not params.get("code"):
        said = params.get("error_description") or params.get("error") or "no code came back"
        raise Invalid(f"X was not allowed to connect: {said}.")
    form = {
        "grant_type": "authorization_code",
        "code": params["code"],
        "redirect_uri": params.get("redirect_uri", ""),
        "code_verifier": params.get("verifier", ""),
    }
    app = {name: params.get(name, "") for name in ("client_id", "client_secret")}
    try:
        secrets = _ask_for_tokens(transport, app, form)
    except AuthExpired as error:
        raise AppRefused(f"X does not accept this app: {error.text}", "client_id") from None
    _require_rights(secrets)
    return secrets


def renew_tokens(transport: Transport, secrets: Mapping[str, str]) -> dict[str, str]:
    """New tokens for the refresh token, which is used up by this. Raises AuthExpired."""
    if not secrets.get("refresh_token"):
        raise AuthExpired("The connection has no refresh token; connect the account again.")
    form = {"grant_type": "refresh_token", "refresh_token": secrets["refresh_token"]}
    try:
        return {**secrets, **_ask_for_tokens(transport, secrets, form)}
    except (Invalid, Forbidden) as error:
        raise AuthExpired(error.text) from None


def _ask_for_tokens(transport: Transport, app: Mapping[str, str], form: Mapping[str, str]) -> dict[str, str]:
    transport.explain = explain
    transport.redactor.hide(app.get("client_secret", ""), *form.values())
    try:
        body = transport.write(
            "POST", TOKEN, data={**form, **_open_app(app)}, headers=_closed_app(app)
        ).json()
    except OutcomeUnknown as error:
        # Tokens that we did not hear of harm nobody.
        raise Unavailable(error.text) from None
    try:
        found = {
            "access_token": str(body["access_token"]),
            "refresh_token": str(body.get("refresh_token") or form.get("refresh_token", "")),
            "scope": str(body.get("scope", "")),
        }
    except KeyError as error:
        raise SpecDrift(f"X's tokens have no {error}.") from None
    transport.redactor.hide(found["access_token"], found["refresh_token"])
    return {"client_id": app["client_id"], "client_secret": app.get("client_secret", ""), **found}


def _open_app(app: Mapping[str, str]) -> dict[str, str]:
    """An app without a secret names itself in the body."""
    return {} if app.get("client_secret") else {"client_id": app["client_id"]}


def _closed_app(app: Mapping[str, str]) -> dict[str, str]:
    """An app with a secret shows it in the header."""
    if not app.get("client_secret"):
        return {}
    pair = f"{quote(app['client_id'], safe='')}:{quote(app['client_secret'], safe='')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _require_rights(secrets: Mapping[str, str]) -> None:
    held = set(secrets["scope"].split())
    for scope in SCOPES:
        if held and scope.required and scope.name not in held:
            raise Forbidden(f"X did not give the right {scope.name}, for {scope.why}.", scope.name)
