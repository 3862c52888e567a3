"""An experiment's final reading reaches Credit and Return; modelled history never does the work of a test."""

from datetime import timedelta

import pytest

from livingroom.attribution.tested import evidence_of_test
from livingroom.experiments.models import HELD_OUT, TREATED, Assignment, Experiment, Market, Unit
from livingroom.experiments.models import Reading as Kept
from livingroom.measure.estimate import Estimate
from livingroom.measure.lift.reading import Reading
from livingroom.measure.lift.stored import to_json
from livingroom.people.models import Staff
from tests.attribution.scene import DAY, HOUR, NOON


@pytest.fixture
def staff(client, db):
    staff = Staff.objects.create_user("maya@example.com", name="Maya", role=Staff.Role.ANALYST)
    client.force_login(staff)
    return staff


@pytest.fixture
def programme(scene):
    """1,000 $ with evidence in Brazil, where posts went out, and 300 $ in Canada, which was left out; margin 40 %."""
    for branch, amount, country in (
        (scene.branch(), 1_000_00, "BR"),
        (scene.branch("Deals Canada", country="CA"), 300_00, "CA"),
    ):
        click = scene.click(scene.placement(branch), NOON - HOUR)
        scene.order(click_id=click, amount=amount, goods=round(amount * 0.6), country=country)
    scene.cost(100_00)
    scene.measure()
    return scene


def read(*, is_tested=True):
    """An experiment that found 400 $ added (300 to 500) in Brazil."""
    experiment = Experiment.objects.create(
        name="Brazil on, Canada off",
        kind=Experiment.Kind.GEO,
        state=Experiment.State.READ,
        starts_on=(NOON - 5 * DAY).date(),
        ends_on=(NOON + 5 * DAY).date(),
        created_at=NOON,
    )
    for country, arm in (("BR", TREATED), ("CA", HELD_OUT)):
        unit = Unit.objects.create(experiment=experiment, name=country)
        Market.objects.create(unit=unit, country=country)
        start = NOON.replace(hour=0) - 5 * DAY
        Assignment.objects.create(
            experiment=experiment, unit=unit, arm=arm, starts_at=start, ends_at=start + timedelta(days=11)
        )
    found = Reading(
        design="geo",
        relative=Estimate(0.08, 0.05, 0.11, 0.95, 24, "two-way"),
        total=Estimate(400.0, 300.0, 500.0, 0.95, 24, "two-way"),  # panels are in whole dollars
        is_tested=is_tested,
    )
    Kept.objects.create(
        experiment=experiment,
        made_at=NOON,
        made_by="Maya",
        look=1,
        is_final=True,
        rule_version="lift/1",
        body=to_json(found),
        digest="",
    )


def test_the_tested_share_is_what_was_added_of_the_treated_markets_evidence(client, staff, programme):
    read()

    result = client.get("/returns/").context["result"]

    assert result.incrementality.value == pytest.approx(0.4, abs=0.01)
    # An interval of 0.3 to 0.5, a little wider for the days since the test.
    assert 0.27 < result.incrementality.low < 0.3
    assert 0.5 < result.incrementality.high < 0.53
    assert result.contribution.value == pytest.approx(0.4 * 1_300_00 * 0.4 - 100_00, rel=0.05)
    assert 0.95 < result.p_positive <= 1


def test_the_page_says_tested_and_marks_the_line(client, staff, programme):
    read()

    response = client.get("/returns/")

    assert "40% of this revenue would not have come anyway" in response.content.decode()
    assert "Tested: 40%" in {row["label"] for row in response.context["chart"].rows}
    assert "At the tested lift" in {row["name"] for row in response.context["months_chart"].rows}


def test_a_test_of_another_year_is_no_verdict_any_more(client, staff, programme):
    read()
    Experiment.objects.update(ends_on=(NOON - 400 * DAY).date())

    response = client.get("/returns/")

    assert b"No test reaches this period" in response.content
    assert not response.context["is_tested"]


def test_of_a_switchback_only_days_after_the_wash_out_count(programme):
    read()
    experiment = Experiment.objects.get()
    assert evidence_of_test(experiment) == 1_000_00
    experiment.kind, experiment.wash_out_days = Experiment.Kind.SWITCHBACK, 6

    # Posts went out from five days before the order on, so the order lies in the wash-out.
    assert evidence_of_test(experiment) == 0


def test_a_market_is_a_country_and_a_division(programme):
    read()
    Market.objects.filter(country="BR").update(division="home")

    assert evidence_of_test(Experiment.objects.get()) == 0


def test_modelled_history_carries_its_badge_and_is_not_used(client, staff, programme):
    read(is_tested=False)

    page = client.get("/returns/").content.decode()

    assert "modelled, not tested" in page
    assert "Nobody knows yet what these posts added" in page


def test_lift_stands_before_credit(client, staff, programme):
    from livingroom.attribution.whole import measure_whole

    read()
    measure_whole(NOON + 6 * DAY)

    page = client.get("/credit/").content.decode()

    assert page.index("posts added 8.0%") < page.index("Side by side")
