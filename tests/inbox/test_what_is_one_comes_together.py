import pytest

from livingroom.inbox.changing import CannotChange
from livingroom.inbox.joining import identities, operations
from livingroom.inbox.models import Author, Conversation, Message, Step
from livingroom.people.identities import CannotMerge, undo_merge
from livingroom.people.models import Customer, Handle
from tests.inbox import cast

State = Conversation.State


def counts(case: Conversation) -> tuple[int, int, str]:
    fresh = Conversation.objects.get(pk=case.pk)
    return fresh.n_messages, fresh.n_in, fresh.state


def test_a_merged_conversation_gives_all_it_has_and_what_comes_later(house):
    ana, source, target = cast.agent(), cast.conversation("One"), cast.conversation("Two", who="kim")

    operations.merge(staff=ana, source=source, target=target, now=cast.NOON)
    cast.hear(cast.mention("More", who="lee", at=cast.later(minutes=1)))

    assert counts(source) == (0, 0, State.MERGED)
    assert counts(target) == (3, 3, State.OPEN)
    assert Step.objects.filter(verb="merged", change__other=source.pk).count() == 1


def test_a_merge_is_undone_without_loss(house):
    ana, source, target = cast.agent(), cast.conversation("One"), cast.conversation("Two", who="kim")
    joining = operations.merge(staff=ana, source=source, target=target, now=cast.NOON)

    operations.undo(staff=ana, joining=joining, now=cast.later(minutes=1))

    assert counts(source) == counts(target) == (1, 1, State.OPEN)
    assert source.messages.get().text == "One"
    with pytest.raises(CannotChange, match="already"):
        operations.undo(staff=ana, joining=joining, now=cast.later(minutes=2))


def test_a_split_takes_the_ticked_messages_and_answers_to_them(house):
    ana, case = cast.agent(), cast.conversation("Hot")
    other = cast.mention("And where is my order?", at=cast.later(minutes=1))
    cast.hear(other)

    joining = operations.split(
        staff=ana, source=case, message_ids=[other.message.pk], now=cast.later(minutes=2)
    )
    cast.hear(cast.mention("Anybody?", subject_id=other.key, at=cast.later(minutes=3)))

    assert counts(case)[:2] == (1, 1)
    assert counts(joining.target)[:2] == (2, 2)
    operations.undo(staff=ana, joining=joining, now=cast.later(minutes=4))
    assert counts(case)[:2] == (2, 2)
    assert counts(joining.target)[:2] == (1, 1)


def test_nothing_is_split_off_without_words_of_the_customer(house):
    ana, case = cast.agent(), cast.conversation("Hot")
    note = Message.objects.create(conversation=case, direction="note", staff=ana, at=cast.NOON, text="Hm")

    with pytest.raises(CannotChange, match="customer"):
        operations.split(staff=ana, source=case, message_ids=[note.pk], now=cast.NOON)
    with pytest.raises(CannotChange, match="Leave"):
        operations.split(staff=ana, source=case, message_ids=[note.pk, note.pk - 1], now=cast.NOON)


def test_one_person_behind_two_names_has_one_timeline_and_can_be_two_again(house):
    ana = cast.agent()
    cast.conversation(who="lee")
    cast.conversation(who="lee1971")
    lee, other = Author.objects.order_by("author_id")

    merge = identities.same_person(
        staff=ana, author=lee, other=other, evidence="the same order number", now=cast.NOON
    )
    other.refresh_from_db()
    assert other.customer == lee.customer
    assert Handle.objects.filter(customer=lee.customer).count() == 2
    undo_merge(staff=ana, merge=merge, now=cast.NOON)

    other.refresh_from_db()
    assert other.customer_id == merge.other_id
    assert Handle.objects.filter(customer=merge.other).count() == 1
    assert Customer.objects.count() == 2


def test_without_evidence_nobody_is_merged(house):
    cast.conversation(who="lee")
    cast.conversation(who="kim")

    with pytest.raises(CannotMerge, match="why"):
        identities.same_person(
            staff=cast.agent(), author=Author.objects.first(), other=Author.objects.last(), evidence=" ", now=cast.NOON
        )  # fmt: skip


def test_merges_on_merges_are_undone_from_the_last(house):
    ana = cast.agent()
    for name in ("a", "b", "c"):
        cast.conversation(who=name)
    a, b, c = Author.objects.order_by("author_id")
    first = identities.same_person(staff=ana, author=a, other=b, evidence="x", now=cast.NOON)
    second = identities.same_person(staff=ana, author=c, other=a, evidence="y", now=cast.NOON)

    with pytest.raises(CannotMerge, match="undo that first"):
        undo_merge(staff=ana, merge=first, now=cast.NOON)
    undo_merge(staff=ana, merge=second, now=cast.NOON)
    undo_merge(staff=ana, merge=first, now=cast.NOON)

    assert len(set(Author.objects.values_list("customer_id", flat=True))) == 3
