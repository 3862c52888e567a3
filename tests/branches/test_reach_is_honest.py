from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from livingroom.branches import tasks
from livingroom.branches.care import branches_to_count, count_reach
from livingroom.branches.models import HandFigure, ReachDay
from livingroom.branches.operations import record_figure, record_reach
from livingroom.branches.reach import growth_of, lines, reach_range
from livingroom.branches.reach_import import Unreadable, import_reach
from livingroom.networks.sandbox.faults import arm_fault
from livingroom.networks.sandbox.public import follow_as, join, write_post
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db
DAY, TODAY = timedelta(days=1), NOON.date()


@pytest.fixture
def outlet(db):
    cast.open_house()
    return cast.branch("Outlet")


def test_several_branches_reach_between_the_largest_and_the_sum():
    together = reach_range({"a": 100, "b": 30, "c": 5})

    assert (together.largest, together.total, together.largest_name) == (100, 135, "a")
    assert not together.is_exact
    assert reach_range({"a": 7}).is_exact
    assert reach_range({}).total == 0


def test_the_pages_never_call_a_sum_people(client, outlet):
    record_reach(branch=outlet, on=TODAY, followers=1000)
    record_reach(branch=cast.branch("Second", connected=False), on=TODAY, followers=400)
    client.force_login(cast.ian())

    reach, branches = (client.get(path).content.decode() for path in ("/branches/-/reach/", "/branches/"))

    assert "1,000<span" in reach.replace(" ", "").replace("\n", "")
    assert "At least the largest one’s, at most the sum of all" in reach
    assert "between 1,000 and 1,400 accounts" in branches


def test_growth_is_against_the_last_count_before(outlet):
    for days, followers, posts in ((40, 90, 1), (30, 100, 2), (10, 140, 3), (0, 150, 4)):
        record_reach(branch=outlet, on=TODAY - days * DAY, followers=followers, n_posts=posts)

    [growth] = growth_of([outlet], until=TODAY)

    assert (growth.followers, growth.before, growth.gained, growth.gained_share, growth.n_posts) == (
        150,
        100,
        50,
        0.5,
        7,
    )


def test_a_branch_nobody_counted_grows_by_nothing_that_is_known(outlet):
    [growth] = growth_of([outlet], until=TODAY)

    assert (growth.gained, growth.gained_share, growth.n_posts) == (None, None, None)


def test_lines_carry_a_count_over_days_that_were_left_out(outlet):
    record_reach(branch=outlet, on=TODAY - 3 * DAY, followers=10)
    record_reach(branch=outlet, on=TODAY, followers=20)

    rows = lines(growth_of([outlet], until=TODAY), until=TODAY, since=TODAY - 4 * DAY)

    assert [row["followers"] for row in rows] == [10, 10, 10, 20]


def test_followers_are_counted_once_a_day(outlet):
    follow_as(join("fan.example", now=NOON), cast.account(outlet), now=NOON)
    assert branches_to_count(NOON) == [outlet.pk]

    day = count_reach(outlet, NOON)

    assert (day.followers, day.source) == (1, "network")
    assert branches_to_count(NOON) == []
    assert branches_to_count(NOON + DAY) == [outlet.pk]


def test_posts_of_a_day_are_what_came_since_the_day_before(outlet):
    follow_as(join("fan.example", now=NOON), cast.account(outlet), now=NOON)
    first = count_reach(outlet, NOON - DAY)
    for text in ("one", "two"):
        write_post(author=cast.account(outlet), text=text, now=NOON)

    second = count_reach(outlet, NOON)

    assert (first.n_posts, second.n_posts, second.posts_total) == (0, 2, 2)


def test_a_network_that_counts_no_followers_does_not_undo_what_hands_counted(outlet):
    record_figure(staff=cast.staff(), branch=outlet, on=TODAY - DAY, name="followers", value=500, now=NOON)

    outlet.refresh_from_db()
    assert count_reach(outlet, NOON) is None
    outlet.refresh_from_db()
    assert outlet.followers == 500


def test_a_network_that_does_not_answer_is_asked_another_time(outlet):
    arm_fault(cast.account(outlet), "revoked")

    assert count_reach(outlet, NOON) is None
    assert not ReachDay.objects.exists()


def test_the_ticker_looks_after_every_branch_once_an_hour(outlet, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "_next_look_at", None)
    monkeypatch.setattr(tasks, "_next_step_at", None)
    monkeypatch.setattr(type(tasks.look_after_branches), "enqueue", lambda self: asked.append(self.name))

    for minutes in (0, 30, 59, 60, 61):
        tasks.tick(NOON + timedelta(minutes=minutes))

    assert asked.count("look_after_branches") == 2
    assert asked.count("read_followers") == 3


def test_looking_after_says_what_was_done(outlet, monkeypatch):
    follow_as(join("fan.example", now=NOON), cast.account(outlet), now=NOON)
    monkeypatch.setattr(tasks, "_asked_on", {})

    done = tasks.look_after_branches.func()

    assert done == {"counted": 1, "opened": 0, "ringing": 0}
    assert tasks.look_after_branches.func()["counted"] == 0


FILE = """Date;Branch;Followers;Posts;Comment
2009-12-30;outlet;100;3;
2009-12-31;@outlet.cornerpc;1 100;;x
2009-12-31;nobody;5;;
2009-13-01;outlet;5;;
2999-01-01;outlet;5;;
2009-12-29;outlet;many;;
2009-12-28;outlet
"""


def test_a_history_is_imported_and_every_row_is_told_what_became_of_it(outlet):
    report = import_reach(staff=cast.staff(), content=FILE.encode("utf-8-sig"), now=NOON)

    assert [row.outcome for row in report.rows] == ["new", "new", *["refused"] * 5]
    assert [row.line for row in report.refused] == [4, 5, 6, 7, 8]
    assert "no branch's short name" in report.refused[0].text
    assert list(outlet.reach.order_by("on").values_list("followers", "n_posts", "source")) == [
        (100, 3, "csv"),
        (1100, 0, "csv"),
    ]


def test_the_same_file_again_changes_nothing(outlet):
    import_reach(staff=cast.staff(), content=FILE.encode(), now=NOON)

    again = import_reach(staff=cast.staff(), content=FILE.replace(";100;", ";120;").encode(), now=NOON)

    assert (again.n_new, again.n_changed, again.n_same) == (0, 1, 1)


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"date,branch\n2009-01-01,outlet\n"]
)
def test_a_file_of_another_kind_is_refused_whole(outlet, content):
    with pytest.raises(Unreadable):
        import_reach(staff=cast.staff(), content=content, now=NOON)


def test_the_page_takes_the_file_and_lists_what_it_refused(client, outlet):
    client.force_login(cast.staff())

    page = client.post(
        "/branches/-/reach/import/", {"file": SimpleUploadedFile("r.csv", FILE.encode())}
    ).content.decode()
    wrong = client.post("/branches/-/reach/import/", {"file": SimpleUploadedFile("r.csv", b"x")})

    assert "7 rows: 2 new, 0 changed, 0 known, 5 refused" in page
    assert wrong.status_code == 422
    client.force_login(cast.ian())
    assert client.get("/branches/-/reach/import/").status_code == 403


def test_figures_by_hand_stand_where_they_belong(client, outlet):
    client.force_login(cast.staff())

    for name, value in (("followers", 77), ("visitors", 12)):
        client.post(
            "/branches/outlet/facts/",
            {"which": "figure", "on": TODAY.isoformat(), "name": name, "value": value},
        )
    late = client.post(
        "/branches/outlet/facts/", {"which": "figure", "on": "2999-01-01", "name": "visitors", "value": 1}
    )

    assert ReachDay.objects.get().followers == 77
    assert HandFigure.objects.get().entered_by == "Maya"
    assert late.status_code == 422


def test_facts_are_for_managers_and_reach_visitors(client, outlet):
    client.force_login(cast.staff("Mia", "manager"))
    client.post("/branches/outlet/facts/", {"which": "facts", "about": "Come in.", "silent_after_days": "9"})
    client.post(
        "/branches/outlet/facts/", {"which": "address", "title": "Map", "url": "https://map.example/"}
    )
    client.logout()

    page = client.get("/places/outlet/").content.decode()
    assert "Come in." in page
    assert "https://map.example/" in page
    client.force_login(cast.staff())
    assert client.post("/branches/outlet/facts/", {"which": "facts", "about": "x"}).status_code == 403


def test_exports_say_what_they_mean(client, outlet):
    record_reach(branch=outlet, on=TODAY, followers=1000)
    client.force_login(cast.ian())

    told = client.get("/branches/-/reach/", {"format": "json"}).json()

    assert (told["at_least"], told["at_most"]) == (1000, 1000)
    assert "one account may follow several" in told["definition"]
    assert told["rows"][0]["followers"] == 1000
