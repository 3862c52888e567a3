"""Where a short link may lead: only to the brand's own hosts, only over http(s), nowhere private."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from django.conf import settings

from livingroom.shared.models import Brand
from livingroom.shared.problems import Problem

PRIVATE_ENDINGS = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


def destination_problems(url: str, *, brand: Brand) -> list[Problem]:
    """Say what keeps `url` from being a destination; an empty list when nothing does."""
    try:
        parts = urlsplit(url.strip())
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return [_problem("This is not a web address.")]
    if parts.scheme not in {"http", "https"} or not host:
        return [_problem("The address must start with https:// or http:// and name a host.")]
    if any(ord(character) <= 32 or character == "\\" for character in url.strip()):
        return [_problem("A web address has no spaces, line breaks or backslashes.")]
    if "@" in parts.netloc:
        return [_problem("The address must not carry a user name or password (the part before @).")]
    if url.strip().startswith(f"{settings.PUBLIC_URL}/"):
        return []  # a page of ours for everybody: an event, an idea
    if is_private_host(host) and not settings.ALLOW_PRIVATE_NETWORKS:
        return [_problem(f"{host} is not on the public internet: customers cannot reach it.")]
    if not {host.lower(), _ascii_host(host)} & brand.allowed_hosts:
        return [_problem(f"{host} is not one of your shops and sites yet. An admin can add it in Settings.")]
    return []


def is_private_host(host: str) -> bool:
    """Say whether a host is this machine, a local name or an address nobody outside can reach."""
    name = host.lower()
    if name == "localhost" or name.endswith(PRIVATE_ENDINGS):
        return True
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        # A name without a dot is local; so is what only looks like a number (0x7f000001, 2130706433, 127.1).
        return "." not in name or name.rsplit(".", 1)[1].isdigit()


def host_of(url: str) -> str:
    try:
        return (urlsplit(url.strip()).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


def query_of(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def with_query(url: str, fields: Mapping[str, str]) -> str:
    """Return `url` in plain ASCII with `fields` in its query; ours replace keys of the same name, the rest stays.

    `{lr}` and `{code}` in the address stay as they are: they mark where the click id and the code go for shops
    that want them elsewhere than in the query.
    """
    parts = urlsplit(url.strip())
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in fields]
    return urlunsplit(
        (
            parts.scheme.lower(),
            _ascii_host(parts.netloc),
            quote(parts.path, safe="/%:@!$&'()*+,;={}~-._"),
            urlencode([*kept, *fields.items()], safe="{}[]:/,"),
            quote(parts.fragment, safe="/%?:@!$&'()*+,;={}~-._"),
        )
    )


def _ascii_host(netloc: str) -> str:
    try:
        return netloc.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return netloc.lower()


def _problem(text: str) -> Problem:
    return Problem(text, field="destination")
