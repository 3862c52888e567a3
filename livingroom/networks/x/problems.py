"""What X says when it refuses, in our words. Pure.

X answers with problem+json (`type`, `title`, `detail`), both as the body of a refusal and inside an answer of 200 for
things it could not find. https://docs.x.com/x-api/fundamentals/response-codes-and-errors
"""

from collections.abc import Mapping
from typing import Any

from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Gone,
    Invalid,
    NetworkError,
    OutOfCredit,
    SpecDrift,
)
from livingroom.networks.transport import Answer

Body = Mapping[str, Any]
PLACES = {"since_id", "until_id", "pagination_token", "next_token"}


class Duplicate(Invalid):
    """The same words stand on the account already: perhaps ours, from a request whose answer was lost."""


class PlaceLost(Invalid):
    """X does not know any more where we stood."""


def explain(answer: Answer) -> NetworkError | None:
    """Read the reason out of a refusal; None leaves it to the status."""
    if answer.status >= 500:
        return None
    try:
        body = answer.json()
    except SpecDrift:
        return None
    kind, said = _kind(body), _said(body)
    if kind in ("usage-capped", "credits") or answer.status == 402:
        return OutOfCredit(f"X: {said or 'the credit of the app is used up.'}")
    if answer.status == 400:
        return _bad_request(body, said)
    if answer.status == 403:
        return _refused(kind, said)
    return None


def problem_inside(body: Body) -> NetworkError:
    """What is wrong with an answer of 200 that holds no data."""
    errors = body.get("errors")
    if not isinstance(errors, list) or not errors or not isinstance(errors[0], dict):
        return SpecDrift("X's answer holds neither data nor a reason.")
    kind, said = _kind(errors[0]), _said(errors[0])
    if kind == "resource-not-found":
        return Gone(f"X: {said}")
    if kind in ("not-authorized-for-resource", "resource-unavailable", "disallowed-resource"):
        return Forbidden(f"X: {said}", "tweet.read")
    return SpecDrift(f"X: {said}")


def _bad_request(body: Body, said: str) -> NetworkError:
    places = _parameters(body)
    if places & PLACES:
        return PlaceLost(f"X: {said}", sorted(places & PLACES)[0])
    if body.get("error") in ("invalid_grant", "invalid_token") or "token was invalid" in said:
        return AuthExpired(f"X: {said}")
    return Invalid(f"X: {said}", "text" if "text" in places else "")


def _refused(kind: str, said: str) -> NetworkError:
    small = said.lower()
    if "duplicate content" in small:
        return Duplicate(f"X: {said}", "text")
    if "deleted or not visible" in small:
        return Gone(f"X: {said}")
    if "too long" in small:
        return Invalid(f"X: {said}", "text")
    return Forbidden(
        f"X: {said or 'this is not allowed.'}", "an app with access" if kind == "client-forbidden" else ""
    )


def _kind(body: Body) -> str:
    return str(body.get("type", "")).rsplit("/", 1)[-1]


def _said(body: Body) -> str:
    for name in ("detail", "error_description", "title", "error"):
        if isinstance(body.get(name), str):
            return str(body[name])[:300]
    first = (body.get("errors") or [{}])[0]
    return str(first.get("message") or first.get("detail") or "")[:300] if isinstance(first, dict) else ""


def _parameters(body: Body) -> set[str]:
    """The names of what X did not like in a request."""
    names = {str(body.get("parameter"))} if body.get("parameter") else set()
    for error in body.get("errors") or []:
        if isinstance(error, dict):
            names |= set(error.get("parameters") or {}) | (
                {str(error["parameter"])} if "parameter" in error else set()
            )
    return names
