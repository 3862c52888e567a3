"""One click as it stands in the journal: ten text fields. The agent comes last because it may hold anything."""

from typing import NamedTuple

SEPARATOR = "\x1f"
LONGEST_AGENT = 512


class JournalClick(NamedTuple):
    click_id: str
    at: int  # microseconds UTC
    link_id: int
    is_test: bool
    visitor: str  # "c:…" from our cookie, "d:…" from the day's hash
    prefix: str  # the address cut to its /24 or /48; dropped when the click is shipped
    method: str
    purpose: str  # what a prefetch header said, as "name=value"
    referrer_host: str
    agent: str


def encode(click: JournalClick) -> bytes:
    return (
        f"{click.click_id}\x1f{click.at}\x1f{click.link_id}\x1f{click.is_test:d}\x1f{click.visitor}\x1f{click.prefix}"
        f"\x1f{click.method}\x1f{click.purpose}\x1f{click.referrer_host}\x1f{click.agent[:LONGEST_AGENT]}"
    ).encode("utf-8", "replace")


def decode(payload: bytes) -> JournalClick:
    """Raises ValueError when the payload is no click."""
    fields = payload.decode("utf-8").split(SEPARATOR, 9)
    if len(fields) != 10:
        raise ValueError(f"a click has 10 fields, this record has {len(fields)}")
    return JournalClick(fields[0], int(fields[1]), int(fields[2]), fields[3] == "1", *fields[4:])
