from datetime import time, timedelta

import pytest
from django.utils import timezone

from livingroom.branches import answering
from livingroom.branches.models import Host, Shift
from livingroom.branches.operations import record_figure
from livingroom.posts.models import Placement
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db


def page_of(client, **query):
    return client.get("/", query).content.decode()


def said(branch, text, **facts):
    placement = Placement.objects.filter(branch=branch).first() or cast.post(branch).placements.get()
    values = {"state": "sent", "sent_text": text, "sent_at": NOON, "code_kind": "none", **facts}
    Placement.objects.filter(pk=placement.pk).update(**values)


def test_anybody_sees_every_open_branch_and_its_people(client, doors):
    page = page_of(client)

    shown = (
        "Outlet",
        "Corner Brasil",
        "Care",
        "Ana Souza",
        'href="https://x.com/cornerpc_outlet"',
        "1,200 followers",
    )
    assert [text for text in shown if text not in page] == []
    assert "Old Corner" not in page


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ({"country": "BR"}, {"Corner Brasil", "Corner Ajuda"}),
        ({"country": "world"}, {"Care"}),
        ({"language": "de"}, {"Ecke"}),
        ({"purpose": "service"}, {"Corner Ajuda", "Care"}),
        ({"interest": "promocoes"}, {"Corner Brasil"}),
        ({"interest": "students", "country": "US"}, {"Outlet"}),
        ({"q": "brésil BRASIL", "lang": "fr"}, {"Corner Brasil"}),
        ({"q": "promocoes"}, {"Corner Brasil"}),
        ({"q": "little money"}, {"Outlet"}),
    ],
)
def test_it_is_narrowed_and_searched_without_a_script(client, doors, query, kept):
    page = page_of(client, **query)

    names = {"Outlet", "Corner Brasil", "Corner Ajuda", "Ecke", "Care"}
    assert {name for name in names if f">{name}<" in page} == kept


def test_nonsense_shows_everything_rather_than_an_error(client, doors):
    answer = client.get("/", {"country": "<script>", "purpose": "x", "page": "-7", "lang": "zz"})

    assert answer.status_code == 200
    assert "Outlet" in answer.content.decode()


def test_nothing_fits_says_what_to_do(client, doors):
    assert "No place fits all of that" in page_of(client, q="zeppelin")


def test_an_empty_house_says_so(client, db):
    assert "We are just moving in" in page_of(client)


def test_it_shows_what_was_said_last_to_everybody(client, doors):
    said(doors["outlet"], "Half price on Fridays. {link}")
    assert "Half price on Fridays." in page_of(client)

    said(doors["outlet"], "@bruno Glad that it works again!")
    assert "@bruno" not in page_of(client)


def test_a_code_and_a_link_stay_where_they_were_placed(client, doors):
    said(doors["outlet"], "Ten per cent off with OUT7-XKCD", code_kind="shared")
    assert "OUT7-XKCD" not in page_of(client)

    said(doors["outlet"], "New on the shelf: https://go.cornerpc.example/ab12 Come in!")
    page = page_of(client)
    assert "New on the shelf: Come in!" in page
    assert "ab12" not in page


def test_it_says_how_fast_a_branch_answers_only_where_that_is_recorded(client, doors):
    assert "Answers within" not in page_of(client)

    now = timezone.now()
    for days, minutes in ((1, 30), (2, 240), (3, 120), (40, 1)):
        on = now.date() - timedelta(days=days)
        record_figure(
            staff=cast.staff(), branch=doors["outlet"], on=on, name="answer_minutes", value=minutes, now=now
        )

    assert "Answers within 2 h" in page_of(client)


def test_a_room_that_holds_conversations_is_believed_before_a_count_by_hand(client, doors, monkeypatch):
    record_figure(
        staff=cast.staff(), branch=doors["outlet"], on=NOON.date(), name="answer_minutes", value=5, now=NOON
    )
    monkeypatch.setattr(answering, "_sources", [])

    answering.add_source(lambda ids, now: {pk: answering.Answering(45, 2, "the inbox") for pk in ids})

    assert "Answers within 45 min" in page_of(client)


def test_who_is_on_duty_is_here_now(client, doors):
    host = Host.objects.get(name="Ana Souza")
    everything = {"branch": doors["outlet"], "host": host, "starts": time(0, 0), "ends": time(23, 59, 59)}
    assert "here now" not in page_of(client)

    for weekday in range(7):
        Shift.objects.create(weekday=weekday, **everything)

    assert "here now" in page_of(client)


def test_the_face_of_a_branch_comes_before_its_co_hosts(client, doors):
    zoe = Host.objects.create(name="Zoe Lind", initials="ZL")
    doors["outlet"].hosts.add(zoe)
    doors["outlet"].lead = zoe
    doors["outlet"].save()

    page = page_of(client)
    assert page.index("Zoe Lind") < page.index("Ana Souza")


def test_the_visitors_own_country_comes_first(client, doors):
    page = client.get("/", headers={"accept-language": "pt-BR"}).content.decode()

    assert page.index("Corner Brasil") < page.index(">Care<")


def test_a_long_list_is_cut_into_pages_and_can_be_had_in_one(client, doors):
    for number in range(60):
        cast.branch(f"Branch {number:02}", connected=False, country="JP", language="ja")

    first, everything = page_of(client), page_of(client, page="all")

    assert "Page 1 of 2" in first
    assert first.count('class="card door"') == 48
    assert everything.count('class="card door"') == 65


def test_it_takes_ten_queries_however_many_there_are(client, doors, django_assert_max_num_queries):
    for number in range(40):
        branch = cast.branch(f"Branch {number}", connected=False, country="DE")
        branch.hosts.add(Host.objects.create(name=f"Host {number}", initials="H"))
    page_of(client)

    with django_assert_max_num_queries(10):
        page_of(client)


def test_it_sets_no_cookie_and_may_be_kept_by_caches(client, doors):
    answer = client.get("/")

    assert not answer.cookies
    assert "public" in answer["Cache-Control"]
    assert "Accept-Language" in answer["Vary"]


def test_a_change_is_seen_at_once(client, doors):
    page_of(client)

    doors["outlet"].name = "Outlet & Friends"
    doors["outlet"].save()

    assert "Outlet &amp; Friends" in page_of(client)


def test_each_branch_has_a_page_that_names_it_with_rel_me(client, doors):
    page = client.get("/places/outlet/").content.decode()

    assert '<a href="https://x.com/cornerpc_outlet" rel="me noopener"' in page
    assert client.get("/places/old-corner/").status_code == 404


def test_machines_read_the_same_directory(client, doors):
    rows = client.get("/api/branches", {"purpose": "service"}).json()

    assert sorted(row["name"] for row in rows) == ["Care", "Corner Ajuda"]
    assert "connection" not in rows[0]
    [outlet] = client.get("/api/branches", {"country": "US"}).json()
    assert outlet["hosts"] == [{"name": "Ana Souza", "initials": "AS", "picture": ""}]
