import threading

import pytest
from django.db import connection, connections

from livingroom.inbox import operations
from livingroom.inbox.customs import BranchCustom
from livingroom.inbox.models import Author, Conversation, Message
from livingroom.listening.models import Mention
from livingroom.listening.taking import forget
from tests.inbox import cast

State = Conversation.State


def test_each_author_under_our_post_is_a_conversation_of_their_own(house):
    cast.hear(cast.mention(who="lee"), cast.mention(who="kim"), cast.mention("And loud", who="lee"))

    assert sorted(Conversation.objects.values_list("author__author_id", "n_in")) == [("kim", 1), ("lee", 2)]


def test_an_answer_to_our_answer_comes_into_the_same_conversation_and_opens_it(house):
    case = cast.conversation()
    ours = Message.objects.create(
        conversation=case, direction="out", state="sent", at=cast.later(minutes=5), remote_id="our-answer"
    )
    operations.wait_for_customer(case, staff=cast.agent(), now=cast.later(minutes=6))

    cast.hear(cast.mention("Thanks, still hot", subject_id="our-answer", at=cast.later(minutes=9)))

    case.refresh_from_db()
    assert (case.state, case.n_in, case.preview) == (State.OPEN, 2, "Thanks, still hot")
    assert ours.conversation.messages.count() == 3


def test_a_stranger_who_answers_our_answer_gets_a_conversation_under_the_same_root(house):
    case = cast.conversation()
    Message.objects.create(
        conversation=case, direction="out", state="sent", at=cast.NOON, remote_id="our-answer"
    )

    other = cast.conversation("Mine, too", who="kim", subject_id="our-answer", at=cast.later(minutes=1))

    assert other.pk != case.pk
    assert other.root == case.root == "our-post"


def test_private_messages_of_one_person_are_one_conversation(house):
    first = cast.conversation("Hello", kind=Mention.Kind.MESSAGE, is_public=False, subject_id="")
    second = cast.conversation("Anybody?", kind=Mention.Kind.MESSAGE, is_public=False, subject_id="")

    assert first.pk == second.pk
    assert not second.is_public


def test_the_same_mention_told_twice_comes_in_once(house):
    said = cast.mention()

    cast.hear(said)
    cast.hear(said)

    assert Message.objects.count() == 1
    assert Conversation.objects.get().n_messages == 1


def test_words_soon_after_closing_open_it_again_and_later_words_begin_another(house):
    case = cast.conversation()
    operations.close(case, staff=cast.agent(), now=cast.NOON)
    cast.hear(cast.mention("Again", at=cast.later(days=13)))
    case.refresh_from_db()
    assert (case.state, case.n_reopened) == (State.OPEN, 1)
    operations.close(case, staff=cast.agent(), now=cast.later(days=13))

    late = cast.conversation("Another thing", at=cast.later(days=40))

    assert late.pk != case.pk
    assert late.is_current
    assert not Conversation.objects.get(pk=case.pk).is_current


def test_a_branch_has_its_own_days(house):
    BranchCustom.objects.create(branch=cast.branch(), reopen_days=1)
    case = cast.conversation()
    operations.close(case, staff=cast.agent(), now=cast.NOON)

    assert cast.conversation("Again", at=cast.later(days=2)).pk != case.pk


@pytest.mark.parametrize("verdict", [Mention.Verdict.HIDDEN, Mention.Verdict.QUEUED])
def test_spam_opens_nothing_until_a_person_says_it_is_good(house, verdict):
    said = cast.mention("Cheap pills", verdict=verdict)
    cast.hear(said)
    assert not Conversation.objects.exists()

    said.verdict = Mention.Verdict.GOOD
    said.save()
    cast.hear(said)

    assert Conversation.objects.count() == 1


def test_what_a_topic_found_opens_nothing_unless_the_house_wants_it(house):
    cast.hear(cast.mention(kind=Mention.Kind.FOUND))

    assert not Conversation.objects.exists()


def test_edits_and_deletions_follow(house):
    said = cast.mention("My notbook is hot")
    cast.hear(said)
    said.text, said.edited_at = "My notebook is hot", cast.later(minutes=2)
    said.save()
    cast.hear(said)
    said.gone_at = cast.later(minutes=3)
    said.save()

    cast.hear(said)

    message = Message.objects.get()
    assert (message.text, message.gone_at) == ("My notebook is hot", cast.later(minutes=3))
    assert message.conversation.version > 2


def test_the_author_keeps_what_is_known_last(house):
    cast.conversation(author_followers=10)
    cast.conversation(author_name="", author_followers=12)

    author = Author.objects.get()
    assert (author.name, author.followers) == ("Lee", 12)


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time; here two must meet"
)
@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_thread_make_one_conversation():
    cast.house.open_house()
    said = [cast.mention(f"Words {number}") for number in range(6)]
    troubles: list[Exception] = []

    def work(mine: list[Mention]) -> None:
        try:
            cast.hear(*mine)
        except Exception as error:
            troubles.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(mine,)) for mine in (said[:4], said[2:], said)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not troubles
    assert Conversation.objects.count() == 1
    assert Message.objects.count() == Conversation.objects.get().n_messages == 6


def test_what_its_author_takes_back_is_gone_from_the_case_and_from_its_last_words(house):
    said = cast.mention("My address is 4 Elm Street")
    cast.hear(said)

    forget(said.network, [said.key], now=cast.later(minutes=3))

    message = Message.objects.select_related("conversation").get()
    assert (message.text, message.gone_at) == ("", cast.later(minutes=3))
    assert message.conversation.preview == ""
