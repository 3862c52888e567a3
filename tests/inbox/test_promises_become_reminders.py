from datetime import UTC, datetime, timedelta

import pytest

from livingroom.inbox.answering.operations import UNDO_WITHIN, Writing, write_answer
from livingroom.inbox.company.models import Reminder
from livingroom.inbox.company.promising import find_promises
from livingroom.inbox.company.reminders import ring_due, settle
from livingroom.shared.models import Alarm
from tests.inbox import answering_cast as cast
from tests.inbox.answering_cast import NOON

MONDAY = datetime(2009, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text", "due"),
    [
        ("en", "Sorry! I'll get back to you tomorrow.", datetime(2009, 11, 24, 17, tzinfo=UTC)),
        ("en", "We will send the part within 3 hours.", MONDAY + timedelta(hours=3)),
        ("en", "You'll hear from us by Friday.", datetime(2009, 11, 27, 17, tzinfo=UTC)),
        ("en", "Let me check and we will write on 2009-12-01.", datetime(2009, 12, 1, 17, tzinfo=UTC)),
        ("de", "Ich melde mich übermorgen bei Ihnen.", datetime(2009, 11, 25, 17, tzinfo=UTC)),
        ("de", "Guten Morgen! Wir prüfen das bis Mittwoch.", datetime(2009, 11, 25, 17, tzinfo=UTC)),
        ("es", "Te avisamos mañana mismo.", datetime(2009, 11, 24, 17, tzinfo=UTC)),
        ("pt", "Vamos responder em até 2 dias.", datetime(2009, 11, 25, 17, tzinfo=UTC)),
        ("fr", "Nous revenons vers vous la semaine prochaine.", datetime(2009, 12, 4, 17, tzinfo=UTC)),
    ],
)
def test_a_promise_and_its_day_are_found_in_five_languages(language, text, due):
    assert [found.due_at for found in find_promises(text, language, MONDAY)] == [due]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The shop opens tomorrow."),
        ("en", "We will look into it."),
        ("de", "Guten Morgen, ich prüfe das."),
        ("es", "Buenos días, ¿por la mañana?"),
    ],
)
def test_what_names_no_day_or_promises_nothing_is_no_promise(language, text):
    assert find_promises(text, language, MONDAY) == []


def test_the_evening_is_the_branchs_own():
    [found] = find_promises("I'll call you tomorrow.", "en", MONDAY, "America/Sao_Paulo")

    assert found.due_at == datetime(2009, 11, 24, 19, tzinfo=UTC)


@pytest.mark.django_db
def test_a_promise_in_an_answer_rings_when_due_once_somebody_kept_it():
    case, anna = cast.conversation(), cast.staff()
    seen = case.messages.last().pk
    answer = write_answer(
        staff=anna, conversation=case, writing=Writing("I'll find out within 2 hours.", seen), now=NOON
    )
    cast.send_at(answer, NOON + UNDO_WITHIN)
    promise = Reminder.objects.get()
    later = promise.due_at

    assert ring_due(later) == 0, "nobody has said that it is one"
    settle(staff=anna, reminder=promise, state=Reminder.State.KEPT, now=NOON)
    assert ring_due(later - timedelta(seconds=1)) == 0
    assert ring_due(later) == 1
    assert Alarm.objects.ringing().filter(kind="promise due").exists()

    settle(staff=anna, reminder=promise, state=Reminder.State.DONE, now=later)
    assert not Alarm.objects.ringing().filter(kind="promise due").exists()
