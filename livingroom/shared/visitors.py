"""Who is at the door: a visitor's address, and names for visitors and their networks that cannot be turned back."""

import hashlib
import ipaddress
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from livingroom.config.environment import read_environment


def visitor_address(request: HttpRequest) -> str:
    """Return the visitor's address; behind our own proxies, the one that the outermost of them saw."""
    n_proxies = read_environment().trusted_proxies
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if n_proxies and len(hops) >= n_proxies:
        return hops[-n_proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def visitor_of_day(address: str, now: datetime, *, purpose: str) -> str:
    """A name for a visitor that holds for a day and one purpose."""
    return _named(f"{purpose} {now:%Y-%m-%d} {address}")


def network_name(address: str) -> str:
    """A name for the network an address lies in: /24 of the fourth version, /56 of the sixth; empty without an address."""
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        return ""
    width = 24 if version == 4 else 56
    return _named(f"network {ipaddress.ip_network((address, width), strict=False)}")


def agent_name(request: HttpRequest) -> str:
    """A name for the kind of browser; empty when it does not say."""
    agent = request.headers.get("User-Agent", "")
    return _named(f"agent {agent}") if agent else ""


def _named(what: str) -> str:
    key = settings.SECRET_KEY.encode()[:64]
    return hashlib.blake2b(what.encode(), key=key).hexdigest()[:24]
