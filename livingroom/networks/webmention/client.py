"""Ask for mentions. Plain Python, no Django: only the transport below it knows that they are our own."""

from collections.abc import Mapping, Sequence
from typing import Any

from livingroom.networks.errors import OutcomeUnknown, SpecDrift
from livingroom.networks.transport import Transport

Row = dict[str, Any]
SERVER = "https://mentions.livingroom"


class WebmentionClient:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def mentions(self, params: Mapping[str, object]) -> tuple[list[Row], bool]:
        body = self._transport.read("GET", f"{SERVER}/mentions", params=dict(params)).json()
        try:
            return list(body["mentions"]), bool(body["more"])
        except KeyError as error:
            raise SpecDrift(f"The list of mentions has no {error}.") from None

    def counts(self, targets: Sequence[str]) -> dict[str, dict[str, int]]:
        # A read with a body: a hundred addresses are too long for a query.
        body = self._transport.read("POST", f"{SERVER}/counts", json=list(targets)).json()
        counts = body.get("counts")
        if not isinstance(counts, dict):
            raise SpecDrift("The counts of mentions are missing.")
        return counts

    def hide(self, number: str) -> None:
        try:
            self._transport.write("POST", f"{SERVER}/mentions/{number}/hide", json={})
        except OutcomeUnknown:
            # Hidden twice is hidden once.
            self._transport.write("POST", f"{SERVER}/mentions/{number}/hide", json={})
