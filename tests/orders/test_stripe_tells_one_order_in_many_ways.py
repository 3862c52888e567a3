import json
from datetime import UTC, datetime
from itertools import permutations

import pytest
import stripe
from django.test import Client
from django.utils import timezone

from livingroom.orders.intake.signatures import WrongSignature, check_stripe
from livingroom.orders.models import Intake, LedgerEntry, Order
from tests.orders.cast import (
    STRIPE_SECRET,
    deliver_stripe,
    make_shop,
    order_of,
    stripe_event,
    stripe_signature,
)

CREATED = 1_258_713_000  # 20 November 2009, a Friday
INTENT = {
    "id": "pi_1", "object": "payment_intent", "amount": 10_000, "amount_received": 10_000, "currency": "usd", "created": CREATED,
    "metadata": {}, "customer": None, "receipt_email": None,
}  # fmt: skip
CHARGE = {
    "id": "ch_1", "object": "charge", "payment_intent": "pi_1", "amount": 10_000, "amount_captured": 10_000, "amount_refunded": 0,
    "currency": "usd", "created": CREATED, "metadata": {},
    "billing_details": {"email": "ana@example.com", "address": {"country": "BR"}},
}  # fmt: skip
SESSION = {
    "id": "cs_1", "object": "checkout.session", "payment_intent": "pi_1", "payment_status": "paid", "amount_total": 10_000,
    "currency": "usd", "created": CREATED, "client_reference_id": "lr_06ABCDEFGHJKMNPQRSTVWXYZ", "metadata": {},
    "customer_details": {"email": "ana@example.com", "address": {"country": "BR"}},
    "total_details": {"amount_discount": 1_500, "breakdown": {"discounts": [
        {"amount": 1_500, "discount": {"promotion_code": {"code": "lounge7", "coupon": {"id": "cou_1", "name": ""}}}}
    ]}},
}  # fmt: skip
DISPUTE = {
    "id": "dp_1", "object": "dispute", "payment_intent": "pi_1", "charge": "ch_1", "amount": 10_000, "currency": "usd",
    "status": "needs_response", "reason": "fraudulent",
}  # fmt: skip


@pytest.fixture
def shop(db):
    return make_shop("stripe", slug="pay")[0]


def tell(shop, kind, thing, **changes):
    event_id = f"evt_{kind}_{Intake.objects.count()}"
    return deliver_stripe(shop, stripe_event(kind, {**thing, **changes}, event_id=event_id))


ORDERS = {
    "payment_intent.succeeded": INTENT,
    "charge.succeeded": CHARGE,
    "checkout.session.completed": SESSION,
}


@pytest.mark.parametrize("kinds", list(permutations(ORDERS)))
def test_intent_charge_and_session_are_one_order_in_any_order(shop, kinds):
    for kind in kinds:
        tell(shop, kind, ORDERS[kind])

    order = Order.objects.get()
    assert (order.external_id, order.gross_minor, order.country) == ("pi_1", 10_000, "BR")
    assert (order.click_id, order.codes) == ("06abcdefghjkmnpqrstvwxyz", ["LOUNGE7"])
    assert order.discount_reporting_minor == 1_500
    assert order.customer.handles.count() == 1


def test_a_partial_refund_takes_its_part_and_the_next_the_rest(shop):
    tell(shop, "payment_intent.succeeded", INTENT)

    tell(shop, "charge.refunded", CHARGE, amount_refunded=2_500)
    partly = order_of(shop, "pi_1").net_minor
    tell(shop, "charge.refunded", CHARGE, amount_refunded=10_000)

    assert (partly, order_of(shop, "pi_1").net_minor) == (7_500, 0)


def test_refunds_out_of_order_and_twice_come_out_right(shop):
    tell(shop, "charge.refunded", CHARGE, amount_refunded=5_000)
    tell(shop, "charge.refunded", CHARGE, amount_refunded=2_500)

    tell(shop, "payment_intent.succeeded", INTENT)
    tell(shop, "charge.refunded", CHARGE, amount_refunded=5_000)

    assert order_of(shop, "pi_1").net_minor == 5_000


def test_a_dispute_takes_the_money_and_one_that_is_won_gives_it_back(shop):
    tell(shop, "payment_intent.succeeded", INTENT)

    tell(shop, "charge.dispute.created", DISPUTE)
    disputed = order_of(shop, "pi_1").net_minor
    tell(shop, "charge.dispute.closed", DISPUTE, status="won")

    assert (disputed, order_of(shop, "pi_1").net_minor) == (0, 10_000)


def test_a_lost_dispute_takes_nothing_twice(shop):
    tell(shop, "payment_intent.succeeded", INTENT)

    tell(shop, "charge.dispute.created", DISPUTE)
    tell(shop, "charge.dispute.closed", DISPUTE, status="lost")

    assert order_of(shop, "pi_1").net_minor == 0
    assert LedgerEntry.objects.count() == 2


def test_a_checkout_that_is_not_paid_sells_nothing(shop):
    tell(shop, "checkout.session.completed", SESSION, payment_status="unpaid")

    assert not Order.objects.exists()
    assert "not paid yet" in Intake.objects.get().problem


def test_an_event_that_moves_no_money_is_remembered_and_harmless(shop):
    answer = tell(shop, "customer.created", {"id": "cus_1"})

    assert answer.status_code == 200
    assert Intake.objects.get().state == "applied"


def test_the_click_may_come_in_metadata(shop):
    tell(
        shop,
        "payment_intent.succeeded",
        INTENT,
        metadata={"lr": "06abcdefghij", "code": "spring20", "product": "Laptop"},
    )

    order = order_of(shop, "pi_1")
    assert (order.click_id, order.codes, order.product) == ("06abcdefghij", ["SPRING20"], "Laptop")


@pytest.mark.parametrize(
    ("currency", "amount", "minor"), [("jpy", 5_000, 5_000), ("isk", 500_000, 5_000), ("eur", 5_000, 5_000)]
)
def test_stripes_own_smallest_units_are_known(shop, currency, amount, minor):
    tell(
        shop,
        "payment_intent.succeeded",
        INTENT,
        currency=currency,
        amount=amount,
        amount_received=amount,
        created=1_600_000_000,
    )

    assert order_of(shop, "pi_1").gross_minor == minor


def test_a_problem_names_the_event_and_the_field(shop):
    tell(shop, "payment_intent.succeeded", INTENT, currency="dollars")

    dead = Intake.objects.get()
    assert (dead.state, dead.problem_field) == ("dead", "currency")
    assert dead.problem.startswith("evt_payment_intent.succeeded_0: ")


def test_an_event_delivered_twice_is_kept_once(shop):
    body = stripe_event("payment_intent.succeeded", INTENT)

    answers = [deliver_stripe(shop, body).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert Intake.objects.count() == 1


def test_without_its_secret_every_delivery_is_refused(db):
    shop, _ = make_shop("stripe", slug="fresh")
    shop.secret_encrypted = ""
    shop.save()

    assert deliver_stripe(shop, stripe_event("payment_intent.succeeded", INTENT)).status_code == 401


NOW = 1_258_713_200
GOOD = "{}"


@pytest.mark.parametrize(
    "header",
    [
        stripe_signature(GOOD, at=NOW),
        stripe_signature(GOOD, at=NOW) + ",v1=" + "0" * 64,
        "v0=abc," + stripe_signature(GOOD, at=NOW),
        stripe_signature(GOOD, at=NOW).replace(",", ",v1=" + "f" * 64 + ","),
        stripe_signature(GOOD, at=NOW, secret="another"),
        stripe_signature('{"a":1}', at=NOW),
        stripe_signature(GOOD, at=NOW - 299),
        stripe_signature(GOOD, at=NOW - 301),
        stripe_signature(GOOD, at=NOW).replace("v1=", "v0="),
        f"t={NOW}",
        "",
        "t=soon,v1=" + "0" * 64,
    ],
)
def test_we_accept_what_stripes_own_library_accepts(header, time_machine):
    time_machine.move_to(NOW, tick=False)

    def ours() -> bool:
        try:
            check_stripe([STRIPE_SECRET], header, GOOD.encode(), now=timezone.now())
        except WrongSignature:
            return False
        return True

    def theirs() -> bool:
        try:
            stripe.WebhookSignature.verify_header(GOOD, header, STRIPE_SECRET, tolerance=300)
        except stripe.SignatureVerificationError:
            return False
        return True

    assert ours() == theirs()


def test_one_of_several_secrets_and_signatures_is_enough():
    old, new = stripe_signature(GOOD, at=NOW, secret="old"), stripe_signature(GOOD, at=NOW, secret="new")
    both = old + "," + new.split(",")[1]

    for secrets in (["old"], ["new"], ["new", "old"]):
        check_stripe(secrets, both, GOOD.encode(), now=datetime.fromtimestamp(NOW, tz=UTC))


def test_a_signature_from_the_future_is_refused(shop):
    body = stripe_event("payment_intent.succeeded", INTENT)
    ahead = stripe_signature(body, at=int(timezone.now().timestamp()) + 3600)

    assert deliver_stripe(shop, body, ahead).status_code == 401


def test_signing_something_else_does_not_help(shop):
    body = stripe_event("payment_intent.succeeded", INTENT)
    pretty = json.dumps(json.loads(body), indent=1)

    assert deliver_stripe(shop, pretty, stripe_signature(body)).status_code == 401
    assert Client().get(f"/hooks/orders/{shop.slug}/").status_code == 405
