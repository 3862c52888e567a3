from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from livingroom.orders import shops
from livingroom.orders.actors import COMMAND_LINE
from livingroom.orders.intake import inbox
from livingroom.orders.models import Intake, LedgerEntry, Order, RefusedDelivery
from livingroom.orders.tasks import apply_left_behind, ring_for_dead_letters
from livingroom.people.retention.kinds import kinds
from livingroom.shared.models import Alarm
from tests.orders.cast import deliver, make_shop, order_event, order_of

pytestmark = pytest.mark.django_db


def test_a_signed_order_goes_in():
    shop, secret = make_shop()

    answer = deliver(
        shop, secret, order_event(codes=["spring 20"], click_id="06ABCDEFGHIJ", country="Brazil")
    )

    order = order_of(shop)
    assert answer.status_code == 200
    assert (order.codes, order.click_id, order.country) == (["SPRING20"], "06abcdefghij", "BR")


def test_when_it_cannot_be_kept_the_shop_is_told_to_send_it_again(monkeypatch):
    shop, secret = make_shop()

    def fail(*_, **__):
        raise DatabaseError("disk full")

    monkeypatch.setattr(inbox, "keep", fail)
    answer = deliver(shop, secret, order_event())

    assert answer.status_code == 503
    assert not Order.objects.exists()


def test_one_that_was_kept_but_not_applied_is_applied_when_sent_again(monkeypatch):
    shop, secret = make_shop()
    apply_many = inbox.apply_many
    monkeypatch.setattr(inbox, "apply_many", _fails)
    first = deliver(shop, secret, order_event())
    monkeypatch.setattr(inbox, "apply_many", apply_many)

    second = deliver(shop, secret, order_event())

    assert (first.status_code, second.status_code) == (503, 200)
    assert LedgerEntry.objects.count() == 1


def test_one_that_was_kept_but_not_applied_is_applied_by_the_ticker(monkeypatch):
    shop, secret = make_shop()
    apply_many = inbox.apply_many
    monkeypatch.setattr(inbox, "apply_many", _fails)
    deliver(shop, secret, order_event())
    monkeypatch.setattr(inbox, "apply_many", apply_many)

    n_early = apply_left_behind(timezone.now())
    n_applied = apply_left_behind(timezone.now() + timedelta(minutes=1))

    assert (n_early, n_applied) == (0, 1)
    assert order_of(shop).net_minor == 10_000


def _fails(*_, **__):
    raise DatabaseError("gone")


def test_a_mistake_of_ours_leaves_a_dead_letter_and_not_a_lost_order(monkeypatch):
    shop, secret = make_shop()
    monkeypatch.setattr("livingroom.orders.intake.generic.read", lambda body: {}["surprise"])

    answer = deliver(shop, secret, order_event())

    dead = Intake.objects.get()
    assert answer.status_code == 200
    assert (dead.state, "KeyError" in dead.problem) == ("dead", True)


@pytest.mark.parametrize(
    ("body", "field", "text"),
    [
        ("no json", "body", "not JSON"),
        ('["a list"]', "body", "not a JSON object"),
        ('{"type": "order.paid"}', "data", "data is missing"),
        ('{"type": "order.eaten", "data": {}}', "type", "'order.eaten'; it must be one of"),
        (order_event(total="a lot"), "total", "'a lot', which is no amount"),
        (order_event(total="-5"), "total", "cannot be negative"),
        (order_event(total=None), "total", "total is missing"),
        (order_event(placed_at="yesterday"), "placed_at", "'yesterday', which is no time"),
        (order_event(order_id=""), "order_id", "order_id is missing"),
        (order_event(order_id="9" * 121), "order_id", "longer than 120"),
        (order_event(codes="SPRING"), "codes", "must be a list"),
        (order_event(quantity="many"), "quantity", "no whole number"),
    ],
)
def test_what_is_wrong_is_said_with_the_field(body, field, text):
    shop, secret = make_shop()

    answer = deliver(shop, secret, body)

    dead = Intake.objects.get()
    assert answer.status_code == 200, "it is kept, so the shop need not send it again"
    assert (dead.state, dead.problem_field) == ("dead", field)
    assert text in dead.problem


def test_a_zero_byte_in_a_body_does_no_harm():
    shop, secret = make_shop()

    answer = deliver(shop, secret, order_event(product="Lap\x00top"))

    assert answer.status_code == 200
    assert order_of(shop).product == "Laptop"


def test_no_mail_address_is_kept_anywhere():
    shop, secret = make_shop()

    deliver(shop, secret, order_event(email="Ana.Silva@Example.com", product="Gift for bob@example.org"))
    deliver(shop, secret, order_event("1002", email="ana.silva@example.COM", total="wrong"), delivery="msg_2")

    kept = " ".join(Intake.objects.values_list("body", flat=True)) + order_of(shop).product
    assert "@" not in kept


def test_an_address_and_its_hash_are_the_same_customer():
    shop, secret = make_shop()

    deliver(shop, secret, order_event("1", email="Ana@Example.com"), delivery="m1")
    deliver(shop, secret, order_event("2", email="ana@example.com "), delivery="m2")

    assert order_of(shop, "1").customer_id == order_of(shop, "2").customer_id


def test_an_unknown_shop_is_404():
    assert (
        Client().post("/hooks/orders/nowhere/", data="{}", content_type="application/json").status_code == 404
    )


def test_a_huge_delivery_is_refused():
    shop, secret = make_shop()

    assert deliver(shop, secret, order_event(product="x" * 1_100_000)).status_code == 413


def test_bodies_are_forgotten_after_a_month_but_not_that_they_came():
    shop, secret = make_shop()
    deliver(shop, secret, order_event())

    now = timezone.now()
    kinds()["order deliveries"].obey(now + timedelta(days=1), "blank", now)
    again = deliver(shop, secret, order_event())

    assert Intake.objects.get().body == ""
    assert again.status_code == 200
    assert LedgerEntry.objects.count() == 1


def test_dead_letters_ring_until_none_is_left():
    shop, secret = make_shop()
    deliver(shop, secret, "no json")

    ring_for_dead_letters(timezone.now())
    ringing = Alarm.objects.ringing().count()
    Intake.objects.update(state="dismissed")
    ring_for_dead_letters(timezone.now())

    assert (ringing, Alarm.objects.ringing().count()) == (1, 0)


def test_refusals_are_counted_and_nothing_else_is_kept():
    shop, _ = make_shop()

    answers = [deliver(shop, "whsec_c29tZWJvZHkgZWxzZQ==", order_event()) for _ in range(3)]

    refused = RefusedDelivery.objects.get()
    assert [answer.status_code for answer in answers] == [401] * 3
    assert (refused.n, refused.reason) == (3, "the signature does not match")
    assert not Intake.objects.exists()
    assert b"1001" not in answers[0].content


def test_a_delivery_from_outside_the_window_is_refused():
    shop, secret = make_shop()

    late = deliver(shop, secret, order_event(), age=timedelta(minutes=6))
    early = deliver(shop, secret, order_event(), age=-timedelta(minutes=6))

    assert (late.status_code, early.status_code) == (401, 401)
    assert not Intake.objects.exists()


def test_a_changed_body_does_not_match_its_signature():
    shop, secret = make_shop()
    good = order_event()

    class Meddler(Client):
        def post(self, path, data=None, **options):
            return super().post(path, data=data.replace("100.00", "900.00"), **options)

    assert deliver(shop, secret, good, client=Meddler()).status_code == 401


@pytest.mark.parametrize("signature", ["", "v1", "v1,%%%", "v2,abcd", "v1,\xe4", "v1," + "A" * 43 + "="])
def test_a_malformed_signature_is_refused(signature):
    shop, secret = make_shop()

    assert deliver(shop, secret, order_event(), webhook_signature=signature).status_code == 401


def test_the_old_secret_is_accepted_while_the_shop_changes_over():
    shop, old = make_shop()
    fresh = shops.rotate_secret(actor=COMMAND_LINE, shop=shop, now=timezone.now())

    both = [
        deliver(shop, secret, order_event(str(n)), delivery=f"m{n}").status_code
        for n, secret in enumerate([old, fresh])
    ]
    shops.forget_old_secret(actor=COMMAND_LINE, shop=shop, now=timezone.now())
    after = deliver(shop, old, order_event("3"), delivery="m3").status_code

    assert (both, after) == ([200, 200], 401)


def test_the_old_secret_ends_by_itself():
    shop, old = make_shop()
    shops.rotate_secret(actor=COMMAND_LINE, shop=shop, now=timezone.now() - timedelta(days=8))

    assert deliver(shop, old, order_event()).status_code == 401


def test_secrets_are_sealed_at_rest():
    shop, secret = make_shop()

    assert secret not in shop.secret_encrypted
    assert shops.secrets_of(shop, timezone.now()) == [secret]
