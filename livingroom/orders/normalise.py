"""Small words that shops write in many ways, brought into one."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from livingroom.shared.places import countries

_CLICK = re.compile(r"[0-9a-z]{8,64}")
_REFERENCE = re.compile(r"\blr_([0-9A-Za-z]{8,64})\b")
_CODES_APART = re.compile(r"[,;|]")
_COUNTRIES_BY_OTHER_NAMES = {"uk": "GB", "usa": "US", "united states of america": "US", "great britain": "GB"}


def code_words(*texts: str) -> tuple[str, ...]:
    """The codes as redeemed: upper case, without blanks, each once, in their order."""
    found: dict[str, None] = {}
    for text in texts:
        for part in _CODES_APART.split(text):
            if word := "".join(part.split()).upper()[:60]:
                found[word] = None
    return tuple(found)


def click_id(text: str) -> str:
    """The click in a bare id, in `lr_<id>`, or in the `lr` of an address; "" when there is none."""
    text = text.strip()
    if not text:
        return ""
    if "lr=" in text:
        text = parse_qs(urlsplit(text).query).get("lr", [""])[-1]
    elif reference := _REFERENCE.search(text):
        text = reference[1]
    text = text.lower()
    return text if _CLICK.fullmatch(text) else ""


def host_of(address: str) -> str:
    """The host a visitor came from, lower case and without `www.`."""
    address = address.strip()
    if not address:
        return ""
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")[:120]


def source_host(address: str) -> str:
    """The host that the address names as its `utm_source`, such as coupons.example; "" when that is a mere word."""
    try:
        source = parse_qs(urlsplit(address.strip()).query).get("utm_source", [""])[-1]
    except ValueError:
        return ""
    return host_of(source) if "." in source else ""


@lru_cache(maxsize=1024)
def country_code(text: str) -> str:
    """Two letters for a code or an English name; "" when nobody knows it."""
    word = text.strip()
    if word.upper() in countries():
        return word.upper()
    return _COUNTRIES_BY_OTHER_NAMES.get(word.lower()) or _codes_by_name().get(word.lower(), "")


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    return {name.lower(): code for code, name in countries().items()}


def moment(text: str, *, form: str = "", zone: str = "UTC") -> datetime:
    """Read a time as ISO 8601, or by `form`; one that names no zone is in `zone`. Raises ValueError."""
    at = datetime.strptime(text, form) if form else datetime.fromisoformat(_iso(text))  # noqa: DTZ007
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(zone))
    at = at.astimezone(UTC)
    if not 1990 <= at.year <= 2200:
        raise ValueError(f"{at.year} is no year of an order")
    return at


def _iso(text: str) -> str:
    # Shopify writes a blank before the offset ("2009-11-22 10:11:12 -0500"), which ISO 8601 does not allow.
    text = text.strip()
    if len(text) > 20 and text[-6] == " " and text[-5] in "+-":
        return text[:-6] + text[-5:]
    return f"{text[:-4]}+00:00" if text.endswith(" UTC") else text
