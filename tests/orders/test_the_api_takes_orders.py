import json

import pytest
from django.test import Client
from django.utils import timezone

from livingroom.orders import shops
from livingroom.orders.actors import COMMAND_LINE
from livingroom.orders.models import ApiKey, Cost, Intake, LedgerEntry
from tests.orders.cast import make_shop, order_of

pytestmark = pytest.mark.django_db
ORDER = {
    "shop": "outlet",
    "order_id": "1001",
    "placed_at": "2009-11-20T10:30:00Z",
    "currency": "USD",
    "total": "100.00",
}
REFUND = {
    "shop": "outlet",
    "refund_id": "R1",
    "order_id": "1001",
    "at": "2009-11-24T09:00:00Z",
    "amount": "25.00",
    "currency": "USD",
}


@pytest.fixture
def call():
    key, text = shops.make_api_key(actor=COMMAND_LINE, name="Till", now=timezone.now())

    def post(path, data, token=text):
        body = data if isinstance(data, str) else json.dumps(data)
        headers = {"Authorization": f"Bearer {token}"}
        return Client().post(f"/api/{path}", data=body, content_type="application/json", headers=headers)

    post.key = key
    return post


@pytest.fixture
def shop(db):
    return make_shop()[0]


def test_an_order_is_made_once(call, shop):
    answers = [call("orders", ORDER) for _ in range(3)]

    assert [(answer.status_code, answer.json()["outcome"]) for answer in answers] == [
        (201, "new"),
        (200, "same"),
        (200, "same"),
    ]
    assert LedgerEntry.objects.count() == 1


def test_an_order_that_changes_there_and_back_is_followed(call, shop):
    for total in ("100.00", "120.00", "100.00"):
        answer = call("orders", {**ORDER, "total": total})

    assert (answer.json()["outcome"], order_of(shop).net_minor) == ("changed", 10_000)


def test_amounts_may_be_numbers(call, shop):
    call("orders", json.dumps({**ORDER, "total": 0}).replace('"total": 0', '"total": 129.90'))

    assert order_of(shop).gross_minor == 12_990


def test_a_refund_before_its_order_is_accepted_and_waits(call, shop):
    early = call("refunds", REFUND)
    call("orders", ORDER)
    again = call("refunds", REFUND)

    assert (early.status_code, early.json()["outcome"]) == (202, "waiting")
    assert (again.json()["outcome"], order_of(shop).net_minor) == ("same", 7_500)


def test_a_cancellation_is_a_kind_of_refund(call, shop):
    call("orders", ORDER)
    call("refunds", {"shop": "outlet", "order_id": "1001", "kind": "cancel", "at": "2009-11-24T09:00:00Z"})

    assert order_of(shop).net_minor == 0


def test_what_is_wrong_is_answered_and_kept(call, shop):
    answer = call("orders", {**ORDER, "total": "much"})

    assert answer.status_code == 422
    assert answer.json()["field"] == "total"
    assert Intake.objects.get(pk=answer.json()["delivery"]).state == "dead"


def test_a_kind_with_quotes_breaks_nothing(call, shop):
    answer = call("refunds", {**REFUND, "kind": 'x", "type": "order.paid'})

    assert answer.status_code == 422
    assert "it must be one of" in answer.json()["problem"]


@pytest.mark.parametrize(
    ("body", "status"), [("no json", 400), ({**ORDER, "shop": "nowhere"}, 404), ("[]", 400)]
)
def test_a_call_that_names_no_shop_is_refused(call, shop, body, status):
    assert call("orders", body).status_code == status


@pytest.mark.parametrize("token", ["", "nonsense", "lrk_abc_def", "lrk_"])
def test_without_a_key_nothing_is_taken(call, shop, token):
    assert call("orders", ORDER, token=token).status_code == 401


def test_a_revoked_key_is_refused(call, shop):
    shops.revoke_api_key(actor=COMMAND_LINE, key=call.key, now=timezone.now())

    assert call("orders", ORDER).status_code == 401


def test_a_key_is_kept_as_a_hash_and_its_use_is_noted(call, shop):
    call("orders", ORDER)

    key = ApiKey.objects.get()
    assert len(key.hash) == 64
    assert key.last_used_at is not None


def test_a_cost_is_recorded_once(call):
    cost = {"key": "may-tools", "kind": "tools", "on": "2009-11-20", "amount": "49.00", "currency": "USD"}

    answers = [call("costs", cost) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert Cost.objects.get().amount_minor == 4_900


def test_a_wrong_cost_names_its_field(call):
    answer = call(
        "costs",
        {
            "key": "x",
            "kind": "tools",
            "on": "2009-11-20",
            "branch": "nowhere",
            "amount": "1",
            "currency": "USD",
        },
    )

    assert (answer.status_code, answer.json()["field"]) == (422, "branch")


def test_the_api_describes_itself(client):
    paths = Client().get("/api/openapi.json").json()["paths"]

    assert {"/api/orders", "/api/refunds", "/api/costs"} <= set(paths)
