"""When a post goes out is part of what was approved: a branch says how far it may move."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from livingroom.posts.approval.models import ApprovalTiming
from livingroom.posts.approval.operations import StagePlan, ask_approval, decide, set_stages, set_timing
from livingroom.posts.approval.queries import compared
from livingroom.posts.approval.timing import holds
from livingroom.posts.models import Placement
from livingroom.posts.operations import schedule_placements
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db
State = Placement.State
MayMove = ApprovalTiming.MayMove
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# A Wednesday far ahead, nine in the morning in São Paulo.
WEDNESDAY = (NOON + 14 * DAY).replace(hour=12, minute=0)
WEDNESDAY += ((2 - WEDNESDAY.weekday()) % 7) * DAY


@pytest.fixture
def brasil(house):
    branch = cast.branch("Brasil", country="BR", time_zone="America/Sao_Paulo")
    set_stages(staff=cast.ada(), branch=branch, stages=[StagePlan("Editor", "manager")], now=NOON)
    return branch


def approved(branch, due_at: datetime) -> Placement:
    placement = cast.placement(branch, due_at=due_at)
    arun = cast.staff("Arun", "manager")
    decide(staff=arun, version=placement.versions.last(), verdict="approved", reason="", now=NOON)
    return moved(placement, due_at)


def moved(placement: Placement, due_at: datetime) -> Placement:
    return schedule_placements(staff=cast.staff(), due={placement.pk: due_at}, now=NOON)[0]


@pytest.mark.parametrize(
    ("may_move", "by", "is_held"),
    [
        (MayMove.HOUR, HOUR, True),
        (MayMove.HOUR, HOUR + timedelta(minutes=1), False),
        (MayMove.DAY, 14 * HOUR, True),
        (MayMove.DAY, 15 * HOUR, False),  # midnight in São Paulo
        (MayMove.DAY, -9 * HOUR, True),
        (MayMove.DAY, -10 * HOUR, False),
        (MayMove.WEEK, 4 * DAY, True),  # Sunday
        (MayMove.WEEK, 5 * DAY, False),
        (MayMove.ANY, 300 * DAY, True),
    ],
)
def test_how_far_a_yes_reaches_on_the_branchs_own_clock(may_move, by, is_held):
    nine = datetime(2030, 6, 5, 12, tzinfo=UTC)  # a Wednesday, nine in São Paulo

    assert holds(may_move, nine, nine + by, ZoneInfo("America/Sao_Paulo")) is is_held


def test_another_hour_of_the_day_keeps_its_yes(brasil):
    placement = approved(brasil, WEDNESDAY)

    placement = moved(placement, WEDNESDAY + 3 * HOUR)

    assert placement.state == State.SCHEDULED
    assert placement.versions.count() == 1


def test_another_day_is_asked_anew_and_shown_as_what_changed(brasil):
    placement = approved(brasil, WEDNESDAY)

    placement = moved(placement, WEDNESDAY + DAY)

    assert placement.state == State.WAITING
    newest = placement.versions.last()
    (change,) = compared(newest)[1]
    assert change.name == "Goes out"
    assert any(stretch.kind == "added" for stretch in change.stretches)
    assert newest.is_asked_at(NOON)


def test_small_moves_do_not_add_up_to_a_large_one(brasil):
    set_timing(staff=cast.ada(), branch=brasil, may_move=MayMove.HOUR, now=NOON)
    placement = approved(brasil, WEDNESDAY)

    placement = moved(placement, WEDNESDAY + HOUR)
    first = placement.state
    placement = moved(placement, WEDNESDAY + 2 * HOUR)

    assert (first, placement.state) == (State.SCHEDULED, State.WAITING)


def test_a_branch_may_let_it_move_freely(brasil):
    set_timing(staff=cast.ada(), branch=brasil, may_move=MayMove.ANY, now=NOON)
    placement = approved(brasil, WEDNESDAY)

    assert moved(placement, WEDNESDAY + 7 * DAY).state == State.SCHEDULED


def test_a_yes_without_a_time_is_a_yes_to_any(brasil):
    placement = cast.post(brasil).placements.get()
    version = ask_approval(staff=cast.staff(), placement=placement, now=NOON)
    decide(staff=cast.staff("Arun", "manager"), version=version, verdict="approved", reason="", now=NOON)

    assert moved(placement, WEDNESDAY).state == State.SCHEDULED
    assert moved(placement, WEDNESDAY + 7 * DAY).state == State.SCHEDULED


def test_a_yes_that_came_after_its_time_is_about_the_day_it_was_given(brasil):
    """What was approved too late is sent by choice on that day; nobody goes round in circles."""
    placement = cast.placement(brasil, due_at=WEDNESDAY)
    late = WEDNESDAY + 2 * DAY
    arun = cast.staff("Arun", "manager")
    decide(staff=arun, version=placement.versions.last(), verdict="approved", reason="", now=late)

    sent = schedule_placements(staff=cast.staff(), due={placement.pk: late + HOUR}, now=late + HOUR)[0]

    assert sent.state == State.SCHEDULED


def test_the_calendar_says_before_the_drop_on_which_days_the_yes_holds(maya, brasil):
    approved(brasil, WEDNESDAY)

    page = maya.get("/calendar/", {"on": WEDNESDAY.date().isoformat(), "view": "month"}).content.decode()
    form = maya.get("/calendar/", {"on": WEDNESDAY.date().isoformat(), "view": "day"}).content.decode()

    assert f'data-holds-from="{WEDNESDAY.date()}" data-holds-to="{WEDNESDAY.date()}"' in page
    assert "Brasil: on that day it must be approved again." in page
    assert "on another day it must be approved again" in form


def test_a_calendar_elsewhere_shows_the_days_as_it_counts_them(maya, brasil):
    late = WEDNESDAY + 12 * HOUR  # nine in the evening in São Paulo, Thursday in Tokyo
    set_timing(staff=cast.ada(), branch=brasil, may_move=MayMove.WEEK, now=NOON)
    approved(brasil, late)

    answers = {"on": late.date().isoformat(), "zone": "Asia/Tokyo"}
    page = maya.get("/calendar/", answers).content.decode()

    tuesday, monday = WEDNESDAY.date() - DAY, WEDNESDAY.date() + 5 * DAY
    if "data-holds-from" not in page:  # the clock is offered only where a branch has it
        cast.branch("Tokyo", country="JP", time_zone="Asia/Tokyo")
        page = maya.get("/calendar/", answers).content.decode()
    assert f'data-holds-from="{tuesday}" data-holds-to="{monday}"' in page


def test_the_rule_is_set_where_the_stages_are(client, brasil):
    client.force_login(cast.ada())
    answers = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "0",
        "form-0-name": "Editor",
        "form-0-by": "manager",
    }

    client.post("/approvals/stages/brasil/", answers | {"may_move": "week"})

    assert "within its week" in client.get("/approvals/stages/brasil/").content.decode()
    assert ApprovalTiming.objects.get().may_move == MayMove.WEEK
