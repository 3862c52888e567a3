from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from livingroom.people.models import StaffScope
from livingroom.posts.delivery import settle
from livingroom.posts.models import Placement
from livingroom.posts.operations import NotReady, schedule_placements
from livingroom.posts.pausing.models import Pause
from livingroom.posts.pausing.operations import CannotStop, end_pause, start_pause
from livingroom.posts.pausing.queries import kept_back
from livingroom.posts.tasks import tick
from livingroom.shared.models import Alarm, Event
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db(transaction=True)
State = Placement.State
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def outlet(house):
    return cast.branch()


def stop(covers="all", value="", now=NOON, ends_at=None, staff=None):
    return start_pause(
        staff=staff or cast.ada(),
        covers=covers,
        value=value,
        reason="An earthquake.",
        ends_at=ends_at,
        now=now,
    )


def test_nothing_goes_out_while_everything_is_stopped(outlet):
    placement = cast.placement(outlet, due_at=NOON + HOUR)
    pause = stop()

    tick(NOON + HOUR)
    cast.deliver_at(placement, NOON + HOUR)

    placement.refresh_from_db()
    assert (placement.state, placement.pause) == (State.HELD, pause)
    assert "Ada stopped everything until somebody ends it: An earthquake" in placement.problem
    assert cast.on_network(placement) == 0
    assert "An earthquake" in Alarm.objects.ringing().get(kind="stop").text


@pytest.mark.parametrize(("covers", "value"), [("country", "BR"), ("branch", "brasil"), ("tag", "winter")])
def test_a_stop_covers_what_it_names_and_no_more(outlet, covers, value):
    brasil = cast.branch("Brasil", country="BR")
    covered = cast.placement(brasil, due_at=NOON + HOUR, tags=("winter",))
    other = cast.placement(outlet, due_at=NOON + HOUR, tags=("summer",))
    stop(covers, value)

    for placement in (covered, other):
        cast.deliver_at(placement, NOON + HOUR)

    assert cast.on_network(covered) == 0
    assert cast.on_network(other) == 1


def test_what_came_due_is_not_sent_by_itself_when_no_worker_ran_meanwhile(outlet):
    """Due at one, stopped from half past twelve to two, and the worker starts at three."""
    placement = cast.placement(outlet, due_at=NOON + HOUR)
    stop(now=NOON + 30 * MINUTE, ends_at=NOON + 2 * HOUR)

    cast.deliver_at(placement, NOON + 3 * HOUR)

    placement.refresh_from_db()
    assert placement.state == State.HELD
    assert cast.on_network(placement) == 0


def test_what_is_due_after_a_stop_goes_out_as_promised(outlet):
    placement = cast.placement(outlet, due_at=NOON + 3 * HOUR)
    stop(ends_at=NOON + 2 * HOUR)

    tick(NOON + 3 * HOUR)
    cast.deliver_at(placement, NOON + 3 * HOUR)

    assert cast.on_network(placement) == 1
    assert not Alarm.objects.ringing().filter(kind="stop").exists()


def test_a_stop_pulled_between_claim_and_write_still_stops_it(outlet, monkeypatch):
    placement = cast.placement(outlet)
    monkeypatch.setattr("livingroom.posts.delivery.require_approved", lambda *_: stop(now=NOON - MINUTE))

    cast.deliver_at(placement, NOON)

    placement.refresh_from_db()
    assert placement.state == State.HELD
    assert cast.on_network(placement) == 0
    assert placement.attempts.get().outcome == "held"


def test_afterwards_it_is_sent_by_choice(outlet, maya):
    first, second = (cast.placement(outlet, due_at=NOON, title=title) for title in ("One", "Two"))
    pause = stop(now=NOON - MINUTE)
    tick(NOON)
    end_pause(staff=cast.staff("Arun", "admin"), pause=pause, now=NOON)
    assert "2 placements came due" in Alarm.objects.ringing().get(kind="kept back").text

    page = maya.get(f"/stop/{pause.pk}/").content.decode()
    maya.post(f"/stop/{pause.pk}/choose/", {"placement": [first.pk], "do": "send"})
    maya.post(f"/stop/{pause.pk}/choose/", {"placement": [second.pk], "do": "cancel"})

    assert "One" in page
    assert "Two" in page
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.SCHEDULED, State.CANCELLED)
    assert not kept_back(pause).exists()
    assert not Alarm.objects.ringing().filter(kind="kept back").exists()
    cast.deliver_at(first, first.due_at)
    assert cast.on_network(first) == 1


def test_a_lost_answer_is_settled_during_a_stop_and_not_sent_anew(outlet):
    placement = cast.placement(outlet)
    Placement.objects.filter(pk=placement.pk).update(
        state=State.UNKNOWN, settle_at=NOON, sent_text="x", claimed_by="t", n_attempts=1
    )
    stop()

    settle(placement.pk, NOON, clock=lambda: NOON)
    settle(placement.pk, NOON + 2 * MINUTE, clock=lambda: NOON + 2 * MINUTE)
    cast.deliver_at(placement, NOON + 2 * MINUTE)

    placement.refresh_from_db()
    assert placement.state == State.HELD
    assert cast.on_network(placement) == 0


def test_nothing_is_promised_into_a_stop_whose_end_is_known(outlet):
    post = cast.post(outlet)
    stop(ends_at=NOON + 2 * HOUR)

    with pytest.raises(NotReady, match="earthquake"):
        schedule_placements(staff=cast.staff(), due={post.placements.get().pk: NOON + HOUR}, now=NOON)


def test_agents_pull_the_switch_and_publishers_release_it(outlet):
    agent = cast.staff("Lee", "agent")
    pause = stop("branch", "outlet", staff=agent)

    with pytest.raises(PermissionDenied):
        end_pause(staff=agent, pause=pause, now=NOON)
    with pytest.raises(PermissionDenied):
        stop(staff=cast.ian())


def test_who_works_for_one_country_stops_that_country_only(outlet):
    brasil = cast.branch("Brasil", country="BR")
    rosa = cast.staff("Rosa", "community_manager")
    StaffScope.objects.create(staff=rosa, kind="country", value="BR")

    stop("country", "BR", staff=rosa)
    stop("branch", brasil.slug, staff=rosa)
    for covers, value in (("all", ""), ("country", "US"), ("branch", "outlet"), ("tag", "winter")):
        with pytest.raises(PermissionDenied):
            stop(covers, value, staff=rosa)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"covers": "country", "value": "XX"}, "No branch"),
        ({"covers": "branch", "value": "nowhere"}, "no branch"),
        ({"covers": "tag"}, "which tag"),
        ({"ends_at": NOON - HOUR}, "over already"),
        ({"covers": "moon"}, "Stop everything"),
    ],
)
def test_a_stop_that_makes_no_sense_is_refused(outlet, facts, said):
    with pytest.raises(CannotStop, match=said):
        stop(**facts)

    assert not Pause.objects.exists()


def test_the_page_starts_and_ends_a_stop_with_who_and_why(outlet, maya):
    maya.post("/stop/", {"what": "country:US", "reason": "A storm", "ends_at": ""})
    pause = Pause.objects.get()
    page = maya.get("/posts/").content.decode()
    maya.post(f"/stop/{pause.pk}/end/")

    assert (pause.covers, pause.value, pause.started_by) == ("country", "US", cast.staff())
    assert "A storm" in page
    pause.refresh_from_db()
    assert pause.ended_by == cast.staff()
    assert Event.objects.filter(verb="stopped", actor="Maya").exists()
    assert maya.post("/stop/", {"what": "all", "reason": ""}).status_code == 422
