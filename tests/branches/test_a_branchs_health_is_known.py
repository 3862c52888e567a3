import json
from datetime import timedelta

import pytest

from livingroom.branches.care import DEAD, SILENT, TOKEN, ring
from livingroom.branches.health import health_of
from livingroom.branches.models import Branch, LinkCheck
from livingroom.branches.operations import record_figure, record_reach
from livingroom.networks.models import Connection
from livingroom.shared.models import Alarm
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def branch(db):
    cast.open_house()
    return cast.branch("Outlet")


def finding(branch, name):
    row = Branch.objects.select_related("connection").prefetch_related("hosts").get(pk=branch.pk)
    return health_of([row], NOON)[0].finding(name)


def key_ends(branch, at, *, checked_at=NOON, state="connected"):
    Connection.objects.filter(pk=branch.connection_id).update(
        expires_at=at, checked_at=checked_at, state=state
    )


def spoke(branch, days_ago):
    record_reach(branch=branch, on=(NOON - days_ago * DAY).date(), followers=10, n_posts=1)


def ringing():
    return set(Alarm.objects.ringing().values_list("kind", flat=True))


def test_what_nobody_recorded_is_said_to_be_unknown(branch):
    assert finding(branch, "waiting").text == "Nobody counts what waits there yet"
    assert finding(branch, "addresses").text == "No address was opened yet"
    assert finding(branch, "word").text == "Nothing was said there yet"


def test_what_waits_is_what_was_counted_last(branch):
    for days, value in ((2, 9), (1, 4)):
        record_figure(
            staff=cast.staff(),
            branch=branch,
            on=(NOON - days * DAY).date(),
            name="unanswered",
            value=value,
            now=NOON,
        )

    assert finding(branch, "waiting").text == "4 without an answer (counted by hand)"


def test_an_old_count_is_no_longer_believed(branch):
    record_figure(
        staff=cast.staff(), branch=branch, on=(NOON - 40 * DAY).date(), name="unanswered", value=9, now=NOON
    )

    assert finding(branch, "waiting").text == "Nobody counts what waits there yet"


@pytest.mark.parametrize(
    ("ends_in", "looked_ago", "rings"),
    [
        (timedelta(days=5), timedelta(0), True),  # looked after, and not renewed: it will die
        (timedelta(days=50), timedelta(0), False),
        (timedelta(hours=2), timedelta(minutes=5), False),  # a key of some hours is renewed each time
        (-timedelta(hours=2), timedelta(hours=4), False),  # the next look renews it
        (-timedelta(days=2), timedelta(days=2, hours=2), True),  # nobody looks any more
        (-timedelta(days=2), timedelta(days=9), True),
    ],
)
def test_a_key_rings_before_it_dies_and_not_at_every_renewal(branch, ends_in, looked_ago, rings):
    key_ends(branch, NOON + ends_in, checked_at=NOON - looked_ago)

    ring(NOON)

    assert (TOKEN in ringing()) == rings
    assert (finding(branch, "token").tone == "bad") == rings


def test_a_renewed_key_falls_silent(branch):
    key_ends(branch, NOON + 3 * DAY)
    ring(NOON)

    key_ends(branch, NOON + 60 * DAY)
    ring(NOON)

    assert ringing() == set()


def test_a_key_that_was_revoked_is_bad(branch):
    key_ends(branch, None, state="revoked")

    assert finding(branch, "token").tone == "bad"


@pytest.mark.parametrize(("days", "rings"), [(5, False), (20, False), (22, True), (364, True), (370, False)])
def test_a_branch_that_fell_silent_rings_until_it_is_dormant(branch, days, rings):
    spoke(branch, days)

    ring(NOON)

    assert (SILENT in ringing()) == rings


def test_a_branch_has_its_own_custom(branch):
    spoke(branch, 10)
    Branch.objects.filter(pk=branch.pk).update(silent_after_days=7)

    ring(NOON)

    assert SILENT in ringing()


def test_a_closed_branch_rings_no_more(branch):
    spoke(branch, 30)
    key_ends(branch, NOON + 3 * DAY)
    ring(NOON)
    assert ringing() == {SILENT, TOKEN}

    Branch.objects.filter(pk=branch.pk).update(closed_on=NOON.date())
    ring(NOON)

    assert ringing() == set()


def test_our_own_posts_are_words_too(branch):
    placement = cast.placement(branch)
    placement.state, placement.sent_at = "sent", NOON - DAY
    placement.save()

    assert finding(branch, "word").text == "Last word yesterday"


def test_dead_addresses_are_named(branch):
    LinkCheck.objects.create(branch=branch, url="https://gone.example/", state="dead", checked_at=NOON)

    assert finding(branch, "addresses").text == "Dead: https://gone.example/"
    assert DEAD == "dead address"


def test_the_page_shows_the_worst_first_and_exports(client, branch):
    cast.branch("Aaa", connected=False, network="forum")
    key_ends(branch, None, state="revoked")
    client.force_login(cast.ian())

    page = client.get("/branches/-/health/").content.decode()
    rows = json.loads(client.get("/branches/-/health/", {"format": "json"}).content)["rows"]
    unwell = client.get("/branches/-/health/", {"format": "csv", "show": "unwell"}).content.decode()

    assert page.index("/branches/outlet/") < page.index("/branches/aaa/")
    assert [row["branch"] for row in rows] == ["outlet", "aaa"]
    assert "outlet,bad" in unwell


def test_it_takes_few_queries_however_many_there_are(client, branch, django_assert_max_num_queries):
    for number in range(30):
        cast.branch(f"Branch {number}", connected=False)
    client.force_login(cast.ian())

    with django_assert_max_num_queries(14):
        client.get("/branches/-/health/")
