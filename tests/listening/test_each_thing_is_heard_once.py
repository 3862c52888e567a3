from datetime import timedelta

import pytest

from livingroom.listening.hearing import hear_events
from livingroom.listening.models import Mention, Poison
from livingroom.listening.poison import replay
from livingroom.listening.taking import forget, take_in
from livingroom.networks.interface import Event, Person, Ref
from livingroom.networks.models import Connection
from livingroom.networks.reactions.models import OptOut
from tests.listening import cast
from tests.listening.cast import NOW, heard

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(db):
    made = Connection.objects.create(network="sandbox", account_id="us", handle="us")
    branch = cast.branch()
    branch.connection = made
    branch.save()
    return made


def event(kind: str = "reply", text: str = "hello", **facts) -> Event:
    given = {
        "id": "e1",
        "stream": "replies",
        "kind": kind,
        "at": NOW,
        "actor": Person("7", "ana", "Ana"),
        "ref": Ref("p9"),
        "text": text,
    }
    return Event(**{**given, **facts})


def test_what_comes_twice_is_one_mention():
    first = take_in([heard("hello", "a")], now=NOW)
    again = take_in([heard("hello", "a"), heard("hello", "a")], now=NOW)

    assert (first.n_new, again.n_new, again.n_known) == (1, 0, 1)
    assert Mention.objects.count() == 1


def test_an_edit_is_followed_and_understood_anew():
    take_in([heard("hello", "a")], now=NOW)
    Mention.objects.update(understood_at=NOW)

    take_in([heard("hello all", "a")], now=NOW + timedelta(hours=1))

    mention = Mention.objects.get()
    assert (mention.text, mention.edited_at) == ("hello all", NOW + timedelta(hours=1))
    assert mention.understood_at is None


def test_what_is_taken_back_leaves_no_words():
    take_in([heard("hello", "a")], now=NOW)

    forget("sandbox", ["a"], now=NOW)

    mention = Mention.objects.get()
    assert (mention.text, mention.gone_at) == ("", NOW)


def test_a_bad_one_holds_up_no_other_and_can_be_replayed():
    bad = heard("from tomorrow", "bad", at=NOW + timedelta(days=1))

    taken = take_in([heard("one", "a"), bad, heard("two", "b")], now=NOW)

    poison = Poison.objects.get()
    assert (taken.n_new, taken.n_refused) == (2, 1)
    assert "still to come" in poison.reason
    assert "still to come" in replay(staff=cast.staff(), poison=poison, now=NOW)
    assert replay(staff=cast.staff(), poison=poison, now=NOW + timedelta(days=2)) == ""
    assert Mention.objects.count() == 3
    assert not Poison.objects.open().exists()


def test_a_sign_that_databases_refuse_is_left_out():
    take_in([heard("zero\0sign", "a")], now=NOW)

    assert Mention.objects.get().text == "zerosign"


def test_people_who_opted_out_are_not_kept_whatever_road_they_come_by():
    OptOut.objects.create(who="ana", asked_at=NOW, entered_by="Maya")

    taken = take_in([heard("hello"), heard("hi", author_id="ben")], now=NOW)

    assert (taken.n_left_out, taken.n_new) == (1, 1)


def test_a_private_event_is_a_message_to_us_alone(connection):
    hear_events(None, connection=connection, events=[event(is_public=False)], now=NOW)

    mention = Mention.objects.get()
    assert (mention.kind, mention.is_public, mention.branch.slug) == ("message", False, "brasil")


def test_a_find_of_a_search_was_said_to_nobody_of_ours(connection):
    hear_events(None, connection=connection, events=[event("tag", stream="search")], now=NOW)

    mention = Mention.objects.get()
    assert (mention.kind, mention.branch) == ("found", None)


def test_what_was_found_first_becomes_said_to_us(connection):
    hear_events(None, connection=connection, events=[event("tag", stream="search")], now=NOW)
    Mention.objects.update(understood_at=NOW)

    hear_events(None, connection=connection, events=[event()], now=NOW)

    mention = Mention.objects.get()
    assert (mention.kind, mention.branch.slug, mention.understood_at) == ("reply", "brasil", None)


def test_likes_and_our_own_words_are_no_mentions(connection):
    hear_events(None, connection=connection, events=[event("like"), event(actor=Person("us", "us"))], now=NOW)

    assert not Mention.objects.exists()


def test_a_deletion_is_followed(connection):
    hear_events(None, connection=connection, events=[event()], now=NOW)

    hear_events(None, connection=connection, events=[event("deleted", text="")], now=NOW)

    assert Mention.objects.get().gone_at == NOW
