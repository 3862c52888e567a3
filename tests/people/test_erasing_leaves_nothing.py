import json

import pytest
from django.core.files.storage import default_storage

from livingroom.attribution.lake import open_lake
from livingroom.attribution.models import Evidence
from livingroom.attribution.operations import run_attribution
from livingroom.inbox.models import Author, Conversation, Message
from livingroom.lake.erasure import files_holding
from livingroom.listening.models import Mention
from livingroom.listening.taking import Heard, take_in
from livingroom.networks.models import Reaction
from livingroom.orders.models import LedgerEntry, Order
from livingroom.people.erasure.operations import THE_PERSON, ask_erasure
from livingroom.people.erasure.registry import erasers
from livingroom.people.erasure.running import digest_of, run_erasure, said_by
from livingroom.people.erasure.searching import look_in_tables
from livingroom.people.models import Customer, ErasureReceipt, Handle
from livingroom.shared.addresses import mail_hash
from tests.orders import cast as till
from tests.people import lee as people
from tests.people.lee import AT, DID, MAIL, NOW, WORDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db, settings, tmp_path):
    settings.LAKE_URL = str(tmp_path / "lake")
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def lee(home):
    return people.everywhere(measured=False)


def erase(lee) -> ErasureReceipt:
    return run_erasure(ask_erasure(by=THE_PERSON, customer=lee.customer, now=NOW), NOW)


def test_a_person_who_was_everywhere_is_nowhere_while_money_and_everybody_else_stay(home):
    lee = people.everywhere()
    places = look_in_tables(lee.strings)
    assert {
        "listening.mention.author_id",
        "inbox.message.text",
        "orders.order.click_id",
        "shared.event.change",
    } <= set(places)
    assert files_holding(open_lake(), lee.strings)
    assert Evidence.objects.get(order=lee.order).grade == "C"
    money = list(LedgerEntry.objects.order_by("pk").values("amount_minor", "order"))

    receipt = erase(lee)

    assert look_in_tables(lee.strings) == {}
    assert files_holding(open_lake(), lee.strings) == {}
    assert not default_storage.exists("mail/ab/" + "ab" * 32)
    assert (receipt.state, receipt.searched["left"], receipt.person_sealed) == ("done", {}, "")
    assert list(LedgerEntry.objects.order_by("pk").values("amount_minor", "order")) == money
    assert Order.objects.get(external_id="1001").customer is None
    assert any("books must be kept" in text for text in receipt.kept)
    assert Order.objects.get(external_id="1002").customer == lee.mo.customer
    assert Mention.objects.get(author_id="did:plc:mo").text == "Mine is fine"
    assert open_lake().rows("SELECT count(*) FROM clicks WHERE visitor = 'c:mo'") == [(1,)]

    run_attribution(NOW)

    after = Evidence.objects.get(order=lee.order)
    assert (after.grade, after.touch_id == lee.click) == ("C", False)
    assert open_lake().rows("SELECT count(*) FROM clicks WHERE class = 'human'") == [(3,)]


def test_a_case_stays_without_words_and_a_receipt_names_nobody_and_tells_when_it_was_changed(lee):
    receipt = erase(lee)

    case = Conversation.objects.get(network="mail")
    assert (case.subject, case.author.name, str(case.author)) == ("", "", f"erased {case.author_id}")
    assert list(case.messages.order_by("at").values_list("direction", flat=True)) == ["in", "out"]
    assert "we are sorry" in case.messages.get(direction="out").text
    said = json.dumps(said_by(receipt))
    assert not [text for text in lee.strings if text in said]
    assert receipt.digest == digest_of(receipt)
    receipt.rooms["orders"] = {}
    assert receipt.digest != digest_of(receipt)


def test_erasing_goes_on_where_a_crash_stopped_it(lee, monkeypatch):
    receipt = ask_erasure(by=THE_PERSON, customer=lee.customer, now=NOW)
    stumbling = next(one for one in erasers() if one.room == "orders")

    def stumble(*_: object) -> None:
        raise OSError(f"no room left for {MAIL}")

    monkeypatch.setitem(
        __import__("livingroom.people.erasure.registry", fromlist=["_erasers"])._erasers,
        "orders",
        type(stumbling)("orders", stumble, stumbling.position, True),
    )
    with pytest.raises(OSError, match="no room"):
        run_erasure(receipt, NOW)
    receipt.refresh_from_db()
    assert ("inbox" in receipt.rooms, "orders" in receipt.rooms) == (True, False)
    assert MAIL not in receipt.problem

    monkeypatch.undo()
    done = run_erasure(ErasureReceipt.objects.get(), NOW)

    assert done.state == "done"
    assert run_erasure(done, NOW).digest == done.digest
    assert not Customer.objects.filter(pk=lee.customer.pk).exists()


def test_a_file_read_again_or_words_heard_again_do_not_bring_them_back_but_buying_again_makes_a_new_customer(
    lee,
):
    shop = lee.order.shop
    erase(lee)

    again = {"placed_at": lee.order.placed_at, "customer_number": "C-4711", "mail": mail_hash(MAIL)}
    till.sell(shop, "1001", click_id=lee.click, **again)
    till.sell(shop, "0999", **again)

    assert Order.objects.get(external_id="1001").click_id != lee.click
    assert not Handle.objects.filter(value__in=[mail_hash(MAIL), "outlet:C-4711"]).exists()

    till.sell(shop, "2001", placed_at=NOW, customer_number="C-4711", mail=mail_hash(MAIL), now=NOW)
    till.sell(
        shop,
        "2002",
        placed_at=NOW + (NOW - AT),
        customer_number="C-4711",
        mail=mail_hash(MAIL),
        now=NOW + (NOW - AT),
    )

    assert Order.objects.get(external_id="2002").customer.handles.count() == 2
    assert not Order.objects.get(external_id="2001").customer.handles.exists()

    before = Mention.objects.count(), Author.objects.count(), Message.objects.count()

    said = {"network": "sandbox", "source": "test", "kind": "reply", "author_id": DID, "text": WORDS}
    old = take_in([Heard(key=f"at://{DID}/1", at=AT, **said)], now=NOW)

    assert old.n_left_out == 1
    assert (Mention.objects.count(), Author.objects.count(), Message.objects.count()) == before
    assert Reaction.objects.get().text == ""
