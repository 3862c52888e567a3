from datetime import UTC, datetime
from pathlib import Path

import pytest

from livingroom.people.erasure.operations import THE_PERSON, ask_erasure
from livingroom.people.importing.models import CustomerImport, CustomerMapping
from livingroom.people.importing.operations import NoSuchShop, import_file
from livingroom.people.importing.taking import WrongFile
from livingroom.people.linking.models import LinkProposal
from livingroom.people.linking.proposing import join_certain
from livingroom.people.models import Consent, Customer, Handle
from livingroom.people.persons import root_of
from livingroom.shared.addresses import mail_hash
from tests.orders import cast as till

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHOPIFY = (
    "Customer ID,First Name,Email,Default Address Country Code,Accepts Email Marketing,Phone\n"
    "'4711,Lee,Lee@Post.example,US,yes,+1 555\n"
    "4712,Mo,,BR,no,\n"
    "4713,Kim,kim at post,US,no,\n"
    "4714,Ana,ana@post.example,Atlantis,no,\n"
)


def read(tmp_path: Path, text: str, layout: str = "shopify", purpose: str = "newsletter") -> CustomerImport:
    path = tmp_path / "customers.csv"
    path.write_text(text)
    return import_file(by="a test", path=path, layout=layout, shop="outlet", purpose=purpose, now=NOW)


@pytest.fixture
def shop(db):
    return till.make_shop()[0]


def test_a_shops_file_goes_in_once_and_bad_rows_are_named(shop, tmp_path):
    first, again = read(tmp_path, SHOPIFY), read(tmp_path, SHOPIFY)

    assert (first.n_rows, first.n_new, first.n_bad) == (4, 2, 2)
    assert (again.n_new, again.n_changed, again.n_same) == (0, 0, 2)
    assert list(first.bad_rows.values_list("number", "column")) == [
        (4, "Email"),
        (5, "Default Address Country Code"),
    ]
    assert set(Handle.objects.values_list("value", flat=True)) == {
        "outlet:4711", "outlet:4712", mail_hash("lee@post.example"),
    }  # fmt: skip
    assert Consent.objects.standing("newsletter", datetime.now(UTC)).count() == 1


def test_who_bought_before_is_the_same_customer(shop, tmp_path):
    till.sell(shop, "1001", mail=mail_hash("lee@post.example"))
    buyer = Customer.objects.get()

    read(tmp_path, SHOPIFY)

    assert Handle.objects.get(value="outlet:4711").customer == buyer


def test_one_row_that_names_two_customers_makes_one_of_them_and_two_numbers_of_a_shop_do_not(shop, tmp_path):
    till.sell(shop, "1001", mail=mail_hash("lee@post.example"))
    till.sell(shop, "1002", customer_number="4711")
    till.sell(shop, "1003", customer_number="9", mail=mail_hash("ana@post.example"))
    till.sell(shop, "1004", customer_number="10")
    rows = "Customer ID,Email\n4711,lee@post.example\n10,ana@post.example\n"

    read(tmp_path, rows)
    join_certain(NOW)

    by_mail, by_number = (
        Handle.objects.get(value=mail_hash("lee@post.example")),
        Handle.objects.get(value="outlet:4711"),
    )
    assert by_mail.customer == by_number.customer
    waiting = LinkProposal.objects.open().get()
    assert "customer number 10 of shop outlet" in waiting.evidence
    assert mail_hash("ana@post.example") not in waiting.evidence
    assert root_of(waiting.one) != root_of(waiting.two)


def test_a_mapping_reads_any_file_with_consent_purpose_and_time(shop, tmp_path):
    columns = {
        "mail": "E-mail",
        "language": "Lang",
        "first_seen_at": "Since",
        "consent": "OK",
        "consent_at": "On",
        "purpose": "For",
    }
    CustomerMapping.objects.create(
        name="crm", columns=columns, date_format="%d.%m.%Y", time_zone="Europe/Berlin"
    )
    rows = "E-mail;Lang;Since;OK;On;For\nlee@post.example;de_DE;01.02.2020;ja;03.04.2021;offers\nmo@post.example;;;ja;;\n"

    done = read(tmp_path, rows, layout="crm", purpose="")

    lee = Customer.objects.get()
    assert (lee.language, lee.first_seen_at) == ("de-de", datetime(2020, 1, 31, 23, tzinfo=UTC))
    assert lee.consents.get().given_at == datetime(2021, 4, 2, 22, tzinfo=UTC)
    assert "agreed, but to what" in done.bad_rows.get().reason


def test_who_took_back_a_yes_is_not_made_to_say_it_again(shop, tmp_path):
    read(tmp_path, SHOPIFY)
    Consent.objects.update(withdrawn_at=NOW)

    read(tmp_path, SHOPIFY)

    assert Consent.objects.filter(withdrawn_at=None).count() == 0


def test_an_erased_person_stays_out_until_they_agree_anew(shop, tmp_path):
    read(tmp_path, SHOPIFY)
    lee = Handle.objects.get(value="outlet:4711").customer
    ask_erasure(by=THE_PERSON, customer=lee, now=NOW)
    Customer.objects.filter(pk=lee.pk).delete()

    again = read(tmp_path, SHOPIFY)

    assert (again.n_left_out, again.n_new) == (1, 0)
    assert not Handle.objects.filter(value="outlet:4711").exists()


def test_a_wrong_file_or_shop_is_refused_before_any_row(shop, tmp_path):
    with pytest.raises(WrongFile, match="Customer ID or Email"):
        read(tmp_path, "Name,City\nLee,Austin\n")
    path = tmp_path / "customers.csv"
    with pytest.raises(NoSuchShop, match="Shops: outlet"):
        import_file(by="a test", path=path, layout="shopify", shop="inlet", now=NOW)

    assert not CustomerImport.objects.exists()
