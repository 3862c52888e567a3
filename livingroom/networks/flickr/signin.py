"""Sign in to Flickr: OAuth 1.0a in three steps, with the owner's own key. No Django.

https://www.flickr.com/services/api/auth.oauth.html
"""

import secrets as random_words
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from livingroom.networks.connecting import AppRefused, Redirect, new_state
from livingroom.networks.errors import (
    AuthExpired,
    Invalid,
    NetworkError,
    OutcomeUnknown,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.flickr.oauth1 import Keys, authorization
from livingroom.networks.transport import Answer, Transport

SERVER = "https://www.flickr.com/services/oauth"
PERMISSIONS = "delete"  # the highest of Flickr's three, which holds write and read


def begin_signing_in(form: Mapping[str, str], transport: Transport) -> Redirect:
    """Get a token to ask with, and the way to Flickr's own page. Raises Invalid, AppRefused."""
    app = {name: form.get(name, "").strip() for name in ("api_key", "api_secret")}
    for name, label in (("api_key", "key"), ("api_secret", "secret")):
        if not app[name]:
            raise Invalid(f"The {label} of your Flickr app is missing.", name)
    state = new_state()
    callback = f"{form.get('redirect_uri', '')}?{urlencode({'state': state})}"
    keys = Keys(app["api_key"], app["api_secret"])
    found = _ask(transport, "request_token", keys, oauth_callback=callback)
    kept = {**app, "request_token": found["oauth_token"], "request_secret": found["oauth_token_secret"]}
    query = urlencode({"oauth_token": found["oauth_token"], "perms": PERMISSIONS})
    return Redirect(f"{SERVER}/authorize?{query}", state, kept)


def trade_verifier(params: Mapping[str, str], transport: Transport) -> dict[str, str]:
    """The secrets for the verifier that came back. Raises Invalid, AppRefused."""
    if not params.get("oauth_verifier") or params.get("oauth_token") != params.get("request_token"):
        raise Invalid("Flickr was not allowed to connect, or answered another question than ours.")
    keys = Keys(params["api_key"], params["api_secret"], params["request_token"], params["request_secret"])
    found = _ask(transport, "access_token", keys, oauth_verifier=params["oauth_verifier"])
    return {
        "api_key": keys.app,
        "api_secret": keys.app_secret,
        "oauth_token": found["oauth_token"],
        "oauth_token_secret": found["oauth_token_secret"],
        "user_id": found.get("user_nsid", ""),
    }


def _ask(transport: Transport, step: str, keys: Keys, **more: str) -> dict[str, str]:
    transport.explain = _explain
    transport.redactor.hide(keys.app_secret, keys.token, keys.token_secret, *more.values())
    url = f"{SERVER}/{step}"
    header = authorization(
        "POST",
        url,
        {},
        keys,
        nonce=random_words.token_hex(12),
        timestamp=int(transport.now().timestamp()),
        **more,
    )
    try:
        answer = transport.write("POST", url, headers={"Authorization": header})
    except OutcomeUnknown as error:
        # A token that we did not hear of harms nobody: asking again is safe.
        raise Unavailable(error.text) from None
    found = dict(parse_qsl(answer.content.decode(errors="replace")))
    if not found.get("oauth_token") or not found.get("oauth_token_secret"):
        raise SpecDrift("Flickr's answer has no token.")
    transport.redactor.hide(found["oauth_token"], found["oauth_token_secret"])
    return found


def _explain(answer: Answer) -> NetworkError | None:
    """Flickr's reasons stand in a form: oauth_problem=consumer_key_unknown."""
    if not 400 <= answer.status < 500 or answer.status == 429:
        return None
    problem = dict(parse_qsl(answer.content.decode(errors="replace"))).get("oauth_problem", "")
    if problem.startswith("consumer_key") or problem == "signature_invalid":
        return AppRefused("Flickr does not know this key and secret.", "api_key")
    if problem in ("timestamp_refused", "nonce_used"):
        return Invalid("Flickr refuses our clock: check the time of this machine.")
    return AuthExpired(f"Flickr: {problem}") if problem else None
