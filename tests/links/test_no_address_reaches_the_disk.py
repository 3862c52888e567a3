from pathlib import Path

import pytest

from livingroom.links.redirector.visitor import bare_address, network_prefix
from tests.links.support import LinkTable, journal_clicks, redirector

V4, V6 = "203.0.113.77", "2001:db8:1234:5678:9abc:def0:1234:5678"


def test_addresses_are_in_no_file(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    with redirector(tmp_path, TRUSTED_PROXIES="1") as running:
        running.get("/shop", x_forwarded_for=V4)
        running.get("/shop", x_forwarded_for=f"198.51.100.9, {V6}")
        running.get("/unknown", x_forwarded_for=V4)
        running.stop()

    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    clicks = journal_clicks(tmp_path)
    assert [click.prefix for click in clicks] == ["203.0.113.0", "2001:db8:1234::"]
    assert len({click.visitor for click in clicks}) == 2
    for address in (V4, V6, "198.51.100.9", "203.0.113.77".encode("utf-16")):
        assert (address if isinstance(address, bytes) else address.encode()) not in everything


def test_without_proxies_of_ours_nobody_can_choose_an_address(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    with redirector(tmp_path) as running:
        running.get("/shop", x_forwarded_for=V4)

    assert [click.prefix for click in journal_clicks(tmp_path)] == ["127.0.0.0"]


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("2001:db8:1234:5678::1", "2001:db8:1234::"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("fe80::1%eth0", "fe80::"),
        ("unknown", ""),
        ("203.0.113.77 and more.1", ""),
        ("1:2:zz", ""),
        ("_hidden", ""),
        ("", ""),
    ],
)
def test_a_prefix_is_all_that_is_left_of_an_address(address: str, prefix: str) -> None:
    assert network_prefix(address) == prefix


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("203.0.113.77", "203.0.113.77"),
        ("203.0.113.77:4711", "203.0.113.77"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
    ],
)
def test_a_proxys_port_does_not_make_another_visitor(written: str, meant: str) -> None:
    assert bare_address(written) == meant
