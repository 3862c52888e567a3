"""The way in: Livingroom registers itself with the server, the person allows it there, and a code becomes a token.

https://docs.joinmastodon.org/client/authorized/ Servers that know PKCE (4.3 and newer) get it; the others do not mind.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from livingroom.networks.connecting import AppRefused, Redirect, Scope, new_state, pkce
from livingroom.networks.errors import (
    AuthExpired,
    Gone,
    Invalid,
    NetworkError,
    OutcomeUnknown,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.transport import Answer, Transport

CLIENT_NAME = "Livingroom"

SCOPES = (
    Scope("read:accounts", "to know which account this is and how many follow it"),
    Scope("read:statuses", "to find what was posted and to read threads"),
    Scope("read:notifications", "to bring replies, mentions, likes and reposts home"),
    Scope("write:statuses", "to post, answer, edit and delete"),
    Scope("write:media", "to send pictures"),
    Scope("write:favourites", "to like an answer", required=False),
    Scope("read:follows", "to read the hashtags that the account follows", required=False),
    Scope("read:search", "to search for the words of topics", required=False),
)

_HANDLE = re.compile(r"@?[\w.-]+@(?P<server>[\w.-]+\.\w+)")


def server_of(typed: str) -> str:
    """The server from what a person types: a name, an address, or a whole handle. Raises Invalid."""
    text = typed.strip().rstrip("/")
    handle = _HANDLE.fullmatch(text)
    text = handle["server"] if handle else text
    found = urlsplit(text if "://" in text else f"https://{text}")
    if found.scheme not in ("http", "https") or not found.hostname or found.username:
        raise Invalid("A server has a name such as mastodon.social.", "server_url")
    if "." not in found.hostname and found.hostname != "localhost":
        raise Invalid(f"{typed.strip()} is not the name of a server, such as mastodon.social.", "server_url")
    # Anything behind the host is a page, not a server; some servers live under a path, which is kept.
    path = found.path if not re.search(r"/@|/web|/home|/deck|/explore|/about", found.path) else ""
    return f"{found.scheme}://{found.netloc}{path.rstrip('/')}"


def register(transport: Transport, server: str, redirect_uri: str) -> dict[str, str]:
    """Introduce Livingroom to a server, once. Raises NetworkError."""
    answer = _post(
        transport,
        f"{server}/api/v1/apps",
        {"client_name": CLIENT_NAME, "redirect_uris": redirect_uri, "scopes": scope_names()},
    )
    try:
        body = answer.json()
        return {
            "client_id": str(body["client_id"]),
            "client_secret": str(body["client_secret"]),
            "registered_redirect_uri": redirect_uri,
            # An app may ask only for the rights it was registered with.
            "registered_scopes": scope_names(),
        }
    except (KeyError, SpecDrift):
        raise Invalid(f"{server} does not speak Mastodon's language.", "server_url") from None


def authorize(server: str, app: Mapping[str, str], redirect_uri: str) -> Redirect:
    """Where the person goes to allow it."""
    state, (verifier, challenge) = new_state(), pkce()
    query = {
        "client_id": app["client_id"],
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": scope_names(),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    kept = {
        "server_url": server,
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "code_verifier": verifier,
        "redirect_uri": redirect_uri,
    }
    return Redirect(f"{server}/oauth/authorize?{urlencode(query)}", state, kept)


def is_known(transport: Transport, server: str, app: Mapping[str, str]) -> bool:
    """Whether the server still knows our app: it may have been reinstalled, or have swept away unused ones."""
    transport.redactor.hide(app["client_secret"])
    try:
        _post(
            transport,
            f"{server}/oauth/token",
            {**_names(app), "grant_type": "client_credentials", "scope": "read"},
        )
    except AuthExpired:
        return False
    except NetworkError as error:
        # A server that is down, or knows no such grant (snac2), has not forgotten us.
        return "invalid_client" not in error.text
    return True


def trade(transport: Transport, params: Mapping[str, str]) -> dict[str, str]:
    """The code that came back, for a token. Raises Invalid, AppRefused."""
    if params.get("error"):
        raise Invalid(f"Mastodon: {params.get('error_description') or params['error']}")
    transport.redactor.hide(params["client_secret"], params.get("code", ""), params["code_verifier"])
    form = {
        **_names(params),
        "grant_type": "authorization_code",
        "code": params.get("code", ""),
        "redirect_uri": params["redirect_uri"],
        "code_verifier": params["code_verifier"],
        "scope": scope_names(),
    }
    try:
        body = _post(transport, f"{params['server_url']}/oauth/token", form).json()
        return {"access_token": str(body["access_token"]), "scope": str(body.get("scope") or "")}
    except AuthExpired as error:
        raise AppRefused(error.text) from None
    except Gone as error:
        raise Invalid(error.text) from None
    except KeyError:
        raise SpecDrift("Mastodon's answer has no token.") from None


def held(scope: str) -> frozenset[str] | None:
    """The rights of a token by their full names: `write` holds all that begin with write. None: the server does not say."""
    if not scope:
        return None
    given = set(scope.split())
    covered = {wanted.name for wanted in SCOPES if wanted.name.split(":")[0] in given}
    return frozenset(given | covered)


def scope_names() -> str:
    return " ".join(scope.name for scope in SCOPES)


def _names(app: Mapping[str, str]) -> dict[str, str]:
    return {"client_id": app["client_id"], "client_secret": app["client_secret"]}


def _post(transport: Transport, url: str, form: Mapping[str, str]) -> Answer:
    """Nothing that signing in writes harms when its answer is lost: it can be asked again."""
    try:
        return transport.write("POST", url, data=dict(form))
    except OutcomeUnknown as error:
        raise Unavailable(error.text) from None
