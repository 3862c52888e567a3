import pytest
from django.core.exceptions import PermissionDenied

from livingroom.ideas import operations
from livingroom.ideas.duty import telling
from livingroom.ideas.storms.operations import (
    NotSo,
    begin_storm,
    close_storm,
    ring_for_summaries,
    state_of,
    sum_up,
)
from livingroom.people.models import Letter, Staff, StaffScope
from livingroom.shared.models import Alarm
from tests.ideas import cast
from tests.ideas.cast import NOON, later
from tests.ideas.duty import scene

pytestmark = pytest.mark.django_db
SUMMARY = "Forty ideas; we build two of them: longer batteries, and a bag that fits."


@pytest.fixture
def storm():
    scene.house()
    board = scene.board(answer_line=50)
    return begin_storm(
        staff=scene.manager(), board=board, topic="Notebooks for travellers", intro="What do you miss on the road?",
        host=cast.moderator(), opens_at=later(days=1), closes_at=later(days=8), now=NOON,
    )  # fmt: skip


def test_it_opens_and_closes_by_its_window(storm):
    states = [state_of(storm, later(days=days)) for days in (0.5, 2, 9)]

    assert states == ["planned", "open", "over"]


def test_all_who_took_part_are_told_the_summary_once(storm):
    proposer, voter, talker, stranger = (cast.member(name) for name in ("Pia", "Vic", "Tom", "Sam"))
    idea = cast.idea(storm.board, "A battery for a whole day", by=proposer, now=later(days=2), storm=storm)
    other = cast.idea(storm.board, "Something else entirely", now=later(days=2))
    operations.cast(member=voter, idea=idea, now=later(days=3))
    scene.said(talker, idea, "Two days would be better.", later(days=3))
    operations.cast(member=stranger, idea=other, now=later(days=3))
    Letter.objects.all().delete()

    sum_up(staff=cast.moderator(), storm=storm, summary=SUMMARY, now=later(days=9))
    telling.go_on(later(days=9))
    with pytest.raises(NotSo, match="already"):
        sum_up(staff=cast.moderator(), storm=storm, summary=SUMMARY, now=later(days=10))

    assert sorted(Letter.objects.values_list("member__name", flat=True)) == ["Pia", "Tom", "Vic"]
    assert SUMMARY in Letter.objects.first().text


def test_a_session_that_runs_is_not_summed_up(storm):
    with pytest.raises(NotSo, match="not over"):
        sum_up(staff=cast.moderator(), storm=storm, summary=SUMMARY, now=later(days=3))

    close_storm(staff=cast.moderator(), storm=storm, now=later(days=4))
    sum_up(staff=cast.moderator(), storm=storm, summary=SUMMARY, now=later(days=4, hours=1))
    assert state_of(storm, later(days=5)) == "summed up"


def test_a_host_who_owes_the_summary_hears_it_ring(storm):
    ring_for_summaries(later(days=10))
    assert not Alarm.objects.ringing().exists()

    ring_for_summaries(later(days=12))
    rings = Alarm.objects.ringing().get()
    sum_up(staff=cast.moderator(), storm=storm, summary=SUMMARY, now=later(days=12))

    assert "Ana owes its summary" in rings.text
    assert not Alarm.objects.ringing().exists()


def test_community_managers_begin_sessions_and_who_holds_some_branches_does_not(storm):
    cam = Staff.objects.create_user("cam@cornerpc.example", None, name="Cam", role="community_manager")
    window = {"opens_at": later(days=1), "closes_at": later(days=2), "now": NOON}
    said = {"board": storm.board, "topic": "Bags", "intro": "", "host": cast.moderator()}

    begin_storm(staff=cam, **said, **window)

    with pytest.raises(PermissionDenied):
        begin_storm(staff=cast.moderator(), **said, **window)
    StaffScope.objects.create(staff=cam, kind="country", value="BR")
    with pytest.raises(PermissionDenied, match="some branches only"):
        begin_storm(staff=Staff.objects.get(pk=cam.pk), **said, **window)
