import json

import httpx
import pytest

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.interface import Draft, Ref
from livingroom.networks.mastodon.network import MastodonNetwork
from livingroom.networks.transport import Transport

SERVER = "https://social.example"


@pytest.mark.parametrize(
    ("said_to", "answered_to"),
    [("direct", "direct"), ("private", "private"), ("unlisted", "public"), ("public", "public")],
)
def test_what_was_said_to_us_alone_is_answered_to_them_alone(said_to, answered_to):
    written = []

    def wire(request: httpx.Request) -> httpx.Response:
        status = {
            "id": "7",
            "visibility": said_to,
            "account": {"id": "9", "acct": "jeff"},
            "content": "",
            "created_at": "2026-11-22T10:00:00Z",
            "url": f"{SERVER}/@us/7",
        }
        if request.method == "POST":
            written.append(json.loads(request.content))
        return httpx.Response(200, json=status)

    network = MastodonNetwork(
        transport=Transport(inner=httpx.MockTransport(wire)),
        credentials=CredentialsInMemory({"access_token": "t"}),
        server_url=SERVER,
        account_id="1",
    )

    network.reply(Ref("7"), network.render(Draft("Which cable?"))[0], "key")

    assert [(row["visibility"], row["in_reply_to_id"]) for row in written] == [(answered_to, "7")]
