"""Claims in the demo: what Corner PC's programme earned, and two shops whose evidence is equal and whose results are opposite."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from livingroom.claims.models import Claim
from livingroom.claims.operations import keep_claim, make_claim, publish_claim
from livingroom.claims.store import draft_folder, place_of
from livingroom.measure import claims as measured
from livingroom.measure.engine import connect
from livingroom.measure.lift.geo import geo_lift
from livingroom.measure.lift.stored import to_json
from livingroom.people.models import Staff
from livingroom.world.loading.house import demo_staff
from livingroom.world.period import FIRST_DAY, LAST_DAY
from livingroom.world.regimes.pair import World, make_pair

TITLE, SLUG = "What social earned, 2007 to 2009", "social-2007-to-2009"
DRAWS = 500  # of the assignment: enough for an interval, and quick
COSTS = pa.schema(
    [("on", pa.string()), ("kind", pa.string()), ("branch", pa.string()), ("amount_minor", pa.int64()), ("currency", pa.string())]
)  # fmt: skip


def load_claims(now: datetime) -> int:
    """Make the claims that are not there yet; the programme's own needs the orders to be measured first."""
    maya = demo_staff()
    known = set(Claim.objects.values_list("slug", flat=True))
    n_before = len(known)
    if SLUG not in known:
        claim = make_claim(staff=maya, title=TITLE, slug=SLUG, first_on=FIRST_DAY, last_on=LAST_DAY, now=now)
        publish_claim(staff=maya, claim=claim, now=now)
    if not {"northgate", "southgate"} <= known:
        for world in make_pair():
            if world.name.lower() not in known:
                keep_world(world, maya, now)
    return Claim.objects.count() - n_before


def keep_world(world: World, staff: Staff, now: datetime) -> Claim:
    """Make the claim of one simulated shop, with its experiment, and publish it. Its truth stays out of it."""
    outcome, slug = world.outcome, world.name.lower()
    first_on, last_on = outcome.truth["window"]["starts_on"], outcome.truth["window"]["ends_on"]
    reading = to_json(geo_lift(outcome.panel, assignment=outcome.held.design, n_draws=DRAWS))
    lift = {**reading, "name": "Half of forty places left out", "from": first_on, "to": last_on}
    terms = measured.Terms(
        title=f"{world.name}: what its posts earned",
        currency=outcome.setting.currency,
        first_on=date.fromisoformat(first_on),
        last_on=date.fromisoformat(last_on),
        who=world.name,
        notes=("A simulated shop, to be read beside its twin.",),
    )
    with draft_folder() as draft, connect(memory="1GB") as connection:
        made = measured.build(
            connection,
            inputs=measured.ClaimInputs(
                outcome.touches, outcome.orders, costs_of(world), outcome.refunds, (lift,)
            ),
            terms=terms,
            folder=draft,
            now=now,
            place=place_of(slug, 1),
        )
        claim = keep_claim(staff=staff, made=made, now=now, slug=slug, folder=draft)
    publish_claim(staff=staff, claim=claim, now=now)
    return claim


def costs_of(world: World) -> pa.Table:
    currency = world.outcome.setting.currency
    rows = [
        {
            "on": cost.on.isoformat(),
            "kind": cost.kind,
            "branch": str(cost.branch or ""),
            "amount_minor": cost.amount_minor,
            "currency": currency,
        }
        for cost in world.outcome.costs
    ]
    return pa.Table.from_pylist(rows, schema=COSTS)
