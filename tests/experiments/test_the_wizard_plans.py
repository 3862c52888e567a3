"""The wizard: from a question to an experiment that is ready, by plain forms, with refusals that say what to do instead."""

from datetime import timedelta

import pytest
from django.urls import reverse

from livingroom.experiments.models import Experiment
from livingroom.experiments.operations import Frozen, NotReady, keep_design, make_ready, save_plan
from livingroom.experiments.planning import Plan, propose, recommended
from tests.experiments import cast
from tests.posts import cast as desk

State, Kind = Experiment.State, Experiment.Kind


def ask(client, **answers: object):
    given = {"name": "Do offers add?", "question": "", "covers": "offers", "what": "country", **answers}
    return client.post(reverse("experiment_new"), given)


def answer_days(client, plan: Experiment, **answers: object):
    given = {
        "kind": "switchback", "starts_on": f"{cast.NOON.date() + timedelta(days=2)}", "days": "96", "block_days": "12",
        "wash_out_days": "10", "horizon_days": "10", "share_percent": "50", "lift_percent": "10", **answers,
    }  # fmt: skip
    return client.post(reverse("experiment_days", args=[plan.pk]), given)


def choose_all(client, plan: Experiment):
    page = client.get(reverse("experiment_units", args=[plan.pk]))
    names = [row.unit.name for row in page.context["choices"].rows]
    return page, client.post(
        reverse("experiment_units", args=[plan.pk]), {"units": names, "worldwide": "silent"}
    )


def test_a_question_becomes_a_ready_experiment_step_by_step(mona):
    world = desk.branch("World", country="")

    asked = ask(mona)
    plan = Experiment.objects.get()
    page, chose = choose_all(mona, plan)
    dated = answer_days(mona, plan)
    drawn = mona.get(reverse("experiment_draw", args=[plan.pk]))
    started = mona.post(reverse("experiment_start", args=[plan.pk]))
    plan.refresh_from_db()

    assert asked.url == reverse("experiment_units", args=[plan.pk])
    assert "Markets by time blocks" in page.content.decode()
    assert "Orders a day" in page.content.decode()
    assert chose.url == reverse("experiment_days", args=[plan.pk])
    assert dated.url == reverse("experiment_draw", args=[plan.pk])
    assert str(plan.seed) in drawn.content.decode()
    assert drawn.content.decode().count("Left out</td>") == plan.assignments.filter(arm="held out").count()
    assert started.url == reverse("experiment", args=[plan.pk])
    assert plan.state == State.READY
    assert plan.promise["power"] > 0
    assert plan.assignments.count() == 6 * 8
    assert list(plan.silent_branches.all()) == [world]


def test_a_wash_out_shorter_than_the_horizon_is_refused_with_what_to_do(mona):
    ask(mona)
    plan = Experiment.objects.get()
    choose_all(mona, plan)

    page = answer_days(mona, plan, wash_out_days="3", block_days="6")

    assert page.status_code == 422
    assert "Leave away at least 10" in page.content.decode()


def test_six_markets_are_too_few_for_a_holdout(mona):
    ask(mona)
    plan = Experiment.objects.get()
    choose_all(mona, plan)

    page = answer_days(mona, plan, kind="geo")

    assert page.status_code == 422
    assert "a holdout needs 16" in page.content.decode()


@pytest.mark.parametrize(
    ("n_units", "kind"), [(0, Kind.HISTORY), (1, Kind.SINGLE), (2, Kind.SWITCHBACK), (15, Kind.SWITCHBACK), (16, Kind.GEO)]
)  # fmt: skip
def test_the_kind_follows_from_how_many_markets_there_are(n_units, kind):
    assert recommended(n_units)[0] == kind


def test_an_experiment_that_began_yesterday_cannot_start(outlets):
    plan = cast.planned(starts_on=cast.NOON.date())

    with pytest.raises(NotReady, match="begins in the past"):
        make_ready(staff=cast.manager(), experiment=plan, now=cast.NOON)


def test_what_is_ready_never_changes(outlets):
    plan = cast.ready()
    plan.block_days = 16

    with pytest.raises(Frozen):
        save_plan(staff=cast.manager(), experiment=plan, now=cast.NOON)
    with pytest.raises(Frozen):
        keep_design(staff=cast.manager(), experiment=plan, plan=Plan(design=cast.drawn(plan)), now=cast.NOON)
    assert Experiment.objects.get().block_days == 12


def test_two_experiments_do_not_share_a_branch_at_the_same_time(outlets):
    cast.ready(name="First")
    second = cast.planned(name="Second")

    with pytest.raises(NotReady, match="“First” runs with some of the same branches"):
        make_ready(staff=cast.manager(), experiment=second, now=cast.NOON)


def test_the_same_seed_draws_the_same_assignment(markets):
    plan = cast.planned(seed=11)

    first, again = propose(plan, cast.NOON).design, propose(plan, cast.NOON).design
    plan.seed = 12
    other = propose(plan, cast.NOON).design

    assert first.assignments == again.assignments
    assert first.assignments != other.assignments


def test_changing_the_question_forgets_the_units(mona):
    ask(mona)
    plan = Experiment.objects.get()
    choose_all(mona, plan)

    mona.post(
        reverse("experiment_question", args=[plan.pk]),
        {"name": "Do offers add?", "covers": "offers", "what": "branch"},
    )

    assert not plan.units.exists()


def test_nothing_is_planned_by_who_may_not(outlets, client):
    client.force_login(desk.staff())

    assert client.get(reverse("experiment_new")).status_code == 403
    assert client.get(reverse("experiments")).status_code == 200
    assert "Plan the first one" not in client.get(reverse("experiments")).content.decode()


def test_a_plan_may_be_dropped(mona):
    ask(mona)
    plan = Experiment.objects.get()

    mona.post(reverse("experiment_cancel", args=[plan.pk]))
    plan.refresh_from_db()

    assert plan.state == State.CANCELLED
