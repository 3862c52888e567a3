"""The SSRF guard: a server address that somebody typed may lead to the public internet only.

The name is resolved once, every address is judged, and the connection goes to the address that was judged: a name that
changes its answer between look and use (DNS rebinding) gains nothing. It sits below redirects, so those pass it too.
"""

import ipaddress
import socket
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

from livingroom.networks.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Addresses that carry an IPv4 address inside: judged by what they carry.
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(Invalid):
    """The address leads into a private network."""


def is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def resolve(host: str, port: int) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(str(row[4][0]).split("%")[0]) for row in found]


def judge(host: str, port: int, *, allow_private: bool) -> Address:
    """The address to connect to. Raises AddressRefused when any of the name's addresses is not allowed."""
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} cannot be found: {error}") from error
    for address in addresses:
        if not is_public(address) and not allow_private:
            raise AddressRefused(
                f"{host} leads to {address}, which is not on the public internet.", "server_url"
            )
    # Servers on this machine often listen on IPv4 alone; for the rest the system's order of preference holds.
    return min(addresses, key=lambda address: address.version) if allow_private else addresses[0]


class PinnedBackend(httpcore.SyncBackend):
    """Connects to the very address that was judged. TLS still checks the name."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = judge(host, port, allow_private=self._allow_private)
        return super().connect_tcp(str(address), port, timeout, local_address, socket_options)


class GuardedTransport(httpx.HTTPTransport):
    def __init__(self, *, allow_private: bool = False) -> None:
        super().__init__(verify=True, trust_env=False)
        self._allow_private = allow_private
        # httpx has no public door for the backend; test_the_guard_judges_every_connection fails if this one closes.
        self._pool._network_backend = PinnedBackend(allow_private=allow_private)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme != "https" and not (self._allow_private and request.url.scheme == "http"):
            raise AddressRefused("The address must begin with https://.", "server_url")
        return super().handle_request(request)


@cache
def shared_guard(*, allow_private: bool) -> GuardedTransport:
    """One per process: its connections stay open, and reading the certificates of the world takes 30 ms."""
    return GuardedTransport(allow_private=allow_private)
