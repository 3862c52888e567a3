from datetime import timedelta

import pytest

from livingroom.branches import answered
from livingroom.branches.answered import AnsweredQuestion, answered_questions
from livingroom.branches.models import SolvedQuestion
from livingroom.branches.questions import forums
from livingroom.branches.questions.matching import nearest
from livingroom.networks.discourse.network import DiscourseNetwork
from livingroom.networks.errors import Forbidden, Unavailable
from livingroom.networks.interface import Ref, Solved, SolvedPage
from livingroom.networks.models import Connection
from tests.posts import cast
from tests.posts.cast import NOON

TITLES = [
    "How do I replace the battery of a Hearth 14?",
    "The battery of my laptop swells",
    "The fan is loud under Linux",
    "How do I install Linux?",
]


def test_the_title_with_the_rare_words_of_the_question_comes_first():
    near = nearest("my laptop battery is swelling, it swells!", TITLES, 3)

    assert TITLES[near[0].place] == "The battery of my laptop swells"
    assert near[0].score > near[1].score if len(near) > 1 else True
    assert {"battery", "swells"} <= set(near[0].matched)


def test_small_words_alone_make_no_question_the_same():
    assert nearest("How do I pay?", TITLES, 3) == [] or nearest("How do I pay?", TITLES, 3)[0].score < 0.35
    assert nearest("", TITLES, 3) == nearest("???", TITLES, 3) == []


@pytest.fixture
def forum(db):
    cast.open_house()
    branch = cast.branch("Forum", connected=False, network="discourse", handle="corner", language="en")
    branch.connection = Connection.objects.create(
        network="discourse", account_id="1", handle="corner", server_url="https://forum.example.com"
    )
    branch.save()
    return branch


def solves(monkeypatch, *pages):
    answers = iter(pages)

    def solved(self, cursor=""):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(DiscourseNetwork, "solved", solved)


def question(number, title):
    return Solved(Ref(str(number), "", f"https://forum.example.com/t/{number}"), title, NOON)


def test_a_forum_is_read_once_a_day_and_what_left_its_list_is_forgotten(forum, monkeypatch):
    solves(monkeypatch, SolvedPage((question(1, "A"),), "2"), SolvedPage((question(2, "B"),)))
    assert forums.read_forum(forum, NOON) == 2
    assert forums.forums_to_read(NOON) == []
    assert forums.forums_to_read(NOON + timedelta(days=1)) == [forum]

    solves(monkeypatch, SolvedPage((question(2, "B"),)))
    forums.read_forum(forum, NOON + timedelta(days=1))

    assert [row.title for row in SolvedQuestion.objects.all()] == ["B"]


def test_a_forum_that_does_not_answer_keeps_yesterdays_and_one_that_refuses_shows_none(forum, monkeypatch):
    solves(monkeypatch, SolvedPage((question(1, "A"),)))
    forums.read_forum(forum, NOON)

    solves(monkeypatch, Unavailable("down"))
    assert forums.read_forum(forum, NOON) is None
    assert SolvedQuestion.objects.count() == 1

    solves(monkeypatch, Forbidden("no search for this key"))
    assert forums.read_forum(forum, NOON) == 0
    assert not SolvedQuestion.objects.exists()


def test_the_finder_shows_an_answered_question_with_its_reason(forum, monkeypatch, client):
    solves(monkeypatch, SolvedPage(tuple(question(n, title) for n, title in enumerate(TITLES))))
    forums.read_forum(forum, NOON)

    page = client.get("/find/", {"q": "My laptop battery swells, what now?", "lang": "en"}).content.decode()
    other = client.get("/find/", {"q": "Wo kaufe ich einen Monitor?"}).content.decode()

    assert 'href="https://forum.example.com/t/1"' in page
    assert "It has your words: " in page
    assert "Solved in Forum" in page
    assert "forum.example.com/t/" not in other


def test_an_answer_in_a_language_nobody_asked_in_is_none(forum, monkeypatch):
    solves(monkeypatch, SolvedPage((question(1, "The battery swells"),)))
    forums.read_forum(forum, NOON)

    assert answered_questions("The battery swells", frozenset({"en"}))
    assert not answered_questions("The battery swells", frozenset({"pt"}))


def test_rooms_above_tell_theirs_and_the_surest_comes_first(forum, monkeypatch):
    monkeypatch.setattr(answered, "_sources", [])

    def told(address, score):
        return AnsweredQuestion("Q", address, "en", score, "Inbox")

    answered.add_source(lambda question, languages: [told("/a", 0.5), told("/b", 0.9), told("/c", 0.1)])
    answered.add_source(lambda question, languages: [told("/a", 0.95)])

    assert [(one.url, one.score) for one in answered_questions("?")] == [("/a", 0.95), ("/b", 0.9)]
