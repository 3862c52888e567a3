"""Clocks by business hours that stand still while the customer has the word; steps before and after one is broken."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client

from livingroom.branches.models import Branch
from livingroom.inbox.customs import reopen_days_by_branch
from livingroom.inbox.models import Author, Conversation, Notice
from livingroom.inbox.promises.clocks import reckon
from livingroom.inbox.promises.models import BusinessCalendar, Clock, Escalation, ServiceLevel
from livingroom.inbox.promises.operations import save_calendar
from livingroom.inbox.promises.ringing import ring
from livingroom.people.models import Staff
from livingroom.shared.models import Alarm

WEDNESDAY = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Staff:
    return Staff.objects.create_user("boss@corner.test", name="Boss", role=Staff.Role.MANAGER)


@pytest.fixture
def case(boss: Staff) -> Conversation:
    place = Branch.objects.create(
        slug="x", name="X", network="sandbox", handle="x", purpose="service", opened_on=date(2026, 1, 1)
    )
    author = Author.objects.create(network="sandbox", author_id="a", first_seen_at=WEDNESDAY)
    return Conversation.objects.create(
        network="sandbox", thread_key="t", author=author, branch=place, owner=boss, opened_at=WEDNESDAY,
        last_message_at=WEDNESDAY, last_in_at=WEDNESDAY, waiting_since=WEDNESDAY, n_in=1,
    )  # fmt: skip


def promise(**said: object) -> ServiceLevel:
    return ServiceLevel.objects.create(**{"name": "Everybody", "in_business_hours": False, **said})


def hour(n: float) -> datetime:
    return WEDNESDAY + timedelta(hours=n)


def test_the_next_to_break_is_on_the_conversation(case: Conversation) -> None:
    promise(first_minutes=60, resolve_minutes=600)

    reckon([case.pk], hour(0))

    case.refresh_from_db()
    assert (case.first_due_at, case.next_due_at, case.resolve_due_at) == (hour(1), None, hour(10))
    assert case.due_at == hour(1)


def test_a_further_answer_has_its_own_clock_and_asking_again_changes_nothing(case: Conversation) -> None:
    promise(first_minutes=60, next_minutes=120)
    reckon([case.pk], hour(0))
    case.first_answered_at = case.last_out_at = hour(0.5)
    case.waiting_since = hour(2)
    case.save()

    reckon([case.pk], hour(2))
    reckon([case.pk], hour(2.5))

    case.refresh_from_db()
    assert (case.first_due_at, case.next_due_at) == (None, hour(4))
    first, further = Clock.objects.order_by("began_at")
    assert (first.what, first.kept_at, first.broken_at) == ("first", hour(0.5), None)
    assert (further.what, further.ended_at) == ("next", None)


def test_a_clock_stands_still_while_the_customer_has_the_word(case: Conversation) -> None:
    promise(resolve_minutes=300)
    reckon([case.pk], hour(0))
    Conversation.objects.update(state="waiting")
    reckon([case.pk], hour(2))
    standing = Conversation.objects.get().due_at
    Conversation.objects.update(state="open")

    reckon([case.pk], hour(20))

    assert standing is None
    assert Conversation.objects.get().due_at == hour(23)  # two of five hours were spent


def test_business_hours_may_be_split_and_holidays_do_not_count(case: Conversation, boss: Staff) -> None:
    stretches = [(time(9), time(12)), (time(13), time(17))]
    save_calendar(
        staff=boss, calendar=BusinessCalendar(name="Office", time_zone="America/Sao_Paulo"),
        week=dict.fromkeys(range(5), stretches), holidays={date(2026, 3, 5): "Local"}, branches=[case.branch_id], now=hour(0),
    )  # fmt: skip
    promise(first_minutes=8 * 60, in_business_hours=True)

    reckon([case.pk], hour(0))

    # 12:00 UTC is 9:00 there: seven hours on Wednesday, none on Thursday's holiday, the eighth on Friday at ten.
    assert Conversation.objects.get().due_at == datetime(2026, 3, 6, 13, 0, tzinfo=UTC)


def test_a_late_answer_is_written_down_as_late(case: Conversation) -> None:
    promise(first_minutes=60)
    reckon([case.pk], hour(0))
    Conversation.objects.update(first_answered_at=hour(3), last_out_at=hour(3), waiting_since=None)

    reckon([case.pk], hour(3))

    clock = Clock.objects.get()
    assert (clock.kept_at, clock.broken_at) == (hour(3), hour(1))


def test_before_it_breaks_the_owner_hears_and_after_it_a_team_takes_over_once(
    case: Conversation, boss: Staff
) -> None:
    level = promise(first_minutes=60)
    Escalation.objects.create(level=level, minutes=-15)
    Escalation.objects.create(level=level, minutes=30, tell=boss, priority=Conversation.Priority.URGENT)
    reckon([case.pk], hour(0))

    done = [ring(hour(h)) for h in (0.5, 0.8, 0.81, 1.2, 1.6, 1.7)]

    assert done == [0, 1, 0, 0, 1, 0]
    assert Notice.objects.filter(kind="overdue", staff=boss).count() == 2
    assert Conversation.objects.get().priority == Conversation.Priority.URGENT
    assert Alarm.objects.ringing().filter(kind="promise broken").exists()


def test_the_alarm_ends_when_nothing_is_late(case: Conversation) -> None:
    promise(first_minutes=60)
    reckon([case.pk], hour(0))
    ring(hour(2))
    Conversation.objects.update(first_answered_at=hour(2), last_out_at=hour(2), waiting_since=None)
    reckon([case.pk], hour(2))

    ring(hour(2))

    assert not Alarm.objects.ringing().filter(kind="promise broken").exists()


def test_one_that_is_opened_again_is_owed_a_resolution_from_then_on(case: Conversation) -> None:
    promise(resolve_minutes=60)
    reckon([case.pk], hour(0))
    Conversation.objects.update(state="closed", closed_at=hour(0.5))
    reckon([case.pk], hour(0.5))
    Conversation.objects.update(state="open", closed_at=None)

    reckon([case.pk], hour(100))

    assert Conversation.objects.get().resolve_due_at == hour(101)
    assert Clock.objects.filter(kept_at=hour(0.5), broken_at=None).count() == 1


def test_promises_and_hours_are_made_on_their_pages(case: Conversation, boss: Staff, client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(boss)
    steps = {
        "steps-TOTAL_FORMS": 1,
        "steps-INITIAL_FORMS": 0,
        "steps-0-minutes": -15,
        "steps-0-tell_owner": "on",
    }
    level = {"name": "Fast", "position": 1, "is_on": "on", "first_minutes": 30}

    made = client.post("/inbox/promises/new/", level | steps)
    nothing = client.post("/inbox/promises/new/", {"name": "Empty", "position": 1} | steps)
    hours = {
        "name": "Office",
        "time_zone": "UTC",
        "day_0": "09:00-12:00, 13:00-18:00",
        "holidays": "2026-12-25 Christmas",
    }
    kept = client.post("/inbox/promises/hours/new/", hours)
    wrong = client.post(
        "/inbox/promises/hours/new/", hours | {"name": "B", "day_0": "nine to five", "holidays": "Christmas"}
    )
    again = client.get(f"/inbox/promises/hours/{BusinessCalendar.objects.get().pk}/")

    assert (made.status_code, kept.status_code, nothing.status_code, wrong.status_code) == (
        302,
        302,
        422,
        422,
    )
    assert Escalation.objects.get().minutes == -15
    assert Conversation.objects.get().due_at == hour(0.5)
    assert "“nine to five” is not a stretch" in wrong.content.decode()
    assert "does not begin with a day" in wrong.content.decode()
    assert "09:00–12:00, 13:00–18:00" in again.content.decode()
    assert "2026-12-25 Christmas" in again.content.decode()
    assert client.get("/inbox/promises/").status_code == 200


def test_a_branch_says_when_its_closed_conversations_open_again(
    case: Conversation, boss: Staff, client: Client
) -> None:
    place = case.branch
    assert place is not None
    client.force_login(boss)
    page = "/inbox/promises/opening-again/"

    wrong = client.post(page, {f"days-{place.pk}": "soon"})
    kept = client.post(page, {f"days-{place.pk}": "3"})

    assert (wrong.status_code, kept.status_code) == (422, 302)
    assert "whole days from 0 to 365" in wrong.content.decode()
    assert reopen_days_by_branch() == {None: 14, place.pk: 3}
    assert 'value="3"' in client.get(page).content.decode()
    client.post(page, {f"days-{place.pk}": ""})
    assert reopen_days_by_branch() == {None: 14}


def test_who_answers_sees_the_days_and_may_not_change_them(case: Conversation, client: Client) -> None:
    client.force_login(Staff.objects.create_user("a@corner.test", name="Ana", role=Staff.Role.AGENT))
    page = "/inbox/promises/opening-again/"

    seen = client.get(page).content.decode()
    refused = client.post(page, {f"days-{case.branch_id}": "3"})

    assert f'days-{case.branch_id}"' in seen
    assert f'name="days-{case.branch_id}' not in seen
    assert refused.status_code == 403
    assert reopen_days_by_branch() == {None: 14}
