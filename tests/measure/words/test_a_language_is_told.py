import pytest

from livingroom.measure.words.guesses import Hints
from livingroom.measure.words.language import Languages


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages(["en", "es", "pt", "fr", "de"])


def test_ninety_eight_of_a_hundred_tweets_are_told_right(languages, labelled_tweets):
    some = labelled_tweets[::2]

    found = languages.guesses([text for text, _, _ in some])

    right = [guess.value == code for guess, (_, code, _) in zip(found, some, strict=True)]
    assert sum(right) / len(right) >= 0.98
    sure = [ok for ok, guess in zip(right, found, strict=True) if not guess.unsure]
    assert sum(sure) / len(sure) >= 0.99
    assert len(sure) / len(right) > 0.9


def test_links_people_and_tags_do_not_speak(languages):
    plain = languages.guess("Wo bleibt meine Bestellung?")

    dressed = languages.guess(
        "@the_english_speaker Wo bleibt meine Bestellung? https://example.com/thanks #love #shopping"
    )

    assert (dressed.value, dressed.confidence) == (plain.value, plain.confidence)


def test_the_author_decides_what_words_leave_open(languages):
    alone = languages.guess("Ok, no problem")
    known = languages.guess("Ok, no problem", Hints(author_language="es"))

    assert known.share_of("es") > alone.share_of("es")
    assert "the author uses es" in known.reason


def test_a_clear_text_outweighs_what_is_known_of_its_author(languages):
    guess = languages.guess("Warum ist mein Rechner schon wieder kaputt?", Hints("en", "en"))

    assert guess.value == "de"
    assert not guess.unsure


def test_an_unsure_guess_brings_the_best_two(languages):
    guess = languages.guess("Carol Brady, Castro & Leonard Cohen")

    assert guess.unsure
    assert len(guess.candidates) == 2
    assert guess.candidates[0].share >= guess.candidates[1].share


@pytest.mark.parametrize("text", ["", "😍😍😍", "https://example.com", "12:30 !!!"])
def test_a_text_without_words_is_unsure_and_says_so(languages, text):
    guess = languages.guess(text)

    assert (guess.value, guess.unsure) == ("en", True)
    assert "No words" in guess.reason


def test_a_language_that_was_not_asked_for_is_named(languages):
    guess = languages.guess("Мой новый компьютер снова не работает, помогите пожалуйста")

    assert guess.unsure
    assert "ru" in guess.reason


def test_two_sets_of_languages_do_not_disturb_each_other():
    german, spanish = Languages(["de", "en"]), Languages(["es", "en"])

    assert german.guess("Das ist sehr schön").value == "de"
    assert spanish.guess("Esto es muy bonito").value == "es"
    assert german.guess("Das ist sehr schön").value == "de"


def test_a_language_without_a_model_is_refused_by_name():
    with pytest.raises(ValueError, match="No model knows klingon"):
        Languages(["en", "klingon"])
