import pytest
from django.test import Client

from livingroom.networks.errors import Invalid
from livingroom.networks.models import Connection, ReceivedMention
from livingroom.networks.webmention import pingback

SOURCE, TARGET = "https://ana.example.org/?a=1&b=<2>", "https://shop.example.com/desks/"
BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<methodCall><methodName>pingback.ping</methodName><params><param><value>&b;</value></param></params></methodCall>"""
FILE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<methodCall><methodName>pingback.ping</methodName><params><param><value>&a;</value></param></params></methodCall>"""


def test_a_call_is_read_as_it_was_written() -> None:
    assert pingback.read_call(pingback.write_call(SOURCE, TARGET)) == (SOURCE, TARGET)


def test_a_value_needs_no_type() -> None:
    body = (
        b"<methodCall><methodName>pingback.ping</methodName><params><param><value>https://a/</value></param>"
    )
    body += b"<param><value>https://b/</value></param></params></methodCall>"

    assert pingback.read_call(body) == ("https://a/", "https://b/")


@pytest.mark.parametrize("body", [BOMB, FILE, b"", b"<no", b"<other/>"])
def test_a_bomb_a_file_and_rubbish_are_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        pingback.read_call(body)


@pytest.mark.django_db
def test_the_door_answers_in_xml(client: Client) -> None:
    Connection.objects.create(
        network="webmention", server_url="https://shop.example.com", account_id="s", handle="shop"
    )

    taken = client.post("/pingback/", pingback.write_call(SOURCE, TARGET), content_type="text/xml")
    not_ours = client.post(
        "/pingback/", pingback.write_call(SOURCE, "https://x.example/"), content_type="text/xml"
    )
    other = client.post(
        "/pingback/", b"<methodCall><methodName>x</methodName></methodCall>", content_type="text/xml"
    )
    bomb = client.post("/pingback/", BOMB, content_type="text/xml")

    assert "Taken" in pingback.read_answer(taken.content)
    for answer, code in ((not_ours, pingback.NOT_OURS), (other, -32601)):
        with pytest.raises(pingback.Fault) as fault:
            pingback.read_answer(answer.content)
        assert fault.value.code == code
    assert bomb.status_code == 400
    assert ReceivedMention.objects.get().protocol == "pingback"
