"""A left-out branch cannot post the offer by accident: not when it is scheduled, and not when it is sent."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from livingroom.experiments.models import Exposure, Override
from livingroom.experiments.obeying import NoReason, NothingToOverride
from livingroom.experiments.operations import cancel_experiment, make_ready
from livingroom.experiments.queries import left_out, left_out_spans
from livingroom.posts.delivery import deliver
from livingroom.posts.models import Placement
from livingroom.posts.operations import NotReady, schedule_placements
from livingroom.posts.overriding import let_through
from livingroom.shared.models import Alarm
from tests.experiments import cast
from tests.posts import cast as desk

State = Placement.State
FOR_LONG = {"ends_at": cast.NOON + timedelta(days=200)}


def row_on(country: str) -> Placement:
    post = desk.post(cast.branch_of(country), offer=desk.offer(**FOR_LONG))
    return post.placements.get()


def schedule(row: Placement, at, now=cast.NOON) -> Placement:
    return schedule_placements(staff=desk.staff(), due={row.pk: at}, now=now)[0]


def send(row: Placement, at) -> Placement:
    with time_machine.travel(at, tick=False):  # the sandbox has a clock of its own
        deliver(row.pk, at)
    row.refresh_from_db()
    return row


def test_a_left_out_branch_cannot_schedule_the_offer(outlets):
    experiment = cast.ready()
    at = cast.left_out_time(experiment, "DE")

    with pytest.raises(NotReady) as refusal:
        schedule(row_on("DE"), at)

    found = left_out(desk.offer(), cast.branch_of("DE"), at)
    assert found is not None
    assert "leaves Outlet DE out of every offer until" in str(refusal.value)
    assert found.until > at


def test_a_treated_branch_schedules_as_usual(outlets):
    experiment = cast.ready()

    row = schedule(row_on("DE"), cast.treated_time(experiment, "DE"))

    assert row.state == State.SCHEDULED


def test_what_became_left_out_after_scheduling_is_held_and_rings(outlets):
    row, experiment = row_on("DE"), cast.planned()
    schedule(row, cast.NOON + timedelta(hours=30))  # nobody knew yet
    make_ready(staff=cast.manager(), experiment=experiment, now=cast.NOON)
    at = cast.left_out_time(experiment, "DE")
    Placement.objects.filter(pk=row.pk).update(due_at=at, try_at=at)

    held = send(row, at)

    assert held.state == State.HELD
    assert experiment.name in held.problem
    assert (
        Alarm.objects.ringing()
        .get(kind="held")
        .text.startswith("“Winter is here” was held back on Outlet DE")
    )
    assert desk.on_network(row) == 0


def test_a_held_placement_goes_out_when_its_time_comes(outlets):
    row, experiment = row_on("DE"), cast.ready()
    at = cast.left_out_time(experiment, "DE")
    Placement.objects.filter(pk=row.pk).update(state=State.SCHEDULED, due_at=at, try_at=at)
    held = send(row, at)
    until = left_out(row.post.offer, row.branch, at).until

    gone = send(schedule(held, until), until)

    assert gone.state == State.SENT
    assert not Alarm.objects.ringing().filter(kind="held").exists()
    assert not Exposure.objects.get().was_left_out


def test_an_override_needs_a_role_and_a_reason_and_is_logged(outlets):
    experiment = cast.ready()
    at, row = cast.left_out_time(experiment, "FR"), row_on("FR")

    with pytest.raises(PermissionDenied):
        let_through(staff=desk.staff(), placement=row, due_at=at, reason="The fair is now", now=cast.NOON)
    with pytest.raises(NoReason):
        let_through(staff=cast.manager(), placement=row, due_at=at, reason="  ", now=cast.NOON)
    let_through(staff=cast.manager(), placement=row, due_at=at, reason="The fair is now", now=cast.NOON)
    sent = send(row, at)

    assert sent.state == State.SENT
    assert Override.objects.get().reason == "The fair is now"
    assert Exposure.objects.get().was_left_out
    assert row.post.title in Override.objects.get().about


def test_nothing_is_overridden_where_nothing_is_left_out(outlets):
    row = row_on("FR")

    with pytest.raises(NothingToOverride):
        let_through(staff=cast.manager(), placement=row, due_at=cast.NOON, reason="why not", now=cast.NOON)


def test_only_chosen_offers_are_covered_when_the_plan_says_so(outlets):
    experiment = cast.ready(covers="chosen")
    at, branch = cast.left_out_time(experiment, "JP"), cast.branch_of("JP")
    tested, other = desk.offer(experiment=experiment, **FOR_LONG), desk.offer(name="Other", **FOR_LONG)

    assert left_out(tested, branch, at) is not None
    assert left_out(other, branch, at) is None
    assert left_out(None, branch, at) is None


def test_a_branch_for_the_whole_world_is_silent_the_whole_time(outlets):
    world = desk.branch("World", country="")
    experiment = cast.ready()
    experiment.silent_branches.add(world)

    found = left_out(desk.offer(), world, experiment.starts_at + timedelta(days=3))

    assert found is not None
    assert found.until == experiment.ends_at
    assert left_out(desk.offer(), world, experiment.ends_at) is None


def test_a_cancelled_experiment_leaves_nobody_out(outlets):
    experiment = cast.ready()
    at = cast.left_out_time(experiment, "GB")

    cancel_experiment(staff=cast.manager(), experiment=experiment, reason="Budget", now=cast.NOON)

    assert left_out(desk.offer(), cast.branch_of("GB"), at) is None


def test_the_compose_page_says_who_is_left_out_until_when(outlets, client):
    experiment = cast.ready()
    client.force_login(desk.staff())
    at, offer = cast.left_out_time(experiment, "BR"), desk.offer(**FOR_LONG)
    answers = {
        "text": "15 % off with {code}: {link}", "offer": offer.pk, "code_kind": "shared", "when": "at",
        "branches": [cast.branch_of("BR").pk], "at": f"{at:%Y-%m-%dT%H:%M}", "do": "schedule",
    }  # fmt: skip

    page = client.post(reverse("compose"), answers)

    assert page.status_code == 422
    assert "leaves Outlet BR out of every offer until" in page.content.decode()
    assert not Placement.objects.exists()


def test_the_calendar_marks_left_out_days(outlets, client):
    experiment = cast.ready()
    client.force_login(desk.staff())
    on = cast.left_out_time(experiment, "BR").date()

    month = client.get(reverse("calendar"), {"on": f"{on}"}).content.decode()
    day = client.get(reverse("calendar"), {"on": f"{on}", "view": "day"}).content.decode()

    assert "left out</a>" in month
    assert "Outlet BR" in day


def test_a_manager_overrides_on_the_placement_and_others_are_not_asked(outlets, client):
    experiment = cast.ready()
    at, row = cast.left_out_time(experiment, "US"), row_on("US")
    Placement.objects.filter(pk=row.pk).update(state=State.HELD, due_at=at)
    url = reverse("post", args=[row.post_id])

    client.force_login(desk.staff())
    as_community_manager = client.get(url).content.decode()
    client.force_login(cast.manager())
    as_manager = client.get(url).content.decode()
    answer = client.post(
        reverse("placement_override", args=[row.pk]),
        {"reason": "The launch cannot wait", "at": f"{at:%Y-%m-%dT%H:%M}"},
    )
    row.refresh_from_db()

    assert "Post it all the same" not in as_community_manager
    assert "Post it all the same" in as_manager
    assert answer.status_code == 302
    assert row.state == State.SCHEDULED


def test_spans_are_told_by_branch_and_time(outlets):
    experiment = cast.ready()

    spans = left_out_spans(experiment.starts_at, experiment.ends_at)

    assert len(spans) == experiment.assignments.filter(arm="held out").count()
    assert {span.branch_id for span in spans} == {branch.pk for branch in outlets}
