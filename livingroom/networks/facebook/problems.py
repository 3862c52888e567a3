"""What Meta says when it refuses, in our words; Facebook and Instagram share it. Pure.

Nearly all refusals come with the status 400 and a number: https://developers.facebook.com/docs/graph-api/guides/error-handling
and, for publishing on Instagram, https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Gone,
    Invalid,
    NetworkError,
    RateLimited,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.rate import DEFAULT_REST, read_retry_at
from livingroom.networks.transport import Answer

RIGHT = re.compile(r"\b(?:pages_[a-z_]+|instagram_[a-z_]+|read_insights|business_management)\b")
EXPIRED = {102, 190, 463, 467}
TOO_MANY = {4, 9, 17, 32, 341, 613, *range(80000, 80015)}
SHAKY = {1, 2}
MISSING_SUBCODES = {33}
NO_RIGHT = {3, 10, *range(200, 300)}
BLOCKED = {368}
DUPLICATE = {506}
BAD_LINK = {1500, 1609005}
# What Instagram says in the subcode.
NOT_READY = 2207027
ENOUGH_FOR_TODAY = 2207042
BAD_CAPTION = {2207010, 2207040}
BAD_IMAGE = {2207003, 2207004, 2207005, 2207009, 2207020, 2207052, 2207053, 2207057}
INSTAGRAM_BLOCKED = {2207050, 2207051}
INSTAGRAM_SHAKY = {2207001, 2207008, 2207032}


class Duplicate(Invalid):
    """The same words were posted a moment ago: perhaps by us, in a request whose answer was lost."""


class Shaky(Unavailable):
    """Meta had trouble of its own: for a write, that does not say whether it was done."""


class NotReady(Unavailable):
    """Instagram has not finished with a picture; nothing was published."""


def explain(answer: Answer) -> NetworkError | None:
    """Read the number of a refusal; None leaves it to the status."""
    try:
        told = answer.json().get("error")
    except SpecDrift:
        return None
    if not isinstance(told, dict) or answer.status >= 500:
        return None
    return read_error(told, answer.headers, datetime.now(UTC))


def read_error(told: Mapping[str, Any], headers: Mapping[str, str], now: datetime) -> NetworkError | None:
    code, subcode = _number(told.get("code")), _number(told.get("error_subcode"))
    said = f"Meta: {told.get('error_user_msg') or told.get('message') or 'no reason given'}"[:400]
    by_subcode = _by_subcode(subcode, said, now)
    if by_subcode is not None:
        return by_subcode
    if code in EXPIRED:
        return AuthExpired(said)
    if code in TOO_MANY:
        return RateLimited(said, retry_at(headers, now))
    if code in NO_RIGHT:
        found = RIGHT.search(said)
        return Forbidden(said, found.group() if found else "")
    if code in BLOCKED:
        return Forbidden(
            f"{said} (Meta has blocked this for a while; look at the page's quality in its settings.)"
        )
    if code in DUPLICATE:
        return Duplicate(said, "text")
    if code in BAD_LINK:
        return Invalid(said, "link")
    if code in SHAKY or told.get("is_transient") is True:
        return Shaky(said)
    if code == 803 or (code == 100 and subcode in MISSING_SUBCODES):
        return Gone(said)
    return Invalid(said, "text" if "message" in said.lower() else "") if code else None


def _by_subcode(subcode: int, said: str, now: datetime) -> NetworkError | None:
    if subcode == NOT_READY:
        return NotReady(said)
    if subcode == ENOUGH_FOR_TODAY:
        return RateLimited(said, now + timedelta(hours=1))
    if subcode in BAD_CAPTION:
        return Invalid(said, "text")
    if subcode in BAD_IMAGE:
        return Invalid(said, "images")
    if subcode in INSTAGRAM_BLOCKED:
        return Forbidden(said)
    return Shaky(said) if subcode in INSTAGRAM_SHAKY else None


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """When Meta wants us back: in a header of its own, in minutes for each kind of use."""
    minutes = 0
    try:
        usage = json.loads(headers.get("x-business-use-case-usage", "{}"))
        for uses in usage.values():
            minutes = max(minutes, *(int(use.get("estimated_time_to_regain_access") or 0) for use in uses))
    except (ValueError, AttributeError, TypeError):
        minutes = 0
    if minutes:
        return now + timedelta(minutes=minutes)
    return read_retry_at(headers, now) or now + DEFAULT_REST


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0
