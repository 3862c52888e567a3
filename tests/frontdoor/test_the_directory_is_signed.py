import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from livingroom.frontdoor.models import SigningKey
from livingroom.frontdoor.signing import change_key
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}
KEYS = "/.well-known/livingroom-keys.json"


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify(content, detached, keys):
    """RFC 7515 by hand, so that our own code is not its own judge."""
    protected, between, signature = detached.split(".")
    assert between == ""
    header = json.loads(decoded(protected))
    assert header["alg"] == "EdDSA"
    [key] = [key for key in keys["keys"] if key["kid"] == header["kid"]]
    payload = base64.urlsafe_b64encode(content).rstrip(b"=").decode()
    Ed25519PublicKey.from_public_bytes(decoded(key["x"])).verify(
        decoded(signature), f"{protected}.{payload}".encode()
    )


def test_anybody_can_verify_the_very_bytes(client, doors):
    answer, keys = client.get("/directory.json"), client.get(KEYS).json()

    verify(answer.content, answer["Livingroom-Signature"], keys)

    content = json.loads(answer.content)
    assert {branch["slug"] for branch in content["branches"]} == {
        "outlet",
        "corner-brasil",
        "corner-ajuda",
        "ecke",
        "care",
    }
    assert content["brand"] == "Corner PC"
    assert datetime.fromisoformat(content["issued_at"]).tzinfo == UTC


def test_a_changed_byte_is_noticed(client, doors):
    answer, keys = client.get("/directory.json"), client.get(KEYS).json()

    with pytest.raises(InvalidSignature):
        verify(answer.content.replace(b"outlet", b"outbid"), answer["Livingroom-Signature"], keys)


def test_the_signature_comes_in_one_piece_too(client, doors):
    signed, keys = client.get("/directory.jws").json(), client.get(KEYS).json()

    verify(decoded(signed["payload"]), f"{signed['protected']}..{signed['signature']}", keys)


def test_only_public_facts_are_in_it(client, doors):
    content = client.get("/directory.json").content.decode()

    assert not re.search(r"credential|token|connection|@cornerpc\.example|Old Corner", content)


def test_a_new_key_signs_and_the_old_one_stays_published(client, doors):
    old, first = client.get("/directory.json"), client.get(KEYS).json()["keys"][0]["kid"]

    change_key(staff=cast.ada(), now=NOON)

    keys = client.get(KEYS).json()
    assert len(keys["keys"]) == 2
    assert keys["keys"][0]["kid"] != first
    verify(old.content, old["Livingroom-Signature"], keys)
    fresh = client.get("/directory.json")
    verify(fresh.content, fresh["Livingroom-Signature"], {"keys": keys["keys"][:1]})
    assert SigningKey.objects.exclude(retired_at=None).get().private_encrypted == ""


def test_a_command_changes_the_key(client, doors, capsys):
    before = client.get(KEYS).json()["keys"][0]["kid"]

    call_command("change_directory_key", cast.ada().email)

    after = client.get(KEYS).json()["keys"][0]["kid"]
    assert after != before
    assert after in capsys.readouterr().out
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("change_directory_key", "who@example.com")


def test_only_admins_change_the_key(doors):
    with pytest.raises(PermissionDenied):
        change_key(staff=cast.staff(), now=NOON)


def test_the_private_key_is_kept_encrypted_and_moves_to_the_newest_credential_key(client, doors, settings):
    client.get("/directory.json")
    row = SigningKey.objects.get()
    private = bytes.fromhex(
        json.loads(Fernet(settings.CREDENTIAL_KEYS[0]).decrypt(row.private_encrypted.encode()))["d"]
    )
    newest = Fernet.generate_key().decode()

    settings.CREDENTIAL_KEYS = [newest, *settings.CREDENTIAL_KEYS]
    client.get("/directory.json")

    row.refresh_from_db()
    assert len(private) == 32
    assert json.loads(Fernet(newest).decrypt(row.private_encrypted.encode()))["d"] == private.hex()


def test_a_lost_credential_key_makes_a_new_signing_key(client, doors, settings):
    before = client.get(KEYS).json()["keys"][0]["kid"]

    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]

    assert client.get("/directory.json").status_code == 200
    assert [key["kid"] == before for key in client.get(KEYS).json()["keys"]] == [False, True]


def test_the_way_to_verify_in_the_docs_works(client, doors, capsys, monkeypatch):
    docs = (Path(__file__).parents[2] / "docs" / "frontdoor.md").read_text()
    [code] = re.findall(r"```python\n(.*?)```", docs, flags=re.DOTALL)

    class Answer:
        def __init__(self, path):
            self._answer = client.get(path)
            self.content, self.headers = self._answer.content, self._answer.headers

        def json(self):
            return json.loads(self.content)

    monkeypatch.setattr("httpx.get", lambda url: Answer(url.removeprefix("https://social.example.com")))
    exec(compile(code, "docs/frontdoor.md", "exec"), {})

    assert "5 official places, and the signature is right." in capsys.readouterr().out


def test_the_feed_is_atom_with_a_lasting_id_for_each_branch(client, doors):
    feed = ElementTree.fromstring(client.get("/directory.atom").content)

    entries = feed.findall("a:entry", ATOM)
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in entries]
    assert len(set(ids)) == 5
    assert all(re.fullmatch(r"tag:[\w.]+,\d{4}-\d\d-\d\d:[\w-]+", one) for one in ids)
    for element in [feed, *entries]:
        assert element.findtext("a:title", namespaces=ATOM)
        assert datetime.fromisoformat(element.findtext("a:updated", namespaces=ATOM)).tzinfo == UTC


def test_a_changed_branch_is_the_newest_entry(client, doors):
    client.force_login(cast.ada())
    client.post("/branches/ecke/facts/", {"which": "facts", "about": "Neues aus der Ecke"})

    feed = ElementTree.fromstring(client.get("/directory.atom").content)

    assert feed.findtext("a:entry/a:title", namespaces=ATOM) == "Ecke"


def test_other_sites_may_frame_the_list_and_nothing_else(client, doors):
    framed, page = client.get("/embed/", {"country": "BR"}), client.get("/")

    assert "X-Frame-Options" not in framed
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert "Corner Brasil" in framed.content.decode()
    assert "Outlet" not in framed.content.decode()


def test_oembed_hands_out_the_frame(client, doors, settings):
    told = client.get("/oembed", {"url": f"{settings.PUBLIC_URL}/?country=BR", "maxwidth": "300"}).json()

    assert (told["type"], told["width"]) == ("rich", 300)
    assert f'src="{settings.PUBLIC_URL}/embed/?country=BR"' in told["html"]
    assert client.get("/oembed", {"url": "https://evil.example/"}).status_code == 404
    assert client.get("/oembed", {"url": settings.PUBLIC_URL + "/", "format": "xml"}).status_code == 501
