from livingroom.inbox.moderation.queries import how_sure
from livingroom.measure.words.guesses import HIDE_FROM


def test_nothing_over_the_hide_line_is_called_perhaps():
    assert how_sure(HIDE_FROM) == "surely"
    assert how_sure(1.0) == "surely"
    assert how_sure(HIDE_FROM - 0.01) == "perhaps"
