"""A network whose sign-in allows two accounts at once, small enough to see whole; it speaks with nobody."""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlencode

from livingroom.networks.connecting import AppRefused, Choices, new_state
from livingroom.networks.errors import Invalid
from livingroom.networks.interface import AccountInfo, Connected, ConnectField, Redirect
from livingroom.networks.sandbox.network import SandboxNetwork
from livingroom.networks.transport import Transport


class TwoHouses(SandboxNetwork):
    name: ClassVar[str] = "twohouses"
    title: ClassVar[str] = "Two houses"
    connect_fields: ClassVar[tuple[ConnectField, ...]] = ()
    app_fields: ClassVar[tuple[ConnectField, ...]] = (
        ConnectField("client_id", "Client ID"),
        ConnectField("client_secret", "Client secret", secret=True),
    )

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Redirect:
        state = new_state()
        query = urlencode(
            {"state": state, "client_id": form["client_id"], "redirect_uri": form["redirect_uri"]}
        )
        return Redirect(f"https://two.example/allow?{query}", state, {"client_secret": form["client_secret"]})

    @classmethod
    def finish(cls, params: Mapping[str, str], state: str, transport: Transport) -> Choices:
        if params.get("error"):
            raise Invalid("Two houses: you said no.")
        if params["client_secret"] != "right-secret":
            raise AppRefused("Two houses does not know this app.")
        return Choices(tuple(cls.house(number, params["code"]) for number in ("1", "2")))

    @classmethod
    def house(cls, number: str, code: str) -> Connected:
        account = AccountInfo(number, f"house{number}", f"House {number}", "", 0, 0, frozenset({"read"}))
        return Connected(account, "", {"token": f"token of {code} {number}"})
