import io
import json
import zipfile

import pytest

from livingroom.people.models import Consent, Customer, ErasureReceipt, LinkProposal
from livingroom.people.tasks import erase_person
from livingroom.shared.addresses import mail_hash
from livingroom.shared.models import Event
from tests.people import lee as people
from tests.people.lee import AT, MAIL, NAME, WORDS
from tests.posts import cast as house

pytestmark = pytest.mark.django_db


@pytest.fixture
def lee(db, settings, tmp_path):
    settings.LAKE_URL = str(tmp_path / "lake")
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return people.everywhere(measured=False)


@pytest.fixture
def ada(client, lee):
    client.force_login(house.ada())
    return client


def test_a_customer_is_found_by_order_handle_and_address_and_shown_whole(ada, lee):
    for text in ("1001", people.HANDLE, people.DID, f" {MAIL.upper()}"):
        found = ada.post("/customers/search/", {"q": text})
        assert found.url == f"/customers/{lee.customer.pk}/", text
    several = ada.post("/customers/search/", {"q": "nobody@post.example"}).url

    page = ada.get(f"/customers/{lee.customer.pk}/").content.decode()

    assert mail_hash("nobody@post.example").removeprefix("mail:") in several
    for text in ("1001", "C-4711 of shop outlet", "A mail address", "newsletter", "Purple notebook"):
        assert text in page
    assert mail_hash(MAIL) not in page
    assert ada.get("/customers/").status_code == 200


def test_the_export_holds_their_words_and_nobody_elses(ada, lee):
    answer = ada.post(f"/customers/{lee.customer.pk}/export/")

    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert {
        "conversations.json",
        "orders.json",
        "people.json",
        "mentions.json",
        "members.json",
        "index.html",
    } <= set(packed.namelist())
    every = "".join(packed.read(name).decode() for name in packed.namelist())
    said = json.loads(packed.read("conversations.json"))["messages"]
    assert any(row["text"] == f"{WORDS}\n\nYours, {NAME}" for row in said)
    assert "we are sorry" in every
    assert "Mine is fine" not in every
    assert WORDS in packed.read("index.html").decode()
    assert Event.objects.filter(verb="exported", subject=f"customer {lee.customer.pk}").exists()


def test_erasing_asks_for_the_number_and_leads_to_the_receipt(ada, lee):
    path = f"/customers/{lee.customer.pk}/erase/"
    assert ada.post(path, {"number": "12"}).status_code == 422
    assert not ErasureReceipt.objects.exists()

    receipt_path = ada.post(path, {"number": str(lee.customer.pk)}).url
    under_way = ada.get(receipt_path).content.decode()
    erase_person.func(ErasureReceipt.objects.get().pk)
    done = ada.get(receipt_path).content.decode()

    assert "Under way" in under_way
    assert "Nothing was left" in done
    given = ada.get(f"{receipt_path}receipt.json").json()
    assert given["digest"] == ErasureReceipt.objects.get().digest
    assert ada.get(f"/customers/{lee.customer.pk}/").status_code == 404
    assert ErasureReceipt.objects.get().number in ada.get("/customers/erasures/").content.decode()


def test_a_pair_is_decided_undone_and_consent_taken_back_on_the_page(ada, lee):
    other = Customer.objects.create(first_seen_at=AT)
    proposal = LinkProposal.objects.create(
        one=lee.customer, two=other, rule="one browser", evidence="Both.", found_at=AT
    )

    assert "Both." in ada.get("/customers/links/").content.decode()
    ada.post(f"/customers/links/{proposal.pk}/", {"answer": "yes"})
    assert ada.get(f"/customers/{other.pk}/").url == f"/customers/{lee.customer.pk}/"
    merge = lee.customer.merges_kept.get()
    ada.post(f"/customers/{lee.customer.pk}/merges/{merge.pk}/undo/")
    ada.post(f"/customers/{lee.customer.pk}/withdraw/", {"purpose": "newsletter"})

    assert ada.get(f"/customers/{other.pk}/").status_code == 200
    assert not Consent.objects.filter(withdrawn_at=None).exists()


@pytest.mark.parametrize("role", ["agent", "analyst", "community_manager"])
def test_who_may_not_see_people_sees_none(client, lee, role):
    client.force_login(house.staff("Ian", role))

    for path in (
        "/customers/",
        f"/customers/{lee.customer.pk}/",
        "/customers/links/",
        "/customers/erasures/",
        "/customers/imports/",
    ):
        assert client.get(path).status_code == 403, path
    assert client.post(f"/customers/{lee.customer.pk}/export/").status_code == 403
    client.force_login(house.staff("Mia", "manager"))
    assert client.post(f"/customers/{lee.customer.pk}/erase/", {"number": lee.customer.pk}).status_code == 403
    assert "closed conversations" in client.get("/settings/retention/?count=1").content.decode().lower()
