from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from livingroom.networks.bluesky.render import render as render_for_bluesky
from livingroom.networks.graphemes import count_graphemes, first_graphemes
from livingroom.networks.interface import Card, Draft, Image, Limits
from livingroom.networks.rendering import render_text, split_text
from livingroom.networks.richtext import find_facets
from livingroom.networks.sandbox.render import render as render_for_sandbox

LINK = "https://go.example.com/k7mq4r"
LONG = " ".join(f"Sentence number {number} says a little about desks." for number in range(40))


def test_a_family_a_flag_and_an_accent_are_one_character_each() -> None:
    assert count_graphemes("👨‍👩‍👧‍👦🇧🇷e\u0301") == 3
    assert first_graphemes("👨‍👩‍👧‍👦🇧🇷e\u0301", 2) == "👨‍👩‍👧‍👦🇧🇷"


def test_bluesky_carries_the_link_in_a_card_and_writes_it_out_without_one() -> None:
    (with_card,) = render_for_bluesky(Draft("Desks", card=Card("Ten off")), LINK)
    (without,) = render_for_bluesky(Draft("Desks"), LINK)

    assert (with_card.text, with_card.link) == ("Desks", LINK)
    assert without.text == f"Desks\n{LINK}"
    assert [(facet.kind, facet.value) for facet in without.facets] == [("link", LINK)]


def test_the_link_goes_where_the_text_says() -> None:
    for render in (render_for_bluesky, render_for_sandbox):
        (post,) = render(Draft("See {link} today", card=Card("Ten off")), LINK)

        assert post.text == f"See {LINK} today"


def test_a_link_that_is_there_already_is_not_written_twice() -> None:
    (post,) = render_for_sandbox(Draft(f"Look: {LINK}"), LINK)

    assert post.text.count(LINK) == 1


def test_what_is_missing_is_said_next_to_the_text() -> None:
    cases = {
        "": "There is nothing to say yet.",
        "Go to {link}": "The text has a place for the link, but there is no link.",
        "Use {code}": "Nothing stands for {code}.",
        "x" * 301: "301 of 300 characters: 1 too many.",
    }

    for text, problem in cases.items():
        (post,) = render_for_bluesky(Draft(text))

        assert [(found.text, found.field, found.blocks) for found in post.problems] == [
            (problem, "text", True)
        ]
        assert not post.sendable


def test_a_picture_without_a_description_warns_and_one_too_large_blocks() -> None:
    (post,) = render_for_bluesky(
        Draft("Desks", card=Card("Ten off", image=Image(b"0" * 1_000_001, "image/png"))), LINK
    )

    assert [(problem.field, problem.blocks) for problem in post.problems] == [("card", True), ("card", False)]


def test_a_long_text_is_split_at_sentences_and_numbered() -> None:
    posts = render_for_bluesky(Draft(LONG, may_split=True, card=Card("Ten off")), LINK)

    assert len(posts) > 5
    assert all(post.sendable and post.size <= 300 for post in posts)
    assert all(post.text.endswith(f". ({post.part}/{len(posts)})") for post in posts)
    assert [bool(post.card) for post in posts] == [True] + [False] * (len(posts) - 1)


def test_a_long_text_that_may_not_be_split_is_a_problem() -> None:
    (post,) = render_for_bluesky(Draft(LONG))

    assert not post.sendable


def test_too_many_parts_are_a_problem() -> None:
    posts = render_text(Draft(LONG, may_split=True), "", Limits(100, parts=3), card=None, append_link=False)

    assert any("at most 3" in problem.text for problem in posts[0].problems)


@given(st.text(min_size=1, max_size=600), st.integers(min_value=25, max_value=120))
def test_no_part_is_too_long_and_no_word_is_lost(text: str, limit: int) -> None:
    text = text.strip()

    parts = split_text(text, limit)

    assert all(count_graphemes(part) <= limit for part in parts)
    said = "".join(part.rsplit(" (", 1)[0] if len(parts) > 1 else part for part in parts)
    assert "".join(said.split()) == "".join(text.split())


@given(st.text(max_size=200))
def test_every_facet_cuts_out_whole_characters_and_none_overlap(text: str) -> None:
    encoded = f"é👨‍👩‍👧‍👦 #tag {text} https://example.com/ñ @ana.test".encode()

    facets = find_facets(encoded.decode())

    for facet in facets:
        assert encoded[facet.start : facet.end].decode()
    assert all(first.end <= second.start for first, second in pairwise(facets))
    assert facets[0].value == "tag"
