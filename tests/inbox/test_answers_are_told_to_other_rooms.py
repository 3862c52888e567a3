from datetime import UTC

from livingroom.branches.answering import answering_of
from livingroom.inbox.answered import note_sent
from livingroom.inbox.joining.identities import customer_of
from livingroom.inbox.models import Author, Conversation, Message
from livingroom.inbox.reports.rolling import roll_day
from livingroom.inbox.touches import all_days, write_answers
from livingroom.lake import Lake
from livingroom.listening.answers import answers_to
from livingroom.listening.models import Mention
from tests.inbox import cast


def answered(case: Conversation, minutes: int, *, by_machine: bool = False) -> Message:
    message = Message.objects.create(
        conversation=case, direction="out", state="sent", staff=cast.agent(), is_automatic=by_machine,
        at=cast.later(minutes=minutes), text="We look at it",
    )  # fmt: skip
    note_sent(message, message.at)
    return message


def test_a_branch_shows_the_median_of_first_human_answers_and_what_waits(house):
    for who, minutes in (("a", 10), ("b", 30), ("c", 500)):
        answered(cast.conversation(who=who), minutes)
    answered(cast.conversation(who="d"), 1, by_machine=True)
    branch = cast.branch()
    roll_day(cast.NOON.date(), cast.later(days=1))

    told = answering_of([branch.pk], cast.later(days=1))[branch.pk]

    assert (told.median_minutes, told.n_unanswered, told.source) == (30, 1, "conversations")


def test_listening_hears_who_answered_a_mention_first(house):
    case = cast.conversation()
    answered(case, 2, by_machine=True)
    answered(case, 20)
    mention = Mention.objects.get()

    (told,) = answers_to([mention.pk])

    assert (told.mention_id, told.at, told.by, told.branch_id) == (
        mention.pk, cast.later(minutes=20), "Ana", case.branch_id
    )  # fmt: skip


def test_an_answered_customer_is_a_touch_in_the_lake_and_a_stranger_is_none(house, tmp_path):
    known, stranger = cast.conversation(who="lee"), cast.conversation(who="kim")
    customer = customer_of(Author.objects.get(author_id="lee"), cast.NOON)
    message, _ = answered(known, 5), answered(stranger, 5)
    lake = Lake(tmp_path)

    write_answers(all_days(), lake)
    n = write_answers([cast.NOON.astimezone(UTC).date()], lake)

    rows = lake.rows('SELECT customer_id, message_id, answers."at", kind, class FROM answers')
    assert n == 1
    assert rows == [(customer.pk, message.pk, int(message.at.timestamp()) * 1_000_000, "answer", "human")]
