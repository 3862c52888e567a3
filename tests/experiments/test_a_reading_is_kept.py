"""A reading is made from orders by the measuring room's own functions, kept as it was, and can be recomputed from files."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.urls import reverse

from livingroom.experiments.models import Experiment, Reading
from livingroom.experiments.operations import go_on
from livingroom.experiments.readings import TooEarly, take_reading
from livingroom.orders.models import Order
from tests.experiments import cast
from tests.posts import cast as desk


@pytest.fixture
def ended(markets):
    """A switchback that is over: orders of its days are in, a fifth more where posts went out."""
    experiment = cast.ready()
    cast.sent_as_drawn(experiment)
    end = experiment.ends_at + timedelta(hours=1)
    cast.orders(days=96, until=experiment.ends_at, seed=2)
    for row in experiment.assignments.filter(arm="treated").prefetch_related("unit__markets"):
        country = row.unit.markets.all()[0].country
        orders = Order.objects.filter(
            country=country, placed_at__gte=row.starts_at, placed_at__lt=row.ends_at
        )
        orders.update(net_reporting_minor=F("net_reporting_minor") * 6 / 5)
    go_on(experiment.starts_at)
    go_on(end)
    experiment.refresh_from_db()
    return experiment, end


def test_the_calendar_starts_and_ends_experiments(ended):
    experiment, _ = ended

    assert experiment.state == Experiment.State.ENDED


def test_the_lift_that_was_put_in_is_found(ended):
    experiment, end = ended

    kept = take_reading(staff=cast.manager(), experiment=experiment, now=end)

    assert kept.is_final
    assert kept.body["low"] < 0.2 < kept.body["high"]
    assert kept.body["low"] > 0
    assert kept.body["is_tested"]
    assert all(check["passed"] for check in kept.body["checks"]), kept.body["checks"]
    assert experiment.state == Experiment.State.READ


def test_reading_again_without_news_keeps_no_second_row(ended):
    experiment, end = ended
    first = take_reading(staff=cast.manager(), experiment=experiment, now=end)

    again = take_reading(staff=cast.manager(), experiment=experiment, now=end + timedelta(days=1))
    order = Order.objects.filter(placed_at__gte=experiment.starts_at).first()
    order.net_reporting_minor -= 5_000
    order.save(update_fields=["net_reporting_minor"])
    after_refund = take_reading(staff=cast.manager(), experiment=experiment, now=end + timedelta(days=2))

    assert again.pk == first.pk
    assert after_refund.look == 2
    assert Reading.objects.get(look=1).body == first.body


def test_only_who_may_reads_and_only_what_runs(markets):
    experiment = cast.ready()

    with pytest.raises(PermissionDenied):
        take_reading(staff=desk.staff(), experiment=experiment, now=cast.NOON)
    with pytest.raises(TooEarly):
        take_reading(staff=cast.manager(), experiment=experiment, now=cast.NOON)


def test_a_look_before_the_end_has_wider_bounds_and_is_not_final(ended):
    experiment, end = ended
    Experiment.objects.filter(pk=experiment.pk).update(state=Experiment.State.RUNNING)
    early = experiment.starts_at + timedelta(days=72)

    looked = take_reading(staff=cast.manager(), experiment=experiment, now=early)
    Experiment.objects.filter(pk=experiment.pk).update(state=Experiment.State.ENDED)
    final = take_reading(staff=cast.manager(), experiment=experiment, now=end)

    assert not looked.is_final
    assert "always-valid" in looked.body["method"]
    assert looked.body["high"] - looked.body["low"] > final.body["high"] - final.body["low"]


def test_the_exported_files_give_the_same_numbers_through_the_command(ended, client, tmp_path):
    experiment, end = ended
    kept = take_reading(staff=cast.manager(), experiment=experiment, now=end)
    client.force_login(desk.ian())
    for name in ("panel", "assignment"):
        (tmp_path / name).write_bytes(client.get(reverse(f"experiment_{name}", args=[experiment.pk])).content)
    panel = tmp_path / "panel.csv"
    (tmp_path / "panel").rename(panel)

    done = subprocess.run(
        [sys.executable, "-m", "livingroom", "measure", "lift", "--panel", panel, "--design", "switchback",
         "--assignment", tmp_path / "assignment", "--seed", str(experiment.seed), "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = json.loads(done.stdout)

    for name in ("value", "low", "high", "n", "method", "total", "cannibalised", "checks"):
        assert found[name] == kept.body[name], name


def test_the_page_says_it_in_one_sentence_and_shows_every_way(ended, client):
    experiment, end = ended
    take_reading(staff=cast.manager(), experiment=experiment, now=end)
    client.force_login(desk.ian())

    page = client.get(reverse("experiment", args=[experiment.pk])).content.decode()
    rows = client.get(reverse("experiments")).content.decode()

    assert "The offers added +" in page
    assert "It added sales" in page
    assert "Tested" in page
    assert "Merely pulled forward" in page
    assert "data-chart-picture" in page
    assert "It added sales" in rows
    assert client.get(reverse("experiment_reading_json", args=[experiment.pk, 1])).json()["about"]["is_final"]
    assert client.get(reverse("experiment_log", args=[experiment.pk])).content.startswith(b"unit,arm,stratum")
