from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from livingroom.listening.models import Alert, Audit, Correction, Mention, Poison, Topic
from livingroom.listening.spikes.detecting import detect
from livingroom.listening.taking import take_in
from livingroom.people.models import Staff
from tests.listening import cast
from tests.listening.cast import heard, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya(client):
    client.force_login(cast.staff())
    return client


@pytest.fixture
def ian(client):
    client.force_login(cast.staff(Staff.Role.ANALYST))
    return client


@pytest.fixture
def crisis(db):
    """A topic with a week behind it, and thirty voices half an hour ago."""
    now = timezone.now()
    topic = cast.topic(now=now - timedelta(days=60))
    for hours in range(3, 9 * 24, 8):
        said(2, now - timedelta(hours=hours), topic)
    cast.count_all()
    said(30, now - timedelta(minutes=30), topic, "smoke from my notebook", branch=cast.branch())
    [alert] = detect(now)
    return alert


EMPTY = ["/listening/", "/listening/mentions/", "/listening/spam/", "/listening/topics/", "/listening/topics/new/",
         "/listening/audit/", "/listening/alarms/", "/listening/sources/", "/listening/poison/"]  # fmt: skip


@pytest.mark.parametrize("address", EMPTY)
def test_an_empty_page_says_what_to_do(maya, address):
    page = maya.get(address)

    assert page.status_code == 200
    assert b"empty__title" in page.content or address.endswith("new/")


def test_full_pages_show_what_there_is(maya, crisis):
    topic, mention = crisis.topic, Mention.objects.order_by("-at").first()
    shown = {
        "/listening/": "Heat",
        f"/listening/topics/{topic.pk}/": "overheat*",
        f"/listening/mentions/?topic={topic.pk}&language=en&text=smoke": "smoke from my notebook",
        f"/listening/mentions/{mention.pk}/": "What we believe",
        f"/listening/alarms/{crisis.pk}/": "smoke",
        f"/listening/alarms/{crisis.pk}.json": '"kind": "crisis"',
        f"/listening/mentions.csv?topic={topic.pk}": "smoke from my notebook",
        "/listening/volume.csv": "day,language,mentions",
        "/listening/share.csv": "month,share",
    }

    for address, words in shown.items():
        page = maya.get(address)
        text = (b"".join(page.streaming_content) if page.streaming else page.content).decode()
        assert words in text, address


def test_everybody_sees_the_answer_timer_on_every_page(ian, crisis):
    page = ian.get("/overview/").content.decode()

    assert "without an answer" in page
    assert f"/listening/alarms/{crisis.pk}/" in page


def test_pages_of_mentions_leave_none_out_and_show_none_twice(maya):
    said(120, timezone.now())
    seen, address = [], "/listening/mentions/"
    while address:
        page = maya.get(address).context["page"]
        seen += [mention.pk for mention in page.rows]
        address = page.older and "/listening/mentions/" + page.older

    assert len(seen) == len(set(seen)) == 120
    newer = maya.get(
        "/listening/mentions/" + maya.get("/listening/mentions/" + page.newer).context["page"].newer
    )
    assert newer.context["page"].rows[0].pk == max(seen)


def test_one_key_corrects_and_leads_back(maya):
    [mention] = said(1, timezone.now())

    answer = maya.post(
        f"/listening/mentions/{mention.pk}/say/",
        {"kind": "spam", "value": "spam", "back": "/listening/spam/"},
    )

    assert answer.url == "/listening/spam/"
    assert Correction.objects.get().is_now == "spam"
    assert mention.pk not in [row.pk for row in maya.get("/listening/mentions/").context["page"].rows]


def test_a_way_back_never_leads_out_of_the_house(maya):
    [mention] = said(1, timezone.now())

    answer = maya.post(
        f"/listening/mentions/{mention.pk}/say/",
        {"kind": "spam", "value": "good", "back": "https://evil.example/"},
    )

    assert answer.url == f"/listening/mentions/{mention.pk}/"


def test_who_only_looks_corrects_nothing_and_reads_no_private_message(ian):
    [mention] = said(1, timezone.now(), text="my card number", is_public=False, kind="message")

    assert (
        ian.post(f"/listening/mentions/{mention.pk}/say/", {"kind": "spam", "value": "spam"}).status_code
        == 403
    )
    for address in (
        "/listening/",
        "/listening/mentions/",
        f"/listening/mentions/{mention.pk}/",
        "/listening/mentions.csv",
    ):
        page = ian.get(address)
        assert b"my card number" not in (
            b"".join(page.streaming_content) if page.streaming else page.content
        ), address


def test_a_wrong_query_is_marked_where_it_is_wrong(maya):
    page = maya.post("/listening/topics/new/", {"name": "Heat", "query": "hot (smoke", "keep": "1"})

    assert page.status_code == 422
    assert "hot <mark>(</mark>smoke" in page.content.decode()
    assert not Topic.objects.exists()


def test_a_query_is_tried_before_it_is_kept(maya):
    said(3, timezone.now() - timedelta(days=1), text="smoke")
    given = {"name": "Smoke", "query": "smoke"}

    tried = maya.post("/listening/topics/new/", {**given, "try": "1"})
    assert tried.context["tested"].n == 3
    assert not Topic.objects.exists()
    maya.post("/listening/topics/new/", {**given, "keep": "1"})

    assert Topic.objects.get().current.query == "smoke"


def test_the_audit_is_read_with_keys_and_undone(maya):
    said(30, timezone.now())
    row = maya.get("/listening/audit/").context["row"]

    maya.post(f"/listening/audit/{row.pk}/", {"label": "1"})
    assert Audit.objects.get(pk=row.pk).label == "negative"
    maya.post(f"/listening/audit/{row.pk}/", {"label": "undo"})

    assert Audit.objects.get(pk=row.pk).label == ""


def test_an_alarm_is_closed_with_a_reason(maya, crisis):
    maya.post(f"/listening/alarms/{crisis.pk}/close/", {"why": "A drill"})

    assert Alert.objects.get().why_closed == "A drill"


def test_poison_is_let_go_and_files_are_reported_on(maya):
    take_in([heard("x", kind="shout")], now=timezone.now())
    assert "shout" in maya.get("/listening/poison/").content.decode()
    maya.post(f"/listening/poison/{Poison.objects.get().pk}/let-go/")
    assert not Poison.objects.open().exists()

    file = SimpleUploadedFile("clips.csv", b"text,at\nhello,2026-10-01\nhello,never\n")
    report = maya.post("/listening/import/", {"file": file})

    assert (report.context["report"].n_new, report.context["report"].n_refused) == (1, 1)
    bad = maya.post("/listening/import/", {"file": SimpleUploadedFile("x.csv", b"a\n1\n")})
    assert bad.status_code == 422
