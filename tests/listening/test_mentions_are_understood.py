from datetime import timedelta

import pytest

from livingroom.listening.models import Correction, Lesson, Mention, TopicMatch
from livingroom.listening.signals import mentions_understood
from livingroom.listening.taking import take_in
from livingroom.listening.understanding import lessons, work
from livingroom.listening.understanding.corrections import CannotCorrect, correct
from livingroom.listening.understanding.judge import judge
from livingroom.listening.understanding.likeness import likeness
from livingroom.measure.words.understanding import Understanding
from tests.listening import cast
from tests.listening.cast import NOW, heard

pytestmark = pytest.mark.django_db
ADVERT = "Subscribe to my channel and check out http://free.example for free followers, please subscribe!!!"


@pytest.fixture(autouse=True)
def anew():
    likeness.forget_all()


def understood(*texts: str, **facts) -> list[Mention]:
    take_in([heard(text, **facts) for text in texts], now=NOW)
    while work.understand_new(NOW):
        pass
    return list(Mention.objects.order_by("pk"))


def test_each_guess_comes_with_its_reason():
    cast.branch("deutschland", language="de"), cast.branch("usa", language="en")
    german, advert = understood("Mein Akku wird sehr heiß, das ist schlecht", ADVERT, kind="comment")

    assert german.language == "de"
    assert advert.verdict == "hidden"
    assert {"language", "spam", "sentiment"} <= set(german.reasons)
    assert all(german.reasons.values())
    assert german.understood_at == NOW


def test_who_speaks_to_us_by_name_is_not_hidden_but_judged_by_a_person():
    by_name, alone = understood(ADVERT, kind="mention")[0], understood(ADVERT + " ", kind="message")[1]

    assert (by_name.verdict, alone.verdict) == ("queued", "queued")


def test_topics_catch_it_by_their_present_wording():
    topic = cast.topic(query="overheat* NEAR/3 battery")

    hit, _ = understood("the battery is overheating", "overheating, says who of us has a good battery")

    match = TopicMatch.objects.get()
    assert (match.mention, match.version) == (hit, topic.current)


def test_a_mention_that_cannot_be_understood_goes_alone(monkeypatch):
    honest = Understanding.understand

    def breaks(self, texts, hints=None):
        if any("broken" in text for text in texts):
            raise ZeroDivisionError("no such words")
        return honest(self, texts, hints)

    monkeypatch.setattr(Understanding, "understand", breaks)

    one, bad, two = understood("good thing", "broken", "fine thing")

    assert bad.poison == "ZeroDivisionError: no such words"
    assert one.understood_at
    assert two.understood_at
    assert not Mention.objects.to_understand().exists()


def test_words_that_changed_meanwhile_are_understood_again(monkeypatch):
    take_in([heard("hello", "a")], now=NOW)
    waiting = list(Mention.objects.to_understand())
    take_in([heard("hello all", "a")], now=NOW + timedelta(seconds=1))

    work.understand(waiting, now=NOW)

    assert Mention.objects.to_understand().count() == 1


def test_nearly_the_same_words_point_to_the_first():
    first, copy, other = understood(
        "win a notebook today, just follow and share this post with friends",
        "win a notebook today, just follow and share this post with friends!!",
        "my notebook is with the repair shop since a long while and nobody calls",
    )

    assert copy.like == first
    assert other.like is None


def test_rooms_above_hear_of_it_in_the_same_transaction():
    told = []

    def hear(sender, *, mentions, now, **rest):
        told.extend(mention.text for mention in mentions)

    mentions_understood.connect(hear)
    try:
        understood("hello")
    finally:
        mentions_understood.disconnect(hear)

    assert told == ["hello"]


def test_a_persons_word_stands_above_guesses_also_after_an_edit():
    [mention] = understood("the notebook is here", key="a")

    correct(staff=cast.staff(), mentions=[mention], kind="sentiment", value="negative", now=NOW)
    take_in([heard("the notebook is here now", "a")], now=NOW)
    work.understand_new(NOW)

    mention.refresh_from_db()
    row = Correction.objects.get()
    assert mention.sentiment == "negative"
    assert (row.is_now, row.staff, row.at) == ("negative", cast.staff(), NOW)
    assert row.was != "negative"


def test_only_what_can_be_said_is_taken():
    [mention] = understood("hello")

    for kind, value in (("sentiment", "angry"), ("language", "p1"), ("branch", "999"), ("mood", "good")):
        with pytest.raises(CannotCorrect):
            correct(staff=cast.staff(), mentions=[mention], kind=kind, value=value, now=NOW)


def test_lessons_are_learnt_from_corrections_and_numbered():
    rows = understood(
        *[f"where is my parcel number {n}" for n in range(4)],
        *[f"the screen is dark, try {n}" for n in range(4)],
    )
    for number, mention in enumerate(rows):
        subject = "delivery" if number < 4 else "repair"
        correct(staff=cast.staff(), mentions=[mention], kind="subject", value=subject, now=NOW)

    lesson = lessons.learn(NOW)

    assert (lesson.number, lesson.n_examples) == (1, 8)
    assert judge().lesson == 1
    assert lessons.learn(NOW) is None
    new = understood("where is the parcel")[-1]
    assert new.lesson == 1
    assert new.reasons["subjects"][0] == "delivery"
    assert Lesson.objects.count() == 1
