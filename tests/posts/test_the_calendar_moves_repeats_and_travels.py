import csv
import io
import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from livingroom.people.models import StaffScope
from livingroom.posts.approval.operations import StagePlan, set_stages
from livingroom.posts.calendar.imports import CannotImport, run_import, start_import
from livingroom.posts.calendar.models import Recurrence
from livingroom.posts.calendar.moving import move_to_day, next_slot, set_slots
from livingroom.posts.calendar.recurring import day_of, make_recurring, repeat_post, stop_repeating
from livingroom.posts.models import Placement, Post
from livingroom.posts.operations import NotReady
from livingroom.shared.models import Alarm
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db
State = Placement.State
NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
EARLIER = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def outlet(house):
    return cast.branch(time_zone="America/New_York")


def promised(branch, on: date, at: time, **facts) -> Placement:
    """A placement promised for a reading of the branch's clock, whatever today is."""
    made = cast.post(branch, **facts).placements.get()
    due_at = datetime.combine(on, at, tzinfo=branch.zone)
    Placement.objects.filter(pk=made.pk).update(state=State.SCHEDULED, due_at=due_at, try_at=due_at)
    return Placement.objects.select_related("post__offer", "branch__connection").get(pk=made.pk)


@pytest.mark.parametrize("days", [-5, 1, 8, 30])
def test_nine_in_the_morning_stays_nine_in_the_morning_across_a_clock_change(outlet, days):
    """New York's clocks go back on 1 November 2026."""
    cast.offer(starts_at=EARLIER, ends_at=EARLIER + timedelta(days=700))
    placement = promised(outlet, date(2026, 10, 28), time(9))
    target = date(2026, 10, 28) + timedelta(days=days)

    moved = move_to_day(
        staff=cast.staff(),
        placement=placement,
        on=target,
        zone=NEW_YORK,
        now=datetime(2026, 10, 1, tzinfo=UTC),
    )

    assert moved.due_at.astimezone(NEW_YORK) == datetime.combine(target, time(9), tzinfo=NEW_YORK)


def test_it_moves_by_the_days_of_the_calendar_that_is_shown(outlet):
    """22:00 in New York is the next day in Berlin, and that is where it was picked up."""
    cast.offer(starts_at=EARLIER, ends_at=EARLIER + timedelta(days=700))
    placement = promised(outlet, date(2026, 6, 1), time(22))

    moved = move_to_day(
        staff=cast.staff(),
        placement=placement,
        on=date(2026, 6, 4),
        zone=BERLIN,
        now=datetime(2026, 5, 1, tzinfo=UTC),
    )

    assert moved.due_at.astimezone(BERLIN).date() == date(2026, 6, 4)
    assert moved.due_at.astimezone(NEW_YORK).time() == time(22)


def test_an_hour_that_the_clocks_skip_is_no_place_to_move_to(outlet):
    cast.offer(starts_at=EARLIER, ends_at=EARLIER + timedelta(days=700))
    placement = promised(outlet, date(2026, 3, 7), time(2, 30))

    with pytest.raises(NotReady, match="no 02:30"):
        move_to_day(
            staff=cast.staff(), placement=placement, on=date(2026, 3, 8), zone=NEW_YORK,
            now=datetime(2026, 3, 1, tzinfo=UTC),
        )  # fmt: skip


def test_a_drop_says_why_not_and_the_form_does_the_same(outlet, maya):
    placement = cast.placement(outlet, due_at=NOON + timedelta(days=2))
    path, to = f"/placements/{placement.pk}/move/", (NOON + timedelta(days=5)).date()

    past = maya.post(path, {"on": "2020-01-01", "zone": "UTC"}, headers={"X-Requested-With": "drop"})
    moved = maya.post(path, {"on": str(to), "zone": "UTC"}, headers={"X-Requested-With": "drop"})
    by_form = maya.post(path, {"on": str(to + timedelta(days=1)), "zone": "UTC", "then": "//evil.example"})

    placement.refresh_from_db()
    assert (past.status_code, "past" in past.json()["why"]) == (422, True)
    assert moved.status_code == 200
    assert by_form.headers["Location"] == "/calendar/"
    assert placement.due_at.date() == to + timedelta(days=1)


def test_moving_asks_for_the_branch(outlet, client):
    placement = cast.placement(outlet, due_at=NOON + timedelta(days=2))
    rosa = cast.staff("Rosa", "community_manager")
    StaffScope.objects.create(staff=rosa, kind="country", value="BR")
    client.force_login(rosa)

    assert client.post(f"/placements/{placement.pk}/move/", {"on": "2030-01-01"}).status_code == 403


def test_slots_are_filled_one_after_the_other_on_the_branchs_clock(outlet):
    set_slots(staff=cast.ada(), branch=outlet, slots=[(0, time(9)), (2, time(17, 30))], now=NOON)
    saturday = datetime(2026, 10, 31, 12, tzinfo=UTC)

    first = next_slot(outlet, saturday)
    second = next_slot(outlet, saturday, taken=[first])
    third = next_slot(outlet, saturday, taken=[first, second])

    local = [at.astimezone(NEW_YORK) for at in (first, second, third)]
    assert [f"{at:%a %H:%M}" for at in local] == ["Mon 09:00", "Wed 17:30", "Mon 09:00"]
    assert first == datetime(2026, 11, 2, 14, tzinfo=UTC)  # after the clocks went back: five hours, not four


def test_the_composer_takes_the_next_free_slot(outlet, maya):
    every_day = [(weekday, time(9)) for weekday in range(7)]
    set_slots(staff=cast.ada(), branch=outlet, slots=every_day, now=NOON)
    offer = cast.offer()
    answers = {
        "text": "{code} {link}", "offer": offer.pk, "code_kind": "shared", "branches": [outlet.pk], "when": "slot",
        "do": "schedule",
    }  # fmt: skip

    for _ in range(2):
        maya.post("/posts/new/", answers)

    first, second = Placement.objects.order_by("pk").values_list("due_at", flat=True)
    assert second - first >= timedelta(hours=23)
    assert first.astimezone(NEW_YORK).time() == time(9)


def test_slots_are_set_on_a_page_and_wrong_times_are_said(outlet, client):
    client.force_login(cast.ada())

    wrong = client.post("/calendar/slots/outlet/", {"day_0": "9 o’clock"})
    client.post("/calendar/slots/outlet/", {"day_0": "9:00, 17:30", "day_4": "12:00"})

    assert "is no time of Monday" in wrong.content.decode()
    assert [str(slot) for slot in outlet.queue_slots.all()] == [
        "Monday 09:00",
        "Monday 17:30",
        "Friday 12:00",
    ]
    assert "09:00, 17:30" in client.get("/calendar/slots/outlet/").content.decode()


def recurring(branch, every="week", **facts) -> Recurrence:
    cast.offer(ends_at=NOON + timedelta(days=300))
    post = cast.post(branch, **facts)
    return repeat_post(
        staff=cast.staff(), post=post, every=every, starts_on=NOON.date() + timedelta(days=1), at=time(9),
        ends_on=None, now=NOON,
    )  # fmt: skip


def test_what_comes_again_is_made_a_week_ahead_once_each_with_its_own_link(outlet):
    row = recurring(outlet, every="day")

    for _ in range(3):
        make_recurring(NOON)

    copies = Post.objects.exclude(pk=row.post_id)
    assert 6 <= copies.count() <= 7
    placements = Placement.objects.filter(post__in=copies)
    assert {placement.state for placement in placements} == {State.SCHEDULED}
    assert placements.values("link").distinct().count() == copies.count()
    assert {at.astimezone(NEW_YORK).time() for at in placements.values_list("due_at", flat=True)} == {time(9)}


def test_each_time_asks_for_its_own_approval(outlet):
    set_stages(staff=cast.ada(), branch=outlet, stages=[StagePlan("Editor", "manager")], now=NOON)
    row = recurring(outlet)

    make_recurring(NOON)

    assert Placement.objects.get(post__in=Post.objects.exclude(pk=row.post_id)).state == State.WAITING


def test_the_31st_is_the_last_day_of_a_shorter_month():
    row = Recurrence(every="month", starts_on=date(2026, 1, 31))

    assert [day_of(row, n) for n in (0, 1, 2, 13)] == [
        date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2027, 2, 28),
    ]  # fmt: skip


def test_it_ends_when_its_offer_does_and_says_so(outlet):
    row = recurring(outlet)
    offer = row.post.offer
    offer.ends_at = NOON + timedelta(hours=1)
    offer.save()

    make_recurring(NOON)

    row.refresh_from_db()
    assert "offer is over" in row.problem
    assert "comes no more" in Alarm.objects.ringing().get(kind="recurring").text
    assert row.n_made == 0


def test_stopped_it_comes_no_more(outlet):
    row = recurring(outlet)

    stop_repeating(staff=cast.staff(), recurrence=row, now=NOON)

    assert make_recurring(NOON + timedelta(days=30)) == 0


def file_of(maya, kind: str) -> str:
    start, end = (NOON - timedelta(days=2)).date(), (NOON + timedelta(days=60)).date()
    answer = maya.get(f"/calendar/file.{kind}?from={start}&to={end}")
    return b"".join(answer.streaming_content).decode()


def test_the_calendar_is_exported_as_csv_json_and_icalendar(outlet, maya):
    text = (
        "=Ünïcode, with; signs {code} {link}\nand a second line that is long enough to be folded in iCalendar"
    )
    placement = cast.placement(outlet, due_at=NOON + timedelta(days=2), text=text, tags=("winter",))

    [row] = csv.DictReader(io.StringIO(file_of(maya, "csv")))
    [entry] = json.loads(file_of(maya, "json"))
    lines = file_of(maya, "ics")

    assert row["text"] == f"'{text}"  # a spreadsheet sees words, not a formula
    assert (entry["text"], entry["tags"], entry["branch"]) == (text, "winter", "outlet")
    assert entry["time"] == f"{placement.due_at.astimezone(NEW_YORK):%H:%M}"
    assert all(len(line.encode()) <= 75 for line in lines.split("\r\n"))
    unfolded = lines.replace("\r\n ", "")
    assert f"DTSTART:{placement.due_at:%Y%m%dT%H%M%SZ}" in unfolded
    assert "DESCRIPTION:=Ünïcode\\, with\\; signs {code} {link}\\nand a second line" in unfolded
    assert "\n" not in unfolded.replace("\r\n", "")


def imported(text: str, staff=None):
    made = start_import(
        staff=staff or cast.staff(), file=ContentFile(text.encode(), "posts.csv"), name="posts.csv", now=NOON
    )
    run_import(made, NOON)
    return made


def test_each_row_is_made_or_refused_by_itself_and_says_why(outlet):
    cast.offer(name="Winter 15")
    on = (NOON + timedelta(days=3)).date()

    made = imported(
        "branch,date,time,text,offer\n"
        f"outlet,{on},09:00,Good {{code}} {{link}},winter 15\n"
        f"Atlantis,{on},09:00,Nowhere,\n"
        f"outlet,{on},25:00,When?,\n"
        f"outlet,2020-01-01,09:00,Late,\n"
        f"outlet,{on},09:00,{'x' * 600},\n"
        "outlet,,,A draft,\n"
        "\n"
        f"outlet,{on},09:00,What?,Summer 99\n"
    )

    said = list(made.rows.values_list("number", "outcome"))
    assert said == [
        (2, "scheduled"), (3, "refused"), (4, "refused"), (5, "refused"), (6, "refused"), (7, "draft"), (9, "refused"),
    ]  # fmt: skip
    words = " ".join(made.rows.filter(outcome="refused").values_list("words", flat=True))
    for reason in ("no open branch", "Write a day and a time", "past", "too many", "no offer"):
        assert reason in words
    assert Placement.objects.get(state=State.SCHEDULED).due_at == datetime.combine(
        on, time(9), tzinfo=NEW_YORK
    )
    assert Post.objects.count() == 2


def test_an_import_that_was_killed_goes_on_and_makes_no_row_twice(outlet):
    made = start_import(
        staff=cast.staff(),
        file=ContentFile(b"branch;text\noutlet;One\noutlet;Two\noutlet;Three\n"),
        name="x",
        now=NOON,
    )
    made.rows.create(number=2, outcome="draft", words="One")

    run_import(made, NOON)
    run_import(made, NOON)

    assert sorted(Post.objects.values_list("text", flat=True)) == ["Three", "Two"]
    assert made.rows.count() == 3


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x00\x01\x02", b"branch,text\n\xff\xfe"])
def test_what_is_no_file_of_posts_is_said_at_once_or_in_the_report(outlet, content):
    try:
        made = start_import(staff=cast.staff(), file=ContentFile(content), name="x", now=NOON)
    except CannotImport:
        return
    run_import(made, NOON)
    assert "no CSV file" in made.problem


def test_a_row_for_somebody_elses_branch_is_refused(outlet):
    rosa = cast.staff("Rosa", "community_manager")
    StaffScope.objects.create(staff=rosa, kind="country", value="BR")

    made = imported("branch,text\noutlet,Mine\n", staff=rosa)

    assert "on Outlet" in made.rows.get().words
    assert not Post.objects.exists()
    with pytest.raises(PermissionDenied):
        imported("branch,text\noutlet,Mine\n", staff=cast.ian())


def test_our_own_export_can_be_imported_again(outlet, maya):
    cast.placement(
        outlet, due_at=NOON + timedelta(days=2), text="=Sum of {code} {link}", first_comment="Below."
    )
    out = file_of(maya, "csv")

    made = imported(out)

    assert made.rows.get().outcome == "scheduled"
    first, second = Placement.objects.order_by("pk")
    assert (first.text, first.post.first_comment, first.code_kind) == (
        second.text, second.post.first_comment, second.code_kind,
    )  # fmt: skip
    assert first.due_at.replace(second=0) == second.due_at


def test_the_report_is_a_page_and_a_file(outlet, maya):
    made = imported("branch,text\noutlet,One\nAtlantis,Two\n")

    page = maya.get(f"/calendar/import/{made.pk}/").content.decode()
    lines = b"".join(maya.get(f"/calendar/import/{made.pk}/rows.csv").streaming_content).decode().splitlines()

    assert "1 kept as drafts, 1 refused" in page
    assert "Atlantis" in page
    assert len(lines) == 3


def test_the_list_shows_the_days_with_something_and_a_form_to_move(outlet, maya):
    placement = cast.placement(outlet, due_at=NOON + timedelta(days=2))

    page = maya.get("/calendar/?view=list").content.decode()

    assert page.count('class="card stack stack--tight"') == 1
    assert f"/placements/{placement.pk}/move/" in page
