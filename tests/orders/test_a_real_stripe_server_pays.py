"""localstripe is a Stripe server of its own: it takes payments by Stripe's API and sends signed webhooks."""

import json
import subprocess
import sys
import time

import httpx
import pytest
import stripe

from livingroom.orders.models import Order
from tests.orders.cast import STRIPE_SECRET, deliver_stripe, make_shop, stripe_event, stripe_signature
from tests.support.postgres import free_port

KEY = ("sk_test_12345", "")


@pytest.fixture
def pay(tmp_path):
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=KEY, timeout=10)
    try:
        for _ in range(100):
            try:
                client.get("/v1/customers")
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield client
    finally:
        client.close()
        server.terminate()
        server.wait(timeout=10)


def buy(pay, **metadata):
    customer = post(pay, "/v1/customers", email="ana@example.com")
    card = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2030", "cvc": "123"}
    method = post(
        pay, "/v1/payment_methods", type="card", **{f"card[{name}]": value for name, value in card.items()}
    )
    post(pay, f"/v1/payment_methods/{method['id']}/attach", customer=customer["id"])
    noted = {f"metadata[{name}]": value for name, value in metadata.items()}
    intent = post(
        pay,
        "/v1/payment_intents",
        amount="12990",
        currency="usd",
        customer=customer["id"],
        payment_method=method["id"],
        **noted,
    )
    return post(pay, f"/v1/payment_intents/{intent['id']}/confirm")


def post(pay, path, **data):
    answer = pay.post(path, data=data)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.django_db(transaction=True)
def test_a_payment_with_our_code_arrives_by_its_signed_webhook(pay, live_server):
    shop, _ = make_shop("stripe", slug="pay")
    hook = {"url": f"{live_server.url}/hooks/orders/{shop.slug}/", "secret": STRIPE_SECRET}
    assert pay.post("/_config/webhooks/ours", json=hook).status_code == 200

    intent = buy(pay, code="lounge7", lr="06abcdefghij")

    order = _wait_for_order(intent["id"])
    assert (order.gross_minor, order.currency, order.codes, order.click_id) == (
        12_990,
        "USD",
        ["LOUNGE7"],
        "06abcdefghij",
    )


@pytest.mark.django_db
def test_its_charge_and_partial_refund_are_understood(pay):
    shop, _ = make_shop("stripe", slug="pay")
    intent = buy(pay)
    refunded = post(pay, "/v1/refunds", payment_intent=intent["id"], amount="2990")
    charge = pay.get(f"/v1/charges/{refunded['charge']}").json()

    for number, (kind, thing) in enumerate(
        [("payment_intent.succeeded", intent), ("charge.refunded", charge)]
    ):
        body = stripe_event(kind, thing, event_id=f"evt_{number}", created=intent["created"])
        signature = stripe_signature(body)
        assert json.loads(str(stripe.Webhook.construct_event(body, signature, STRIPE_SECRET)))["type"] == kind
        deliver_stripe(shop, body, signature)

    order = Order.objects.get()
    assert (order.gross_minor, order.refunded_minor, order.net_minor) == (12_990, 2_990, 10_000)


def _wait_for_order(external_id):
    for _ in range(100):
        order = Order.objects.filter(external_id=external_id).first()
        if order:
            return order
        time.sleep(0.1)
    raise AssertionError("the order did not arrive in ten seconds")
