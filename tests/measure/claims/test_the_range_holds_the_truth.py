"""In shops whose truth is known: what posts added lies in the claim's range, tested or not."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from livingroom.measure import claims
from livingroom.measure.engine import connect
from livingroom.measure.lift.geo import geo_lift
from livingroom.measure.lift.stored import to_json
from livingroom.world.regimes.outcome import simulate

PEOPLE = 8_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def claim_of(outcome, folder, *, tested):
    window = outcome.truth["window"]
    reading = to_json(geo_lift(outcome.panel, assignment=outcome.held.design)) if tested else None
    costs = pa.Table.from_pylist(
        [{"on": c.on.isoformat(), "kind": c.kind, "amount_minor": c.amount_minor} for c in outcome.costs]
    )
    lifts = ({**reading, "from": window["starts_on"], "to": window["ends_on"]},) if reading else ()
    terms = claims.Terms(
        "Truth", "USD", date.fromisoformat(window["starts_on"]), date.fromisoformat(window["ends_on"])
    )
    inputs = claims.ClaimInputs(outcome.touches, outcome.orders, costs, outcome.refunds, lifts)
    with connect(threads=1) as connection:
        return claims.build(connection, inputs=inputs, terms=terms, folder=folder, now=NOW)


@pytest.mark.parametrize("regime", ["A", "B", "C", "D"])
def test_the_truth_lies_between_the_floor_of_net_lift_and_the_ceiling(regime, tmp_path):
    outcome = simulate(regime, PEOPLE, seed=11, holdout="geo")
    truth = outcome.truth["net_lift_minor"]

    for tested in (True, False):
        low, high = claim_of(outcome, tmp_path / str(tested), tested=tested).net_lift_range
        assert low <= truth <= high


def test_a_tested_claim_finds_the_true_contribution(tmp_path):
    outcome = simulate("A", 25_000, seed=3, holdout="geo")

    left = claim_of(outcome, tmp_path, tested=True).figures["return"]["contribution_minor"]

    assert left["low"] <= outcome.truth["net_contribution_minor"] <= left["high"]
