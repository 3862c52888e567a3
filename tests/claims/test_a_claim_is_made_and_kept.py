"""Claims of the house: made once, never changed, renewed with the difference explained."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Sum

from livingroom.attribution.models import CEILING, FLOOR, MonthFigure
from livingroom.attribution.tested import added_per_evidence, evidence_of_test, read_lifts
from livingroom.claims.house import NothingMeasured
from livingroom.claims.models import Claim, ClaimIsFrozen
from livingroom.claims.operations import (
    BrokenClaim,
    NothingChanged,
    NotOurs,
    bring_claim,
    make_claim,
    publish_claim,
    revise_claim,
    withdraw_claim,
)
from livingroom.claims.store import pdf_of
from livingroom.experiments.models import TREATED, Assignment, Experiment, Market, Reading, Unit
from livingroom.measure.claims import Claim as Measured
from livingroom.measure.claims import verify, write_json
from livingroom.measure.engine import connect
from livingroom.measure.estimate import Estimate
from livingroom.measure.lift.reading import Reading as Found
from livingroom.measure.lift.stored import to_json
from livingroom.orders.models import Order
from livingroom.shared.models import Event
from tests.attribution.scene import DAY, NOON

YEAR = {"first_on": date(2009, 1, 1), "last_on": date(2009, 12, 31)}
NOW = NOON + 30 * DAY


def june(staff, **options):
    return make_claim(staff=staff, title="June", now=NOW, **{**YEAR, **options})


def verdict(path, lake):
    with connect(threads=1) as connection:
        return verify(connection, path, Path(lake))


def test_it_says_what_the_pages_say(programme, maya):
    document = june(maya).versions.get().document

    sums = dict(MonthFigure.objects.values_list("grade").annotate(Sum("net_minor")))
    assert document["figures"]["floor"]["revenue_minor"] == sum(sums.get(grade, 0) for grade in FLOOR)
    assert document["figures"]["ceiling"]["revenue_minor"] == sum(sums.get(grade, 0) for grade in CEILING)
    assert document["figures"]["return"]["cost_minor"] == 100_00
    assert document["terms"]["branch_names"][str(programme.brazil.pk)] == "Outlet Brasil"


def test_its_files_are_verified_from_the_lake(programme, maya, settings, tmp_path):
    version = june(maya).versions.get()
    path = tmp_path / "downloaded.pdf"
    path.write_bytes(pdf_of(version))

    assert verdict(path, settings.LAKE_URL).is_same
    assert (Path(settings.LAKE_URL) / "claims" / "june" / "v1" / "claim.json").is_file()


def test_a_later_refund_makes_the_next_version_and_is_explained(programme, maya, settings, tmp_path):
    claim = june(maya)
    programme.refund(programme.c, 400_00, NOON + 40 * DAY)
    programme.measure(now=NOON + 41 * DAY)

    second = revise_claim(staff=maya, claim=claim, now=NOON + 42 * DAY)

    first = claim.versions.get(number=1)
    assert first.document["figures"]["ceiling"]["revenue_minor"] == 1_450_00
    assert second.document["figures"]["ceiling"]["revenue_minor"] == 1_050_00
    told = {change["table"]: change["sentence"] for change in second.difference["tables"]}
    assert told["orders"].startswith("1 order worth less (−400 USD)")
    assert told["refunds"] == "1 row more (+400 USD)"
    figures = {one["figure"]: (one["was"], one["is"]) for one in second.difference["figures"]}
    assert figures["figures.ceiling.revenue_minor"] == (1_450_00, 1_050_00)
    for version in (first, second):
        path = tmp_path / f"v{version.number}.json"
        write_json(Measured(version.document), path)
        assert verdict(path, settings.LAKE_URL).is_same


def test_without_news_there_is_no_next_version(programme, maya):
    claim = june(maya)

    with pytest.raises(NothingChanged):
        revise_claim(staff=maya, claim=claim, now=NOW)

    assert claim.versions.count() == 1


def test_a_version_is_never_changed(programme, maya):
    version = june(maya).versions.get()
    version.document = {}

    with pytest.raises(ClaimIsFrozen):
        version.save()


def test_only_admins_and_managers_make_claims(programme, maya, lee):
    with pytest.raises(PermissionDenied, match="make and publish claims"):
        june(lee)
    claim = june(maya)
    for deed in (publish_claim, withdraw_claim, revise_claim):
        with pytest.raises(PermissionDenied):
            deed(staff=lee, claim=claim, now=NOW)


def test_an_empty_house_has_nothing_to_claim(scene, maya):
    with pytest.raises(NothingMeasured):
        june(maya)

    assert not Claim.objects.exists()


def test_a_period_without_orders_makes_a_claim_that_says_so(programme, maya):
    claim = june(maya, first_on=date(2008, 1, 1), last_on=date(2008, 1, 31))

    assert "left no evidence" in claim.versions.get().document["statement"]


def test_a_claim_for_one_branch(programme, maya):
    document = june(maya, branches=[programme.brazil]).versions.get().document

    assert document["statement"].startswith("Outlet Brasil touched")
    assert document["figures"]["ceiling"]["revenue_minor"] == 1_400_00
    assert document["figures"]["return"]["shared_cost_minor"] == 10_00


def read_all_year(kind, countries, **found):
    """An experiment that left nothing out in these countries all the year, and what it found."""
    starts, ends = datetime(2009, 1, 1, tzinfo=UTC), datetime(2010, 1, 1, tzinfo=UTC)
    experiment = Experiment.objects.create(
        name="Summer left out",
        kind=kind,
        state="read",
        starts_on=starts.date(),
        ends_on=ends.date() - timedelta(days=1),
        created_at=NOON,
    )
    for country in countries:
        unit = Unit.objects.create(experiment=experiment, name=country)
        Market.objects.create(unit=unit, country=country)
        Assignment.objects.create(
            experiment=experiment, unit=unit, arm=TREATED, starts_at=starts, ends_at=ends
        )
    level, n = 0.95, 40
    reading = Found(
        design=kind,
        relative=Estimate(0.2, 0.1, 0.3, level, n, kind),
        total=Estimate(found["value"], found["low"], found["high"], level, n, kind),
    )
    Reading.objects.create(
        experiment=experiment,
        made_at=NOON,
        made_by="Maya",
        look=1,
        is_final=True,
        rule_version="1",
        body=to_json(reading),
        digest="x",
    )
    return experiment


def test_an_experiment_that_was_read_counts(programme, maya):
    everywhere = set(Order.objects.values_list("country", flat=True))
    read_all_year("geo", everywhere, value=500.0, low=300.0, high=700.0)

    figures = june(maya).versions.get().document["figures"]

    assert figures["lifts"][0]["name"] == "Summer left out"
    assert figures["net_lift_minor"]["value"] == 500_00
    assert figures["net_lift_range"] | {"low_reason": "", "high_reason": ""} == {
        "low_minor": 237_16, "high_minor": 1_450_00, "basis": "tested", "low_reason": "", "high_reason": "",
    }  # fmt: skip


def test_an_experiment_in_some_markets_is_carried_over_by_their_evidence(programme, maya):
    """Tested in Canada only, where 50 of 1,450 dollars of evidence are: what it found counts 29 times."""
    read_all_year("switchback", ["CA"], value=10.0, low=5.0, high=15.0)

    figures = june(maya).versions.get().document["figures"]

    assert figures["net_lift_minor"]["value"] == 10_00 * 29
    assert figures["net_lift_minor"]["low"] < 5_00 * 29, (
        "half a year lies between the test's end and the claim's middle"
    )
    assert "carried over by evidence revenue" in figures["lifts"][0]["basis"]


def test_several_tests_decide_together(programme, maya):
    read_all_year("switchback", ["CA"], value=10.0, low=5.0, high=15.0)
    read_all_year("switchback", ["CA"], value=20.0, low=15.0, high=25.0)

    figures = june(maya).versions.get().document["figures"]

    alone = [lift["net_lift_minor"]["value"] for lift in figures["lifts"]]
    assert sorted(alone) == [10_00 * 29, 20_00 * 29]
    assert min(alone) < figures["net_lift_minor"]["value"] < max(alone)


def test_the_return_page_and_the_claim_say_the_same_of_one_test(programme, maya):
    experiment = read_all_year("switchback", ["CA"], value=10.0, low=5.0, high=15.0)

    lift = june(maya).versions.get().document["figures"]["lifts"][0]["net_lift_minor"]
    on_the_page = added_per_evidence(read_lifts(), date(2009, 7, 2))

    assert evidence_of_test(experiment) == 50_00
    assert [on_the_page.low * 1_450_00, on_the_page.value * 1_450_00, on_the_page.high * 1_450_00] == [
        pytest.approx(lift[name], abs=1) for name in ("low", "value", "high")
    ]


def test_what_was_done_is_in_the_event_log(programme, maya):
    claim = june(maya)
    publish_claim(staff=maya, claim=claim, now=NOW)
    withdraw_claim(staff=maya, claim=claim, now=NOW)

    verbs = list(
        Event.objects.filter(subject=f"claim {claim.pk}").order_by("id").values_list("verb", flat=True)
    )
    assert verbs == ["made claim", "published claim", "withdrew claim"]


def test_a_claim_made_from_files_is_brought_and_cannot_be_renewed(programme, maya, tmp_path):
    document = june(maya).versions.get().document
    write_json(Measured(document), tmp_path / "claim.json")

    brought = bring_claim(staff=maya, file=tmp_path / "claim.json", now=NOW)

    assert brought.slug == "june-2"
    assert brought.versions.get().document == document
    with pytest.raises(NotOurs):
        revise_claim(staff=maya, claim=brought, now=NOW)


def test_a_file_that_was_changed_is_not_brought(programme, maya, tmp_path):
    document = {**june(maya).versions.get().document, "statement": "Social earned everything."}
    (tmp_path / "claim.json").write_text(json.dumps(document))

    with pytest.raises(BrokenClaim):
        bring_claim(staff=maya, file=tmp_path / "claim.json", now=NOW)

    assert Claim.objects.count() == 1
