"""Most texts are counted without asking for Unicode's tables, and come to the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livingroom.networks import graphemes
from livingroom.networks.graphemes import count_graphemes, first_graphemes

ALONE = st.text(
    st.one_of(st.characters(max_codepoint=0x2FF, exclude_characters="\r\0"), st.sampled_from("–—‘’“”…€₹"))
)


@given(ALONE)
def test_latin_texts_come_to_what_the_tables_say(text: str) -> None:
    asked = graphemes._ask("SELECT length_grapheme(?)", text)

    assert count_graphemes(text) == asked == len(text)
    assert first_graphemes(text, 3) == graphemes._ask("SELECT left_grapheme(?, 3)", text)


@pytest.mark.parametrize(
    ("text", "n"),
    [("e\u0301", 1), ("👩‍👩‍👧", 1), ("né à São Paulo…", 15), ("ก็", 1), ("©\ufe0f", 1)],
)
def test_what_joins_is_one_character(text: str, n: int) -> None:
    assert count_graphemes(text) == n
