import numpy as np
import pytest

from livingroom.measure.words import Correction, Hints, Term, Understanding
from livingroom.measure.words.embedding import DIMENSIONS, packed, unpacked

TOPICS = [
    Correction("topic", "My laptop is broken", "repair"),
    Correction("topic", "Der Bildschirm ist kaputt", "repair"),
    Correction("topic", "Where is my order?", "delivery"),
    Correction("topic", "Wo bleibt meine Bestellung?", "delivery"),
]


@pytest.fixture(scope="module")
def words() -> Understanding:
    return Understanding(("en", "de"), terms=[Term("laptop", ("laptop",))], examples=TOPICS, embeddings=False)


def test_everything_about_a_text_comes_together(words):
    english, german = words.understand(
        ["I hate it, my laptop is broken again", "Wo bleibt bitte meine Bestellung?"]
    )

    assert (english.language.value, german.language.value) == ("en", "de")
    assert [term.term for term in english.terms] == ["laptop"]
    assert english.sentiment.value == "negative"
    assert (english.topic.value, german.topic.value) == ("repair", "delivery")
    assert english.spam.value == "show"
    assert all(guess.reason for guess in (english.language, english.spam, english.sentiment, english.topic))


def test_a_text_is_understood_alike_alone_and_in_a_crowd(words):
    texts = [f"text number {number} about my laptop" for number in range(600)]

    crowd = words.understand(texts)

    assert len(crowd) == 600
    assert crowd[555].spam.score == pytest.approx(words.understand([texts[555]])[0].spam.score, abs=1e-5)


def test_nothing_gives_nothing(words):
    assert words.understand([]) == []


def test_hints_that_do_not_match_are_refused(words):
    with pytest.raises(ValueError, match="2 texts came with 1 hints"):
        words.understand(["a", "b"], [Hints()])


def test_what_people_say_is_learned_for_topics_too():
    words = Understanding(("en",), examples=TOPICS, embeddings=False)
    text = "is it broken or on its way"

    words.learn(
        [*TOPICS, Correction("topic", text, "delivery"), Correction("topic", "where is it", "delivery")]
    )

    assert words.understand([text])[0].topic.value == "delivery"


@pytest.mark.parametrize("wrong", [("spam", "hide"), ("sentiment", "angry")])
def test_a_correction_that_says_nothing_we_know_is_refused(wrong):
    with pytest.raises(ValueError, match=f"A correction of {wrong[0]} is"):
        Correction(wrong[0], "a text", wrong[1])


def test_vectors_are_kept_as_bytes_and_keep_their_direction(embedder):
    texts = ["My card has not arrived", "Where is my card?", "What a lovely song"]

    vectors = embedder.vectors(texts)
    kept = packed(vectors)

    assert kept.shape == (3, DIMENSIONS)
    assert kept.dtype == np.int8
    assert (unpacked(kept) * vectors).sum(axis=1) == pytest.approx(1, abs=1e-3)
    likeness = vectors @ vectors.T
    assert likeness[0, 1] > likeness[0, 2] + 0.2


def test_a_text_with_vectors_is_understood(embedder):
    words = Understanding(("en",), examples=TOPICS)

    found = words.understand(["my parcel never came", ""])

    assert found[0].topic.value == "delivery"
    assert [len(one.vector) for one in found] == [DIMENSIONS, DIMENSIONS]
