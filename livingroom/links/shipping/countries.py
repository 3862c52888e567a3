"""The country of a network prefix, from the table that geoip2fast brings along."""

from functools import cache, lru_cache
from importlib import import_module
from typing import Any

DATA = "geoip2fast-ipv6.dat.gz"  # IPv4 and IPv6


@lru_cache(maxsize=262_144)
def country_of(prefix: str) -> str:
    """ISO 3166-1 alpha-2, or nothing for what is private, unknown or no address."""
    if not prefix:
        return ""
    code = str(_table().lookup(prefix).country_code)
    return code if len(code) == 2 and code.isalpha() else ""


@cache
def _table() -> Any:
    # Imported late: the table takes a quarter of a second and 60 MB, which only the shipper should spend.
    return import_module("geoip2fast").GeoIP2Fast(geoip2fast_data_file=DATA)
