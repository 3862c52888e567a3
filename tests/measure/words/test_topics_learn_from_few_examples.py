import csv

import numpy as np
import pytest

from livingroom.measure.words.ngrams import prepare
from livingroom.measure.words.topics import Topics

N_TOPICS, N_EXAMPLES, N_ASKED = 14, 10, 5
EXAMPLES = [
    ("Where is my parcel?", "delivery"),
    ("The parcel has not arrived", "delivery"),
    ("My screen is broken", "repair"),
    ("The keyboard does not work", "repair"),
]


@pytest.fixture(scope="module")
def questions(data) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Ten examples of some topics, and other questions on the same."""
    with (data / "topics" / "banking77_train.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    draw, known, asked = np.random.default_rng(11), [], []
    for topic in sorted({label for _, label in rows})[::5][:N_TOPICS]:
        own = [row for row in rows if row[1] == topic]
        chosen = draw.permutation(len(own))[: N_EXAMPLES + N_ASKED]
        known += [own[i] for i in chosen[:N_EXAMPLES]]
        asked += [own[i] for i in chosen[N_EXAMPLES:]]
    return known, asked


def test_ten_examples_a_topic_are_enough(questions, embedder):
    known, asked = questions
    topics = Topics(known, embedder)
    prepared = prepare([text for text, _ in asked], topics.rarity)

    found = topics.guesses(prepared, embedder.vectors(prepared.clean))

    right = [guess.value == label for guess, (_, label) in zip(found, asked, strict=True)]
    assert np.mean(right) >= 0.84
    among = [
        label in {one.value for one in guess.candidates}
        for guess, (_, label) in zip(found, asked, strict=True)
    ]
    assert np.mean(among) > np.mean(right)


def test_words_alone_do_without_the_model():
    topics = Topics(EXAMPLES)

    guess = topics.guesses(prepare(["has the parcel arrived"], topics.rarity))[0]

    assert guess.value == "delivery"
    assert "The parcel has not arrived" in guess.reason
    assert [one.value for one in guess.candidates] == ["delivery", "repair"]


def test_a_message_about_nothing_known_is_left_to_a_person():
    topics = Topics([*EXAMPLES, ("I want my money back", "refund"), ("Refund me please", "refund")])

    guess = topics.guesses(prepare(["zzz qqq"], topics.rarity))[0]

    assert guess.unsure
    assert len(guess.candidates) == 3


def test_the_last_word_on_a_text_holds():
    before = Topics(EXAMPLES)

    after = Topics([*EXAMPLES, ("Where is my parcel?", "repair")], before=before)

    guess = after.guesses(prepare(["Where is my parcel?"], after.rarity))[0]
    assert guess.value == "repair"


def test_learning_on_ends_where_learning_anew_ends():
    grown = Topics([*EXAMPLES, ("parcel lost", "delivery")], before=Topics(EXAMPLES))
    anew = Topics([*EXAMPLES, ("parcel lost", "delivery")])
    asked = prepare(["is the parcel lost", "screen does not work"], anew.rarity)

    assert grown.shares(asked) == pytest.approx(anew.shares(asked), abs=0.02)


def test_one_topic_is_none():
    with pytest.raises(ValueError, match="at least two labels"):
        Topics([("a", "one"), ("b", "one")])
