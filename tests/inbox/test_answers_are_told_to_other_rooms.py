from livingroom.branches.answering import answering_of
from livingroom.inbox.answered import note_sent
from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.reports.rolling import roll_day
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
