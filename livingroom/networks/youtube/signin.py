"""Sign in with Google: OAuth 2 with PKCE and the owner's own project. The refresh token stays; only access is renewed.

https://developers.google.com/identity/protocols/oauth2/web-server. In a project whose consent screen is still "Testing" a
refresh token ends after seven days.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from livingroom.networks.connecting import AppRefused, Redirect, new_state, pkce
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

AUTHORIZE = "https://accounts.google.com/o/oauth2/v2/auth"
TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105  # an address
RIGHT = "youtube.force-ssl"
SCOPE = f"https://www.googleapis.com/auth/{RIGHT}"


def begin_signing_in(form: Mapping[str, str], kept: Mapping[str, str]) -> Redirect:
    """The way to Google's own page. Raises Invalid."""
    app = {name: form.get(name, "").strip() for name in ("client_id", "client_secret")}
    for name, label in (("client_id", "client ID"), ("client_secret", "client secret")):
        if not app[name]:
            raise Invalid(f"The {label} of your Google project is missing.", name)
    state, (verifier, challenge) = new_state(), pkce()
    query = {
        "response_type": "code",
        "client_id": app["client_id"],
        "redirect_uri": form.get("redirect_uri", ""),
        "scope": SCOPE,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        # Both are needed for a refresh token, also when the person has allowed us before.
        "access_type": "offline",
        "prompt": "consent",
    }
    keep = {**kept, **app, "redirect_uri": form.get("redirect_uri", ""), "verifier": verifier}
    return Redirect(f"{AUTHORIZE}?{urlencode(query)}", state, keep)


def trade_code(params: Mapping[str, str], transport: Transport) -> dict[str, str]:
    """The secrets for the code that came back. Raises Invalid, AppRefused, Forbidden."""
    if params.get("error") or not params.get("code"):
        raise Invalid(f"Google was not allowed to connect: {params.get('error') or 'no code came back'}.")
    form = {
        "grant_type": "authorization_code",
        "code": params["code"],
        "redirect_uri": params.get("redirect_uri", ""),
        "code_verifier": params.get("verifier", ""),
    }
    found = _ask(transport, params, form)
    if not found["refresh_token"]:
        raise Invalid(
            "Google gave no refresh token. Remove Livingroom from the account's connected apps, and connect again."
        )
    if SCOPE not in found["scope"].split():
        raise Forbidden("Google did not give the right to read and write comments.", RIGHT)
    return found


def renew_token(transport: Transport, secrets: Mapping[str, str]) -> dict[str, str]:
    """A new access token. Raises AuthExpired when the person has taken the right away."""
    if not secrets.get("refresh_token"):
        raise AuthExpired("The connection has no refresh token; connect the account again.")
    form = {"grant_type": "refresh_token", "refresh_token": secrets["refresh_token"]}
    try:
        return {**secrets, **_ask(transport, secrets, form)}
    except Invalid as error:
        raise AuthExpired(error.text) from None


def _ask(transport: Transport, app: Mapping[str, str], form: Mapping[str, str]) -> dict[str, str]:
    identity = {name: app.get(name, "") for name in ("client_id", "client_secret")}
    transport.redactor.hide(identity["client_secret"], *form.values())
    before, transport.explain = transport.explain, _explain
    try:
        body = transport.write("POST", TOKEN, data={**form, **identity}).json()
    except OutcomeUnknown as error:
        # A token that we did not hear of harms nobody: asking again is safe.
        raise Unavailable(error.text) from None
    finally:
        transport.explain = before
    if not body.get("access_token"):
        raise SpecDrift("Google's answer has no access token.")
    found = {
        "access_token": str(body["access_token"]),
        "refresh_token": str(body.get("refresh_token") or form.get("refresh_token", "")),
        "scope": str(body.get("scope") or app.get("scope", "")),
    }
    transport.redactor.hide(found["access_token"], found["refresh_token"])
    return {**identity, **found}


def _explain(answer: Answer) -> NetworkError | None:
    """The token endpoint names its reason in `error`; None leaves it to the status."""
    try:
        reason = answer.json().get("error")
    except SpecDrift:
        return None
    if reason in ("invalid_client", "unauthorized_client"):
        return AppRefused("Google does not know this client ID and secret.", "client_id")
    if reason == "redirect_uri_mismatch":
        return Invalid("Our address is not among the project's authorised redirect URIs.", "client_id")
    if reason == "invalid_grant":
        return Invalid("Google no longer accepts this sign-in; connect the account again.")
    return None
