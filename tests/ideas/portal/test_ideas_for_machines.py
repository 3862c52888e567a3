"""Feeds, the frame for other sites, the map for search machines, and the API."""

from datetime import timedelta
from xml.etree import ElementTree

import feedparser
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from livingroom.ideas.duty.operations import answer
from livingroom.ideas.models import Board, Idea, PublicLogEntry
from livingroom.ideas.portal import sitemap
from livingroom.people.models import Staff
from tests.ideas import cast

pytestmark = pytest.mark.django_db


def test_feeds_tell_of_new_ideas_of_a_state_and_of_our_answers(
    client: Client, board: Board, maya: Staff
) -> None:
    idea, now = cast.idea(board, "A lid that closes", text="**Please.**"), timezone.now()
    cast.idea(board, "A quieter fan", category=board.categories.get())
    answer(staff=maya, idea=idea, state="planned", reason="Next year.", now=now)

    def entries(path: str) -> list[str]:
        found = feedparser.parse(client.get(path).content)
        assert not found.bozo
        assert found.feed.id
        assert found.feed.updated
        return [entry.title for entry in found.entries]

    assert entries("/ideas/feed.atom") == ["A quieter fan", "A lid that closes"]
    assert entries("/ideas/ideas/about/laptops/feed.atom") == ["A quieter fan"]
    assert entries("/ideas/ideas/feed.atom?state=planned") == ["A lid that closes"]
    assert entries(f"/ideas/ideas/{idea.pk}/answers.atom?lang=de") == ["Geplant: A lid that closes"]
    assert "Next year." in client.get("/ideas/ideas/feed.atom?state=planned").content.decode()


def test_an_empty_feed_is_the_same_each_time(client: Client, board: Board) -> None:
    assert client.get("/ideas/feed.atom").content == client.get("/ideas/feed.atom").content


def test_other_sites_may_frame_the_board_and_only_that(client: Client, board: Board) -> None:
    cast.idea(board, "A lid that closes")

    frame, page = client.get("/ideas/ideas/embed/"), client.get("/ideas/")
    told = client.get("/ideas/oembed", {"url": f"{settings.PUBLIC_URL}/ideas/", "maxwidth": "300"}).json()

    assert "frame-ancestors *" in frame["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame
    assert "A lid that closes" in frame.content.decode()
    assert "<form" not in frame.content.decode()
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert f'src="{settings.PUBLIC_URL}/ideas/ideas/embed/"' in told["html"]
    assert told["width"] == 300
    assert client.get("/ideas/oembed", {"url": "https://evil.example/ideas/"}).status_code == 404


def test_search_machines_find_every_public_idea(
    client: Client, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    ideas = [cast.idea(board, f"A lid that closes {n}") for n in range(3)]
    hidden = cast.idea(board, "Not for all")
    Idea.objects.filter(pk=hidden.pk).update(standing=Idea.Standing.REMOVED)

    def places(path: str) -> list[str]:
        return [
            str(row.text)
            for row in ElementTree.fromstring(client.get(path).content).iter()
            if row.tag.endswith("loc")
        ]

    wanted = [f"{settings.PUBLIC_URL}/ideas/ideas/{idea.pk}/" for idea in ideas]
    pages = [f"{settings.PUBLIC_URL}/ideas/ideas/", f"{settings.PUBLIC_URL}/ideas/ideas/shipped/"]
    assert places("/ideas/sitemap.xml") == [*pages, *wanted]
    monkeypatch.setattr(sitemap, "MOST", 2)
    parts = places("/ideas/sitemap.xml")
    assert len(parts) == 2
    found = [place for part in parts for place in places(part.removeprefix(settings.PUBLIC_URL))]
    assert found == wanted


def test_machines_are_told_where_the_map_is_and_what_is_nobody_s_to_read(client: Client) -> None:
    robots = client.get("/robots.txt")

    lines = robots.content.decode().splitlines()
    assert robots["Content-Type"].startswith("text/plain")
    assert f"Sitemap: {settings.PUBLIC_URL}/ideas/sitemap.xml" in lines
    assert "Disallow: /me/" in lines


def test_the_api_reads_what_everybody_reads(client: Client, board: Board, maya: Staff) -> None:
    idea = cast.idea(board, "A lid that closes", category=board.categories.get(), by=cast.member("Ben"))
    held = cast.idea(board, "Not for all")
    Idea.objects.filter(pk=held.pk).update(standing=Idea.Standing.HELD)
    answer(staff=maya, idea=idea, state="planned", reason="Next year.", now=timezone.now())

    listed = client.get("/api/ideas/ideas", {"rank": "new"}).json()
    one = client.get(f"/api/ideas/ideas/{idea.pk}").json()
    near = client.get("/api/ideas/ideas/similar", {"q": "a lid that closes"}).json()

    assert [row["id"] for row in listed["ideas"]] == [idea.pk]
    assert listed["formula"]
    assert (one["author"], one["state"], one["reason"], one["votes_for"]) == (
        "Ben",
        "planned",
        "Next year.",
        1,
    )
    assert near[0]["idea"]["id"] == idea.pk
    assert near[0]["is_same_title"]
    assert [row["board"] for row in client.get("/api/ideas/boards").json()] == ["ideas"]
    assert client.get(f"/api/ideas/ideas/{held.pk}").status_code == 404
    assert client.get("/api/ideas/ideas?rank=loudest").status_code == 422


def test_who_asks_too_often_waits_a_minute(client: Client, board: Board) -> None:
    answers = [client.get("/api/ideas/ideas/similar", {"q": "li"}).status_code for _ in range(62)]

    assert answers[0] == 200
    assert answers[-1] == 429


def test_the_public_log_says_what_was_taken_away_and_why(client: Client, board: Board) -> None:
    idea, now = cast.idea(board, "A lid that closes"), timezone.now()
    for n in range(60):
        PublicLogEntry.objects.create(
            board=board,
            what="votes_removed",
            idea=idea,
            n=n + 1,
            reason=f"Cast together {n}.",
            at=now - timedelta(hours=60 - n),
        )

    page = client.get("/ideas/log/?lang=es").content.decode()
    first = client.get("/ideas/ideas/log.json").json()
    second = client.get("/ideas/ideas/log.json", {"before": first["before"]}).json()

    assert "Votos quitados" in page
    assert "Cast together 59." in page
    assert "Cast together 0." not in page
    assert len(first["entries"]) == 50
    assert [row["reason"] for row in second["entries"]][-1] == "Cast together 0."
    assert second["before"] is None
