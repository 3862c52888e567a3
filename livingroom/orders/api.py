"""The till's part of the HTTP API. Every call shows a key: `Authorization: Bearer lrk_…`."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.security import HttpBearer

from livingroom.branches.models import Branch
from livingroom.orders.api_words import CostIn, CostTold, OrderIn, RefundIn, Refused, Told
from livingroom.orders.costs import record_cost
from livingroom.orders.facts import Unusable
from livingroom.orders.fields import Fields
from livingroom.orders.intake.generic import parse
from livingroom.orders.models import ApiKey, Shop
from livingroom.orders.operations import receive
from livingroom.orders.shops import find_api_key

Answer = tuple[int, dict[str, Any]]
_STATUS = {"new": 201, "changed": 200, "same": 200, "older": 200, "skipped": 200, "waiting": 202, "dead": 422}
_TOLD: dict[int, type[Schema]] = {200: Told, 201: Told, 202: Told, 400: Refused, 404: Refused, 422: Told}
_REFUNDS = {"refund": "refund.created", "cancel": "order.cancelled", "chargeback": "chargeback.created"}


class ShopKey(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        return find_api_key(token, now=timezone.now())


router = Router(auth=ShopKey(), tags=["The till"])


def _body_of(schema: type[Schema]) -> dict[str, Any]:
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema.model_json_schema()}},
        }
    }


@router.post(
    "/orders",
    response=_TOLD,
    openapi_extra=_body_of(OrderIn),
    summary="Record an order, or what changed about it",
)
def post_order(request: HttpRequest) -> Answer:
    return _receive(request, lambda data: "order.paid", "order_id")


@router.post(
    "/refunds", response=_TOLD, openapi_extra=_body_of(RefundIn), summary="Record money that went back"
)
def post_refund(request: HttpRequest) -> Answer:
    return _receive(
        request,
        lambda data: _REFUNDS.get(str(data.get("kind") or "refund"), str(data.get("kind"))),
        "refund_id",
    )


@router.post(
    "/costs",
    response={201: CostTold, 400: Refused, 422: Refused},
    openapi_extra=_body_of(CostIn),
    summary="Record a cost",
)
def post_cost(request: HttpRequest) -> Answer:
    try:
        fields = Fields(parse(_text_of(request)))
        return 201, _record_cost(request.auth, fields)  # type: ignore[attr-defined]  # set by ninja once the key is proven
    except Unusable as problem:
        return 422, {"problem": problem.text, "field": problem.field}


def _record_cost(key: ApiKey, fields: Fields) -> dict[str, Any]:
    amount, currency = None, ""
    if fields.raw("amount") not in (None, ""):
        currency = fields.currency()
        amount = fields.needed_money("amount", currency)
    slug = fields.text("branch", 60)
    branch = Branch.objects.filter(slug=slug).first() if slug else None
    if slug and branch is None:
        raise fields.wrong("branch", f"is {slug!r}, and no branch has this name in its address")
    cost = record_cost(
        actor=key,
        kind=fields.needed("kind", 12),
        on=fields.needed_moment("on").date(),
        now=timezone.now(),
        amount_minor=amount,
        currency=currency,
        minutes=fields.whole("minutes"),
        branch=branch,
        text=fields.text("text", 200),
        source_key=f"api:{fields.needed('key', 100)}",
    )
    told = {"reporting_minor": cost.reporting_minor, "reporting_currency": cost.reporting_currency}
    return {"cost": cost.pk, **told}


def _receive(request: HttpRequest, kind_of: Callable[[Mapping[str, object]], str], id_name: str) -> Answer:
    text = _text_of(request)
    try:
        data = parse(text)
    except Unusable as problem:
        return 400, {"problem": problem.text, "field": problem.field}
    shop = Shop.objects.filter(slug=str(data.get("shop") or "")).first()
    if shop is None:
        return 404, {
            "problem": f"There is no shop called {str(data.get('shop'))[:60]!r} in its address.",
            "field": "shop",
        }
    kind = kind_of(data)
    delivery, outcome = receive(
        actor=request.auth,  # type: ignore[attr-defined]  # set by ninja once the key is proven
        shop=shop,
        source="api",
        dedupe_key=_dedupe_key(kind, data, id_name, text),
        body=f'{{"type": {json.dumps(kind)}, "data": {text}}}',
        now=timezone.now(),
        again=True,
    )
    wrong = outcome.problem
    return _STATUS[outcome.state], {
        "outcome": outcome.state,
        "delivery": delivery.pk,
        "order": outcome.order_id,
        "problem": delivery.problem if wrong else "",
        "field": wrong.field if wrong else "",
    }


def _dedupe_key(kind: str, data: Mapping[str, object], id_name: str, text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:24]
    return f"api:{kind[:30]}:{str(data.get(id_name))[:100]}:{digest}"


def _text_of(request: HttpRequest) -> str:
    return request.body.decode("utf-8", errors="replace")
