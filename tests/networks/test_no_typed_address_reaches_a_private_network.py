import ipaddress
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from livingroom.networks import guard
from livingroom.networks.bluesky.network import BlueskyNetwork
from livingroom.networks.errors import Invalid, Unavailable
from livingroom.networks.guard import AddressRefused, GuardedTransport, is_public
from livingroom.networks.transport import Transport

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]


class Here(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    running = HTTPServer(("127.0.0.1", 0), Here)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700:4700::1111", "::ffff:93.184.216.34"])
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f000001/",
    ],
)
def test_every_spelling_of_this_machine_is_refused(url: str) -> None:
    with pytest.raises((AddressRefused, Unavailable)) as refused:
        Transport().read("GET", url)

    assert isinstance(refused.value, AddressRefused) or "cannot be found" in refused.value.text


def test_plain_http_is_refused(server: HTTPServer) -> None:
    with pytest.raises(AddressRefused, match="https"):
        Transport().read("GET", "http://example.com/")


def test_loopback_is_reached_only_where_the_owner_allows_it(server: HTTPServer) -> None:
    url = f"http://127.0.0.1:{server.server_address[1]}/"

    answer = Transport(allow_private=True).read("GET", url)

    assert answer.status == 200
    with pytest.raises(AddressRefused):
        Transport().read("GET", url)


def test_one_private_answer_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [ipaddress.ip_address("93.184.216.34"), ipaddress.ip_address("10.0.0.1")]
    monkeypatch.setattr(guard, "resolve", lambda host, port: both)

    with pytest.raises(AddressRefused):
        Transport().read("GET", "https://pds.example.com/")


def test_the_guard_judges_every_connection_and_connects_to_what_it_judged(
    monkeypatch: pytest.MonkeyPatch, server: HTTPServer
) -> None:
    asked: list[str] = []
    connected: list[str] = []
    real_connect = socket.create_connection

    def resolve(host: str, port: int) -> list[guard.Address]:
        asked.append(host)
        return [ipaddress.ip_address("127.0.0.1")]

    def connect(address: tuple[str, int], *args: object, **options: object) -> socket.socket:
        connected.append(address[0])
        return real_connect(address, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(guard, "resolve", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    client = httpx.Client(transport=GuardedTransport(allow_private=True))

    client.get(f"http://rebinding.example.com:{server.server_address[1]}/")

    # The name was looked up once, by us; the socket was given the address, not the name.
    assert asked == ["rebinding.example.com"]
    assert connected == ["127.0.0.1"]


def test_connecting_an_account_on_a_private_server_is_refused_at_the_server_field() -> None:
    form = {
        "handle": "shop.example.com",
        "app_password": "abcd-efgh-ijkl-mnop",
        "server_url": "https://localhost:8443",
    }

    with pytest.raises(Invalid) as refused:
        BlueskyNetwork.begin(form, Transport())

    assert refused.value.field == "server_url"
