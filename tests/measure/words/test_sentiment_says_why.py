import numpy as np
import pytest

from livingroom.measure.words.guesses import Correction
from livingroom.measure.words.ngrams import prepare
from livingroom.measure.words.sentiment import LABELS, Sentiment, lexicon_scores
from livingroom.measure.words.weights import provenance


@pytest.fixture(scope="module")
def shipped() -> Sentiment:
    return Sentiment()


def felt(sentiment: Sentiment, text: str, language: str = "en"):
    return sentiment.guesses(prepare([text], sentiment.rarity), [language])[0]


def test_the_lexicon_agrees_with_people_as_published(data):
    lines = (data / "sentiment" / "tweets_GroundTruth.txt").read_text(encoding="utf-8").splitlines()
    rated = [line.split("\t") for line in lines if line.strip()]

    compound = lexicon_scores([text for _, _, text in rated])[:, -1]

    r = np.corrcoef(compound, [float(rating) for _, rating, _ in rated])[0, 1]
    assert len(rated) == 4200
    assert r == pytest.approx(0.872, abs=0.002)


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr", "de"])
def test_what_ships_is_as_good_as_it_says(shipped, labelled_tweets, language):
    tweets = [(text, label) for text, code, label in labelled_tweets if code == language][::2]

    found, _ = shipped.shares(prepare([text for text, _ in tweets], shipped.rarity), [language] * len(tweets))

    right = np.mean(found.argmax(axis=1) == [label for _, label in tweets])
    said = provenance()["reached"]["sentiment, test tweets"][f"{language}, words alone"]["accuracy"]
    assert right == pytest.approx(said, abs=0.035)


def test_a_clear_word_decides_and_is_named(shipped):
    angry, happy = (
        felt(shipped, "Worst service ever, I hate waiting"),
        felt(shipped, "I love it, thank you so much"),
    )

    assert (angry.value, happy.value) == ("negative", "positive")
    assert angry.score < 0 < happy.score
    assert "“hate”" in angry.reason or "“worst”" in angry.reason
    assert "lexicon -" in angry.reason


def test_the_lexicon_keeps_out_of_other_languages(shipped):
    assert "lexicon" not in felt(shipped, "Die Bestellung ist schlecht verpackt", "de").reason


def test_three_shares_sum_to_one_and_the_unsure_says_against_what(shipped):
    guess = felt(shipped, "well")

    assert {one.value for one in guess.candidates} == set(LABELS)
    assert sum(one.share for one in guess.candidates) == pytest.approx(1, abs=1e-5)
    assert guess.unsure == (guess.confidence < 0.5)
    if guess.unsure:
        assert "against" in guess.reason


def test_a_correction_is_learned(shipped):
    text = "This thing is sick, the bomb"
    before = felt(shipped, text)
    assert before.value != "positive"

    after = felt(Sentiment([Correction("sentiment", text, "positive")]), text)

    assert after.share_of("positive") > before.share_of("positive") + 0.1
