from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from livingroom.listening.models import Mention, TopicMatch
from livingroom.listening.topics import budget, searching
from livingroom.listening.topics.catching_up import catch_up
from livingroom.listening.topics.operations import Budget, CannotSave, pause_topic, save_topic
from livingroom.listening.topics.searching import due_searches, search_once
from livingroom.listening.topics.testing import try_query
from livingroom.networks.interface import Cost, Event, Page, Person, Ref
from livingroom.networks.models import Connection
from tests.listening import cast
from tests.listening.cast import NOW, said

pytestmark = pytest.mark.django_db


def change(topic, query, **facts):
    return save_topic(
        staff=cast.staff(), topic=topic, name=topic.name, query=query, why="Wider", now=NOW, **facts
    )


def test_another_wording_is_another_version_and_the_same_is_none():
    topic = cast.topic(query="overheat*")

    change(topic, "overheat*")
    change(topic, "overheat* OR smoke")

    kept = list(topic.versions.values_list("number", "query", "why"))
    assert kept == [(2, "overheat* OR smoke", "Wider"), (1, "overheat*", "Safety")]


def test_a_query_that_cannot_be_read_is_not_kept():
    topic = cast.topic()

    with pytest.raises(CannotSave, match="never closed"):
        change(topic, "(smoke")
    with pytest.raises(CannotSave, match="this name"):
        save_topic(staff=cast.staff(), name="heat", query="x", now=NOW)
    with pytest.raises(PermissionDenied):
        save_topic(staff=cast.staff("analyst"), name="Mine", query="x", now=NOW)


def test_the_tester_says_what_would_have_been_caught_and_how_it_differs():
    topic = cast.topic(query="smoke")
    said(3, NOW - timedelta(days=2), text="smoke everywhere", language="pt")
    said(2, NOW - timedelta(days=3), text="it overheats")
    said(9, NOW - timedelta(days=3), text="lunch")
    said(5, NOW - timedelta(days=40), text="it overheats")

    tested = try_query("overheat*", topic=topic, now=NOW)

    assert (tested.n, tested.n_looked_at) == (2, 14)
    assert (tested.n_only_new, tested.n_only_old, tested.n_both) == (2, 3, 0)
    assert tested.parts["languages"] == [("en", 2)]
    assert dict(tested.days)[(NOW - timedelta(days=3)).date()] == 2
    assert len(tested.days) == 31


def test_a_new_wording_looks_back_and_older_finds_stay():
    topic = cast.topic(query="smoke")
    said(2, NOW - timedelta(days=2), topic, text="smoke")
    said(3, NOW - timedelta(days=2), text="fire")
    change(topic, "fire")

    assert catch_up(topic, now=NOW) == 3

    assert sorted(TopicMatch.objects.values_list("version__number", flat=True)) == [1, 1, 2, 2, 2]


@pytest.fixture
def priced(monkeypatch):
    """An account on a network that searches, at a cent a find, and what it was asked."""
    account = Connection.objects.create(network="x", account_id="us", handle="us")
    asked = []

    class Network:
        def search(self, query, cursor=""):
            asked.append((query, cursor))
            number = len(asked)
            found = Event(
                f"f{number}",
                "search",
                "post",
                NOW,
                Person("7", "ana"),
                Ref(f"p{number}"),
                text="My hot notebook overheats",
            )
            return Page((found, replace(found, id=f"g{number}", ref=Ref(f"q{number}"))), f"after {number}")

        def estimate_read(self, stream, n_events=100):
            return type("Cost", (), {"amount": n_events * Decimal("0.01"), "currency": "USD", "why": ""})()

    monkeypatch.setattr(searching, "open_connection", lambda connection: Network())
    monkeypatch.setattr(searching, "find_network", lambda name: Network())
    monkeypatch.setattr(searching, "has_connector", lambda name: True)
    return account, asked


def searched(topic, now=NOW):
    return [search_once(place, now) for place in due_searches(now)]


def test_a_search_goes_on_where_it_stood_and_costs_are_booked(priced):
    topic = cast.topic(query="notebook overheat*")
    change(topic, "notebook overheat*", is_searched=True)

    assert searched(topic) == [2]
    assert searched(topic) == []
    assert searched(topic, NOW + timedelta(minutes=15)) == [2]

    assert priced[1] == [("notebook", ""), ("notebook", "after 1")]
    spent = budget.spent(topic, NOW.date(), NOW.date())
    assert (spent.n_calls, spent.n_read, spent.amount) == (2, 4, Decimal("0.04"))
    assert set(Mention.objects.values_list("kind", "branch")) == {("found", None)}


@pytest.mark.parametrize(
    "line", [Budget(calls_a_day=1), Budget(calls_a_month=1), Budget(money_a_day_minor=100)]
)
def test_a_paid_search_stops_at_its_budget_and_says_that_it_is_a_sample(priced, line):
    topic = change(cast.topic(query="hot"), "hot", is_searched=True, budget=line)

    searched(topic)
    assert searched(topic, NOW + timedelta(minutes=15)) == [0]

    assert len(priced[1]) == 1
    assert budget.spent(topic, NOW.date(), NOW.date()).sampled_share == 0.5
    assert "used up" in topic.searches.get().problem


def test_a_topic_that_rests_catches_and_searches_nothing(priced):
    topic = change(cast.topic(query="hot"), "hot", is_searched=True)
    pause_topic(staff=cast.staff(), topic=topic, now=NOW)

    assert due_searches(NOW) == []


def test_what_a_network_finds_beside_the_topic_is_read_and_not_kept(priced):
    topic = change(cast.topic(query="notebook NEAR/2 overheat*"), "notebook NEAR/2 chilly", is_searched=True)

    assert searched(topic) == [0]

    assert budget.spent(topic, NOW.date(), NOW.date()).n_read == 2
    assert not Mention.objects.exists()


def test_a_query_without_a_whole_word_is_refused_in_a_sentence(priced):
    topic = change(cast.topic(query="overheat*"), "overheat*", is_searched=True)

    assert searched(topic) == [0]

    assert priced[1] == []
    assert "whole words" in topic.searches.get().problem


def test_networks_that_know_only_words_say_what_they_leave_out(priced, monkeypatch):
    class Words:
        ways = []

        def search_words(self, ways, cursor=""):
            self.ways.append(ways)
            return Page((), "there", note="Hashtags only.")

        def estimate_read(self, stream, n_events=100):
            return Cost()

    monkeypatch.setattr(searching, "open_connection", lambda connection: Words())
    topic = change(cast.topic(query="hot"), "hot OR overheat*", is_searched=True)

    searched(topic)

    assert Words.ways == [(("hot",),)]
    assert topic.searches.get().problem.endswith("left to other roads. Hashtags only.")
