import pytest
from django.core.exceptions import PermissionDenied

from livingroom.ideas.duty.operations import CannotAnswer, answer, assign, put_off
from livingroom.ideas.models import Idea, Telling
from livingroom.people.models import Staff
from livingroom.shared.models import Event
from tests.ideas import cast
from tests.ideas.cast import later
from tests.ideas.duty import scene

pytestmark = pytest.mark.django_db
State = Idea.State


@pytest.fixture
def idea():
    return scene.wanted_idea(scene.board())


def test_declining_without_a_reason_is_refused(idea):
    with pytest.raises(CannotAnswer, match="why") as refusal:
        answer(staff=scene.manager(), idea=idea, state=State.DECLINED, reason="   no  ", now=later(days=1))

    assert refusal.value.field == "reason"
    idea.refresh_from_db()
    assert (idea.state, idea.answers.count(), Telling.objects.count()) == (State.NEW, 0, 0)


def test_an_answer_is_kept_with_who_gave_it_and_when(idea):
    row = answer(
        staff=scene.manager(),
        idea=idea,
        state=State.DECLINED,
        reason="Our suppliers ship it so.",
        now=later(days=1),
    )

    assert (row.before, row.state, row.staff, row.at) == (
        State.NEW,
        State.DECLINED,
        scene.manager(),
        later(days=1),
    )
    assert (idea.state, idea.state_at, idea.answered_at) == (State.DECLINED, later(days=1), later(days=1))
    assert Event.objects.filter(subject=f"idea {idea.pk}", verb="answered").exists()


def test_under_review_is_a_word_on_the_way_and_no_answer(idea):
    answer(
        staff=scene.manager(),
        idea=idea,
        state=State.UNDER_REVIEW,
        reason="We look at costs now.",
        now=later(days=1),
    )

    assert (idea.state, idea.answered_at) == (State.UNDER_REVIEW, None)
    assert idea in Idea.objects.owed()


def test_what_shipped_carries_its_release_and_nothing_else_does(idea):
    with pytest.raises(CannotAnswer) as refusal:
        answer(
            staff=scene.manager(),
            idea=idea,
            state=State.PLANNED,
            reason="For the autumn.",
            url="https://shop.cornerpc.example/",
            now=later(days=1),
        )
    answer(
        staff=scene.manager(), idea=idea, state=State.SHIPPED, reason="Tick the box when you order.",
        url="https://shop.cornerpc.example/plain", now=later(days=2),
    )  # fmt: skip

    assert refusal.value.field == "url"
    assert idea.shipped_url == "https://shop.cornerpc.example/plain"


@pytest.mark.parametrize(
    ("steps", "is_allowed"),
    [
        ((State.PLANNED, State.BUILDING, State.SHIPPED), True),
        ((State.DECLINED, State.UNDER_REVIEW, State.PLANNED), True),
        ((State.SHIPPED, State.BUILDING), True),
        ((State.PLANNED, State.PLANNED), True),
        ((State.NEW,), False),
        ((State.SHIPPED, State.DECLINED), False),
        ((State.DECLINED, State.SHIPPED), False),
    ],
)
def test_states_follow_each_other_as_they_can_in_life(idea, steps, is_allowed):
    def go() -> None:
        for days, state in enumerate(steps, start=1):
            answer(
                staff=scene.manager(),
                idea=idea,
                state=state,
                reason="This is the reason.",
                now=later(days=days),
            )

    if is_allowed:
        go()
        assert idea.state == steps[-1]
    else:
        with pytest.raises(CannotAnswer):
            go()


def test_what_is_taken_up_again_is_owed_an_answer_anew(idea):
    answer(
        staff=scene.manager(),
        idea=idea,
        state=State.DECLINED,
        reason="Too dear this year.",
        now=later(days=1),
    )

    answer(
        staff=scene.manager(),
        idea=idea,
        state=State.UNDER_REVIEW,
        reason="Prices fell since.",
        now=later(days=100),
    )

    assert (idea.answered_at, idea.due_at) == (None, later(days=110))


def test_who_may_not_answer_does_not(idea):
    ian = Staff.objects.create_user("ian@cornerpc.example", None, name="Ian", role=Staff.Role.ANALYST)

    with pytest.raises(PermissionDenied):
        answer(staff=ian, idea=idea, state=State.PLANNED, reason="I would like that.", now=later(days=1))
    with pytest.raises(CannotAnswer, match="may not answer"):
        assign(staff=scene.manager(), idea=idea, owner=ian, now=later(days=1))


def test_a_day_that_passed_cannot_be_promised_again(idea):
    with pytest.raises(CannotAnswer, match="passed"):
        put_off(
            staff=scene.manager(),
            idea=idea,
            due_at=later(days=60),
            reason="We are very busy.",
            now=later(days=11),
        )

    put_off(
        staff=scene.manager(),
        idea=idea,
        due_at=later(days=60),
        reason="We wait for a part.",
        now=later(days=9),
    )
    assert idea.due_at == later(days=60)


def test_an_idea_that_is_not_public_is_not_answered():
    held = cast.idea(scene.board(), "Nobody saw this one")
    Idea.objects.filter(pk=held.pk).update(standing=Idea.Standing.HELD)

    with pytest.raises(CannotAnswer, match="cannot be answered"):
        answer(
            staff=scene.manager(),
            idea=held,
            state=State.PLANNED,
            reason="This is the reason.",
            now=later(days=1),
        )
