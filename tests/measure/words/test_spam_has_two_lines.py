import numpy as np
import pytest

from livingroom.measure.words.embedding import DIMENSIONS
from livingroom.measure.words.guesses import Correction
from livingroom.measure.words.ngrams import prepare
from livingroom.measure.words.spam import Spam, stretched
from livingroom.measure.words.training import SpamComments, hide_line, raw_scores, spam_weights
from livingroom.measure.words.weights import provenance, shipped_rarity

SPAM = (
    "Hey guys, please check out my new channel and subscribe!!! http://example.com/mychannel free gift cards"
)
GOOD = "This song always makes me happy, what a voice"


@pytest.fixture(scope="module")
def shipped() -> Spam:
    return Spam()


def judged(spam: Spam, *texts: str):
    return spam.guesses(prepare(texts, spam.rarity))


def test_advertising_is_hidden_praise_is_shown_and_both_say_why(shipped):
    spam, good = judged(shipped, SPAM, GOOD)

    assert spam.value == "hide"
    assert "asks for a click, a subscription or a share" in spam.reason
    assert "subscribe" in spam.reason or "channel" in spam.reason
    assert good.value == "show"
    assert good.score < 0.1


@pytest.mark.parametrize(
    "plea",
    [
        "@brand my order 123 is late, please help me https://example.com/x",
        "please help, my screen is black since yesterday",
        "Can you check my account? I want my money back",
        "Where can I download the driver for my laptop?",
        "Hola, me pueden ayudar con mi pedido por favor?",
    ],
)
def test_a_customer_who_asks_for_help_is_not_hidden(shipped, plea):
    assert judged(shipped, plea)[0].value != "hide"


def test_a_comment_without_text_is_shown(shipped):
    assert [guess.value for guess in judged(shipped, "", "   ", "\ufeff")] == ["show"] * 3


def test_the_hide_line_reads_as_point_nine_and_order_is_kept():
    raw = np.array([0, 0.3, 0.5, 0.8, 0.97, 1], dtype=np.float32)

    scores = stretched(raw, 0.97)

    assert scores[[0, 2, 4, 5]] == pytest.approx([0, 0.5, 0.9, 1])
    assert (np.diff(scores) > 0).all()


def test_the_worked_example_of_the_method_page():
    odds = np.array([-5.0] * 899 + [0.0] + [0.9] * 100)

    line = hide_line((1 / (1 + np.exp(-odds))).astype(np.float32), 0.001)

    assert np.log(line / (1 - line)) == pytest.approx(4.145, abs=0.001)
    assert line == pytest.approx(0.984, abs=0.0005)


def test_the_hide_line_lies_where_one_good_comment_in_a_thousand_is_expected():
    draw = np.random.default_rng(7)
    odds = draw.exponential(1.0, 2000) - 4  # its true thousandth from above is at log(1000) - 4

    line = hide_line((1 / (1 + np.exp(-odds))).astype(np.float32), 0.001)

    assert np.log(line / (1 - line)) == pytest.approx(np.log(1000) - 4, abs=0.5)


def test_a_video_that_was_never_seen_is_judged_right(videos):
    texts = [text for video in videos for text, _ in video]
    is_spam = np.array([int(spam) for video in videos for _, spam in video])
    place = np.repeat(np.arange(len(videos)), [len(video) for video in videos])
    comments = SpamComments(texts, is_spam, place, np.zeros((len(texts), DIMENSIONS), np.float32))

    every_second = np.arange(len(texts)) % 2 == 0  # half is enough and twice as quick
    weights = spam_weights(comments.only((place < 3) & every_second), shipped_rarity(), (0.9, 0.9))
    held = comments.only(place == 3)
    by_words = raw_scores(weights, held, shipped_rarity())[1]

    assert ((by_words >= 0.5) == (held.is_spam == 1)).mean() >= 0.94


def test_what_ships_kept_the_promise_on_videos_left_out():
    reached = provenance()["reached"]["spam, each video left out"]

    for found in reached.values():
        assert found["accuracy"] >= 0.94
        assert found["good_hidden_share"] <= 0.002
        assert found["spam_hidden_share"] >= 0.70


def test_a_correction_turns_a_verdict_and_its_like_and_leaves_others_alone(shipped):
    praise = "Subscribe to the official channel of the band, they check every comment"
    before = judged(shipped, praise, SPAM, GOOD)
    assert before[0].value != "show"

    corrected = Spam([Correction("spam", praise, "good")])

    turned, spam, good = judged(corrected, praise, SPAM, GOOD)
    assert turned.value == "show"
    assert spam.value == "hide"
    assert good.value == "show"


def test_corrections_to_one_side_do_not_tilt_the_rest(shipped):
    adverts = [Correction("spam", f"cheap watches number {number} for sale", "spam") for number in range(20)]

    learned = Spam(adverts)

    assert judged(learned, "cheap watches number 99 for sale")[0].value != "show"
    assert judged(learned, GOOD)[0].value == "show"
