"""What a MediaWiki answers: a body, or an error that stands in it with the status 200. Pure but for the clock."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Gone,
    Invalid,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.rate import DEFAULT_REST, read_retry_at
from livingroom.networks.transport import Answer, Transport

Body = dict[str, Any]
FORM = {"format": "json", "formatversion": "2", "errorformat": "plaintext", "errorsuselocal": "1"}
LAG_REST = timedelta(seconds=5)

EXPIRED = {"assertuserfailed", "assertbotfailed", "notloggedin", "mustbeloggedin"}
MISSING = {"missingtitle", "nosuchpageid", "nosuchrevid", "missingrev", "undo-failure", "undofailure"}
BUSY = {"maxlag", "readonly"}
# Refusals that name a right; the others are named as the wiki names them.
RIGHTS = {
    "protectedpage": "editprotected",
    "protectedtitle": "createpage",
    "cantcreate": "createpage",
    "nocreate-loggedin": "createpage",
    "noedit": "edit",
    "cantdelete": "delete",
    "writeapidenied": "writeapi",
    "readapidenied": "read",
}
REFUSED = {
    *RIGHTS,
    "permissiondenied",
    "blocked",
    "autoblocked",
    "globalblocked",
    "spamblacklist",
    "titleblacklist-forbidden",
}
REFUSED |= {
    "titleblacklist-forbidden-edit",
    "abusefilter-disallowed",
    "cascadeprotected",
    "namespaceprotected",
    "captcha",
}


class Occupied(Invalid):
    """There is a page under this title already."""


class TokenStale(Invalid):
    """The wiki wants a fresh token; nothing was done."""


def checked(answer: Answer, transport: Transport) -> Body:
    """The body, or the error that stands in it."""
    body = answer.json()
    errors = body.get("errors") or ([body["error"]] if isinstance(body.get("error"), dict) else [])
    if errors:
        raise error_of(errors[0], answer, transport)
    return body


def error_of(error: Mapping[str, Any], answer: Answer, transport: Transport) -> NetworkError:
    code, now = str(error.get("code", "")), transport.now()
    text = f"MediaWiki: {error.get('text') or error.get('info') or code}"
    if code in EXPIRED:
        return AuthExpired(text)
    if code == "badtoken":
        return TokenStale(text)
    if code in BUSY:
        return Unavailable(text, read_retry_at(answer.headers, now) or now + LAG_REST)
    if code == "ratelimited":
        return RateLimited(text, read_retry_at(answer.headers, now) or now + DEFAULT_REST)
    if code == "articleexists":
        return Occupied(text, "title")
    if code == "editconflict":
        # Nothing was written; with the page as it is now, the next attempt fits.
        return Unavailable(text, now + LAG_REST)
    if code in MISSING:
        return Gone(text)
    if code in REFUSED:
        return Forbidden(text, RIGHTS.get(code, code))
    if code.startswith("internal_api_error"):
        return OutcomeUnknown(text)
    return Invalid(text, "text")


def inside(body: Mapping[str, Any], *names: str) -> Any:
    found: Any = body
    for name in names:
        if not isinstance(found, dict) or name not in found:
            raise SpecDrift(f"MediaWiki's answer has no {name}.")
        found = found[name]
    return found
